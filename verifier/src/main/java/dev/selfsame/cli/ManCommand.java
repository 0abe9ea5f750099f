package dev.selfsame.cli;

import dev.selfsame.outcome.ExitCode;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code man}: the man pages of all commands. */
@Command(
    name = "man",
    description = "Writes the man pages of every command into a folder.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame man /usr/local/share/man/man1",
      "  selfsame man pages && man pages/selfsame-verify.1",
      "",
      "The build puts them into verifier/target/man. The same program writes the same bytes.",
      "",
      "Exit codes:",
      "  0  written",
      "  2  wrong usage",
      "  3  the folder cannot be written",
    })
final class ManCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  private final Supplier<CommandLine> program;

  @Parameters(paramLabel = "DIR", description = "Where they go; made when absent.")
  private Path folder = Path.of("");

  /**
   * @param program every command
   */
  ManCommand(Surroundings surroundings, Supplier<CommandLine> program) {
    this.surroundings = surroundings;
    this.program = program;
  }

  @Override
  public Integer call() {
    int pages = write(program.get(), surroundings.workFolder().resolve(folder));
    surroundings.console().line("wrote %d man pages into %s".formatted(pages, folder));
    return ExitCode.YES.status();
  }

  private static int write(CommandLine command, Path into) {
    Manual manual = ManualReader.read(command.getCommandSpec());
    Console.save(into.resolve(ManPage.fileName(manual)), ManPage.of(manual));
    return 1
        + command.getSubcommands().values().stream().mapToInt(below -> write(below, into)).sum();
  }
}
