package dev.selfsame.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code pins}: the pinned environments. */
@Command(
    name = "pins",
    description = "Shows, fetches, checks and makes pinned build environments.",
    synopsisSubcommandLabel = "VERB",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame pins list",
      "  selfsame pins show trixie-rust-1.85.1",
      "  selfsame pins fetch trixie-rust-1.85.1",
      "  selfsame pins check",
      "  selfsame pins lock trixie-rust-1.85.1 --out pins/mine.toml",
      "",
      "Exit codes:",
      "  0  done",
      "  1  check: something in the cache is damaged",
      "  2  no such pin, a malformed pin file, or wrong usage",
      "  3  a mirror, a registry or the disk failed",
      "  4  a signature or a hash of the archive does not hold",
    })
final class PinsCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  private @Nullable CommandSpec spec;

  PinsCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Spec
  void spec(CommandSpec given) {
    spec = given;
    given.addSubcommand("list", new CommandLine(new PinsListCommand(surroundings)));
    given.addSubcommand("show", new CommandLine(new PinsShowCommand(surroundings)));
    given.addSubcommand("check", new CommandLine(new PinsCheckCommand(surroundings)));
    given.addSubcommand("fetch", new CommandLine(new PinsFetchCommand(surroundings)));
    given.addSubcommand("lock", new CommandLine(new PinsLockCommand(surroundings)));
  }

  @Override
  public Integer call() {
    throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "no verb was given");
  }
}
