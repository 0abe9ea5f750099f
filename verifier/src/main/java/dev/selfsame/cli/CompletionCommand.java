package dev.selfsame.cli;

import dev.selfsame.outcome.ExitCode;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code completion}: a script that completes commands and options in a shell. */
@Command(
    name = "completion",
    description = "Prints a script with which a shell completes commands and options.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame completion bash > ~/.local/share/bash-completion/completions/selfsame",
      "  selfsame completion zsh > ~/.selfsame.zsh && echo '. ~/.selfsame.zsh' >> ~/.zshrc",
      "",
      "zsh runs the same script, by its bashcompinit.",
      "",
      "Exit codes:",
      "  0  printed",
      "  2  another shell",
    })
final class CompletionCommand implements Callable<Integer> {
  private final Console console;
  private final Supplier<CommandLine> program;

  /** The shells that are known. */
  enum Shell {
    BASH,
    ZSH
  }

  @SuppressWarnings("UnusedVariable") // one script does for both; another shell is refused
  @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
  private @Nullable Shell shell;

  /**
   * @param program every command
   */
  CompletionCommand(Console console, Supplier<CommandLine> program) {
    this.console = console;
    this.program = program;
  }

  @Override
  public Integer call() {
    console.print(AutoComplete.bash("selfsame", program.get()));
    return ExitCode.YES.status();
  }
}
