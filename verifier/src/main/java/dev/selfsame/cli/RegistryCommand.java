package dev.selfsame.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code registry}: the upkeep of a registry's folder. */
@Command(
    name = "registry",
    description = "Looks after a registry's folder that no server has open.",
    synopsisSubcommandLabel = "VERB",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame registry gc --registry reg --dry-run",
      "",
      "Exit codes:",
      "  0  done",
      "  2  wrong usage",
      "  3  a server has the registry open, or the disk failed",
      "  4  evidence or the log of changes was altered",
    })
final class RegistryCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  private @Nullable CommandSpec spec;

  RegistryCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Spec
  void spec(CommandSpec given) {
    spec = given;
    given.addSubcommand("gc", new CommandLine(new RegistryGcCommand(surroundings)));
  }

  @Override
  public Integer call() {
    throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "no verb was given");
  }
}
