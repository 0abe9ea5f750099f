package dev.selfsame.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code selfsame} itself: without a verb it has nothing to do, which is a usage error. */
@Command(
    name = "selfsame",
    description = "Proves that the binary you deploy is the very one your source builds.",
    synopsisSubcommandLabel = "VERB",
    version = "selfsame " + SelfsameCommand.VERSION,
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame demo",
      "",
      "Exit codes:",
      "  0   a proven yes",
      "  1   a proven no: differs, not promoted, unknown to the registry",
      "  2   the command line, a configuration or a pin file is wrong",
      "  3   could not tell: no engine, registry unreachable, build failed, time-out",
      "  4   evidence is bad: a signature, log proof or trust root does not hold",
      "  70  a bug in Selfsame; treat any other code as a failure",
    })
final class SelfsameCommand implements Runnable {
  /** The program's version, which promotions carry under their signature. */
  static final String VERSION = "0.1.0";

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before any command runs
  private CommandSpec spec;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "On an error, print the stack trace too.")
  private boolean debug;

  @SuppressWarnings("UnusedVariable") // picocli acts on the option itself
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help and exit.")
  private boolean help;

  @SuppressWarnings("UnusedVariable") // picocli acts on the option itself
  @Option(names = "--version", versionHelp = true, description = "Print the version and exit.")
  private boolean version;

  @Override
  public void run() {
    CommandLine command = spec.commandLine();
    throw new ParameterException(command, "no verb was given");
  }

  boolean debug() {
    return debug;
  }
}
