package dev.selfsame.cli;

import dev.selfsame.access.ApiToken;
import dev.selfsame.access.ApiTokens;
import dev.selfsame.outcome.ExitCode;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tokens list}: what tokens there are. */
@Command(
    name = "list",
    description = "Lists API tokens: id, user, end, what they may do where. Never their secrets.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame tokens list --registry reg",
      "",
      "Exit codes:",
      "  0  listed, also where there are none",
      "  2  wrong usage, or a token file that is malformed",
      "  3  there is no such registry or file, or it cannot be read",
    })
final class TokensListCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final TokensOption tokens;

  TokensListCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.tokens = new TokensOption(surroundings);
  }

  @Override
  public Integer call() {
    Instant now = surroundings.clock().instant();
    for (ApiToken token : ApiTokens.read(tokens.there()).tokens()) {
      String grants =
          token.within().stream()
              .map(g -> ApiTokens.words(g.permissions()) + " on " + g.repositories())
              .collect(Collectors.joining("; "));
      surroundings
          .console()
          .line(
              "%s  %s  %s %s  %s%s"
                  .formatted(
                      token.id(),
                      token.user(),
                      token.expires().isAfter(now) ? "until" : "ended",
                      token.expires(),
                      grants,
                      token.note().isEmpty() ? "" : "  (" + token.note() + ")"));
    }
    return ExitCode.YES.status();
  }
}
