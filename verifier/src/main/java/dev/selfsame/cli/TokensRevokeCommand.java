package dev.selfsame.cli;

import dev.selfsame.access.ApiTokens;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tokens revoke}: takes a token away. */
@Command(
    name = "revoke",
    description = {
      "Takes an API token away. A server that runs refuses it from the next second on;",
      "what it was given in exchange ends within five minutes, if its user has no other."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame tokens revoke --registry reg 0123456789ab",
      "",
      "Exit codes:",
      "  0  it is gone",
      "  1  there is no such token",
      "  2  wrong usage, or a token file that is malformed",
      "  3  there is no such registry or file, or it cannot be read or written",
    })
final class TokensRevokeCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final TokensOption tokens;

  @Parameters(paramLabel = "ID", description = "The token's id, 12 hex digits.")
  private String id = "";

  TokensRevokeCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.tokens = new TokensOption(surroundings);
  }

  @Override
  public Integer call() {
    Path file = tokens.there();
    ApiTokens.change(
        file,
        all -> {
          if (all.tokens().stream().noneMatch(token -> token.id().equals(id))) {
            throw Failure.no("there is no token " + id, "selfsame tokens list shows them");
          }
          return all.without(id);
        });
    surroundings.console().line("revoked " + id);
    return ExitCode.YES.status();
  }
}
