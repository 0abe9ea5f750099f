package dev.selfsame.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tokens}: API tokens of a registry server. */
@Command(
    name = "tokens",
    description = {
      "Makes, lists and revokes API tokens, with which programs sign in at a server.",
      "A server that runs sees the change within a second."
    },
    synopsisSubcommandLabel = "VERB",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame tokens create --registry reg --user ci --allow pull,push \\",
      "      --on 'staging/viworks/**' --expires 90d --note 'build server'",
      "  selfsame tokens list --registry reg",
      "  selfsame tokens revoke --registry reg 0123456789ab",
      "",
      "Exit codes:",
      "  0  done",
      "  1  revoke: there is no such token",
      "  2  wrong usage, or a token file that is malformed",
      "  3  the file cannot be read or written; list, revoke: there is no such registry or file",
    })
final class TokensCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  private @Nullable CommandSpec spec;

  TokensCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Spec
  void spec(CommandSpec given) {
    spec = given;
    given.addSubcommand("create", new CommandLine(new TokensCreateCommand(surroundings)));
    given.addSubcommand("list", new CommandLine(new TokensListCommand(surroundings)));
    given.addSubcommand("revoke", new CommandLine(new TokensRevokeCommand(surroundings)));
  }

  @Override
  public Integer call() {
    throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "no verb was given");
  }
}
