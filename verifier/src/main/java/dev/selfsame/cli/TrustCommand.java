package dev.selfsame.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code trust}: who may sign what. */
@Command(
    name = "trust",
    description = "Keeps the trust root: the file that says who may sign what, and until when.",
    synopsisSubcommandLabel = "VERB",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame trust init trust-root.json",
      "  selfsame trust add trust-root.json --key builder.pub --role builder \\",
      "      --operator alice --builder-id https://example.org/builders/alice",
      "  selfsame trust revoke trust-root.json --key builder.pub --reason compromised",
      "  selfsame trust show trust-root.json",
      "",
      "Every change makes a new version of the file. Whoever may write it decides whose",
      "signatures count: keep it under review like source code.",
      "",
      "Exit codes:",
      "  0  done",
      "  2  no such file, a key that cannot be read, a change that is refused, or wrong usage",
      "  3  a file could not be read or written",
      "  4  the trust root is malformed",
    })
final class TrustCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  private @Nullable CommandSpec spec;

  TrustCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Spec
  void spec(CommandSpec given) {
    spec = given;
    given.addSubcommand("init", new CommandLine(new TrustInitCommand(surroundings)));
    given.addSubcommand("add", new CommandLine(new TrustAddCommand(surroundings)));
    given.addSubcommand("revoke", new CommandLine(new TrustRevokeCommand(surroundings)));
    given.addSubcommand("show", new CommandLine(new TrustShowCommand(surroundings)));
  }

  @Override
  public Integer call() {
    throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "no verb was given");
  }
}
