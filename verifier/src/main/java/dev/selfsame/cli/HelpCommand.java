package dev.selfsame.cli;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code help}: all there is to say of a command. */
@Command(
    name = "help",
    description = "Tells all of a command; --help tells what fits a screen.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame help compare",
      "  selfsame help trust add",
      "",
      "Exit codes:",
      "  0  told",
      "  2  there is no such command",
    })
final class HelpCommand implements Callable<Integer> {
  private final Console console;
  private final Supplier<CommandLine> program;

  @Parameters(arity = "0..*", paramLabel = "VERB", description = "The command, word by word.")
  private List<String> words = List.of();

  /**
   * @param program every command
   */
  HelpCommand(Console console, Supplier<CommandLine> program) {
    this.console = console;
    this.program = program;
  }

  @Override
  public Integer call() {
    CommandLine at = program.get();
    for (String word : words) {
      CommandLine next = at.getSubcommands().get(word);
      if (next == null) {
        String name = at.getCommandSpec().qualifiedName(" ");
        throw Failure.usage("%s has no command %s".formatted(name, word), name + " --help");
      }
      at = next;
    }
    console.print(HelpText.full(ManualReader.read(at.getCommandSpec())));
    return ExitCode.YES.status();
  }
}
