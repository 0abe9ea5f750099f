package dev.selfsame.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code registry}: the upkeep of a registry. */
@Command(
    name = "registry",
    description =
        "Looks after a registry: a folder that no server has open, or database and bucket.",
    synopsisSubcommandLabel = "VERB",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame registry gc --registry reg --dry-run",
      "  selfsame registry fsck --registry reg --trust-root trust-root.json",
      "  selfsame registry export staging/app:1.4 --registry reg --to layout",
      "  selfsame registry import layout --registry reg --to staging/app",
      "",
      "Exit codes:",
      "  0  done; fsck: nothing is wrong",
      "  1  fsck: something is out of step; export: there is no such thing",
      "  2  wrong usage",
      "  3  a server has the folder open, or disk, database or bucket failed",
      "  4  evidence, bytes or a log were altered, or a layout does not hold",
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
    given.addSubcommand("fsck", new CommandLine(new RegistryFsckCommand(surroundings)));
    given.addSubcommand("export", new CommandLine(new RegistryExportCommand(surroundings)));
    given.addSubcommand("import", new CommandLine(new RegistryImportCommand(surroundings)));
  }

  @Override
  public Integer call() {
    throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "no verb was given");
  }
}
