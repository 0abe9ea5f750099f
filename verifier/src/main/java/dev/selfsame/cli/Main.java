package dev.selfsame.cli;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The program: wires the commands, runs one, and turns what happened into an exit code. */
public final class Main {
  /** How long Ctrl-C waits for a command to kill its builds and remove what is half-written. */
  private static final long CLEAN_UP_MILLIS = 20_000;

  private final Surroundings surroundings;

  Main(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** The program as another command calls it: in that folder, and saying nothing. */
  static Main quiet(Surroundings surroundings, Path workFolder) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    return new Main(
        new Surroundings(
            surroundings.environment(),
            surroundings.clock(),
            surroundings.folders(),
            workFolder,
            new Console(nowhere, nowhere, false, false)));
  }

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) throws InterruptedException {
    Main main = new Main(Surroundings.ofProcess());
    AtomicInteger status = new AtomicInteger(ExitCode.BUG.status());
    Thread work = new Thread(() -> status.set(main.run(args)), "selfsame");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(work, status), "stop"));
    work.start();
    work.join();
    // Nothing is left to clean up, and the hook has nothing to wait for.
    Runtime.getRuntime().halt(status.get());
  }

  private static void stop(Thread work, AtomicInteger status) {
    if (work.isAlive()) {
      work.interrupt();
      try {
        work.join(CLEAN_UP_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (!work.isAlive()) {
        // It came to an end of its own, which the caller is told: a watch ends no other way.
        Runtime.getRuntime().halt(status.get());
      }
    }
  }

  /** Runs one command; the exit status. Never throws. */
  int run(String... args) {
    Console console = surroundings.console();
    int status = execute(args);
    if (!console.flush() && status == ExitCode.YES.status()) {
      console.failure(
          Failure.undecided(
              "the result could not be written to stdout",
              "look at what stdout leads to, then run the command again"));
      return ExitCode.UNDECIDED.status();
    }
    return status;
  }

  private int execute(String... args) {
    SelfsameCommand root = new SelfsameCommand();
    CommandLine line = new CommandLine(root);
    try {
      addCommands(line, args);
      line.setOut(new PrintWriter(surroundings.console().out(), true, StandardCharsets.UTF_8));
      line.setErr(new PrintWriter(surroundings.console().err(), true, StandardCharsets.UTF_8));
      line.setCaseInsensitiveEnumValuesAllowed(true);
      HelpText.install(line);
      line.setExecutionExceptionHandler((e, command, parsed) -> failed(e, root.debug()));
      line.setParameterExceptionHandler((e, arguments) -> misused(e));
      return line.execute(args);
    } catch (RuntimeException e) {
      return failed(e, root.debug());
    }
  }

  private int misused(ParameterException e) {
    String verb = e.getCommandLine().getCommandSpec().qualifiedName(" ");
    String what =
        String.valueOf(e.getMessage())
            .lines()
            .findFirst()
            .orElse("wrong usage")
            .replaceFirst("^Error: ", "");
    surroundings.console().failure(Failure.usage(what, verb + " --help shows how it is used"));
    return ExitCode.USAGE.status();
  }

  private int failed(Exception e, boolean debug) {
    Console console = surroundings.console();
    if (debug) {
      e.printStackTrace(console.err());
    }
    if (e instanceof Failure failure) {
      console.failure(failure);
      return failure.code().status();
    }
    if (e instanceof InterruptedException) {
      console.failure(Failure.undecided("interrupted", "run the command again"));
      return ExitCode.UNDECIDED.status();
    }
    console.failure(
        new Failure(
            ExitCode.BUG, "a bug in Selfsame: " + e, "run it again with --debug and report both"));
    return ExitCode.BUG.status();
  }

  /** Every command at once, to be told of. */
  CommandLine program() {
    CommandLine line = new CommandLine(new SelfsameCommand());
    addCommands(line);
    return line;
  }

  /** Only the verb that is asked for is built: the reflection over all of them costs start-up. */
  private void addCommands(CommandLine line, String... args) {
    Map<String, Supplier<Callable<Integer>>> commands = commands();
    String verb = args.length == 0 ? "" : args[0];
    commands.forEach((name, command) -> {
      if (verb.equals(name) || !commands.containsKey(verb)) {
        line.addSubcommand(name, command.get());
      }
    });
  }

  /** Every verb, in the order of the journey. */
  private Map<String, Supplier<Callable<Integer>>> commands() {
    Map<String, Supplier<Callable<Integer>>> commands = new LinkedHashMap<>();
    Console console = surroundings.console();
    commands.put("demo", () -> new DemoCommand(surroundings));
    commands.put("init", () -> new InitCommand(surroundings));
    commands.put("pins", () -> new PinsCommand(surroundings));
    commands.put("build", () -> new BuildCommand(surroundings));
    commands.put("inspect", () -> new InspectCommand(console));
    commands.put("compare", () -> new CompareCommand(surroundings));
    commands.put("keys", () -> new KeysCommand(surroundings));
    commands.put("trust", () -> new TrustCommand(surroundings));
    commands.put("submit", () -> new SubmitCommand(surroundings));
    commands.put("promote", () -> new PromoteCommand(surroundings));
    commands.put("rollback", () -> new RollbackCommand(surroundings));
    commands.put("freeze", () -> new FreezeCommand(surroundings));
    commands.put("unfreeze", () -> new UnfreezeCommand(surroundings));
    commands.put("verify", () -> new VerifyCommand(surroundings));
    commands.put("gate", () -> new GateCommand(surroundings, new SecureRandom()));
    commands.put("pull", () -> new PullCommand(surroundings));
    commands.put("deploy", () -> new DeployCommand(surroundings));
    commands.put("status", () -> new StatusCommand(surroundings, new StatusTargets(surroundings)));
    commands.put("serve", () -> new ServeCommand(surroundings));
    commands.put("tokens", () -> new TokensCommand(surroundings));
    commands.put("registry", () -> new RegistryCommand(surroundings));
    commands.put("doctor", () -> new DoctorCommand(surroundings));
    commands.put("help", () -> new HelpCommand(console, this::program));
    commands.put("man", () -> new ManCommand(surroundings, this::program));
    commands.put("completion", () -> new CompletionCommand(console, this::program));
    return commands;
  }
}
