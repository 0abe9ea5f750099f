package dev.selfsame.cli;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The program: wires the commands, runs one, and turns what happened into an exit code. */
public final class Main {
  /** How long Ctrl-C waits for a command to kill its builds and remove what is half-written. */
  private static final long CLEAN_UP_MILLIS = 20_000;

  /** What picocli takes for the name of a file with arguments, so that anything may be in it. */
  private static final String ARGUMENTS_FILE = "@";

  /** Names ways of signing in that the JDK's HTTP client does not use at a proxy for https. */
  private static final String UNTOLD = "jdk.http.auth.tunneling.disabledSchemes";

  private final Surroundings surroundings;

  Main(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** The program as another command calls it: in that folder, and saying nothing. */
  static Main quiet(Surroundings surroundings, Path workFolder) {
    return quiet(surroundings, workFolder, OutputStream.nullOutputStream());
  }

  /** The same, with a place for its error and hint. */
  static Main quiet(Surroundings surroundings, Path workFolder, OutputStream errors) {
    return new Main(
        new Surroundings(
            surroundings.environment(),
            surroundings.clock(),
            surroundings.folders(),
            workFolder,
            new Console(utf8(OutputStream.nullOutputStream()), utf8(errors), false, false),
            surroundings.patience()));
  }

  private static PrintStream utf8(OutputStream to) {
    return new PrintStream(to, false, StandardCharsets.UTF_8);
  }

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) throws InterruptedException {
    tellTunnels();
    Main main = new Main(Surroundings.ofProcess());
    AtomicInteger status = new AtomicInteger(ExitCode.BUG.status());
    Thread work = new Thread(() -> status.set(main.run(args)), "selfsame");
    // A server tells itself how long it waits for requests under way: see its settings.
    long patience = args.length > 0 && args[0].equals("serve") ? 0 : CLEAN_UP_MILLIS;
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(work, patience, status), "stop"));
    work.start();
    work.join();
    // Nothing is left to clean up, and the hook has nothing to wait for.
    Runtime.getRuntime().halt(status.get());
  }

  /**
   * Has the JDK give proxies their password for https too. It does not by itself, since whoever
   * reads along on the way to the proxy reads it; that is so for http and with curl as well. It
   * looks once, when the first HTTP client is made. What the user has set holds.
   */
  private static void tellTunnels() {
    if (System.getProperty(UNTOLD) == null) {
      System.setProperty(UNTOLD, "");
    }
  }

  /**
   * @param patience in milliseconds, 0 for as long as it takes
   */
  private static void stop(Thread work, long patience, AtomicInteger status) {
    if (work.isAlive()) {
      work.interrupt();
      try {
        work.join(patience);
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
    boolean said = console.lost();
    if (console.flush()) {
      return status;
    }
    if (!said) {
      console.failure(
          Failure.undecided(
              "the result could not be written to stdout",
              "look at what stdout leads to, then run the command again"));
    }
    // A yes or a no that nobody was told is no answer; what is worse than none stays so.
    boolean answer = status == ExitCode.YES.status() || status == ExitCode.NO.status();
    return answer ? ExitCode.UNDECIDED.status() : status;
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
      console.failure(told(failure));
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

  /**
   * The JDK reports an interrupt as an error of the file at hand: nobody shall look for it there.
   */
  static Failure told(Failure failure) {
    return failure.getCause() instanceof ClosedByInterruptException
            || failure.getCause() instanceof FileLockInterruptionException
        ? new Failure(failure.code(), "interrupted", "run the command again", failure)
        : failure;
  }

  /** Every command at once, to be told of. */
  CommandLine program() {
    CommandLine line = new CommandLine(new SelfsameCommand());
    addCommands(line);
    return line;
  }

  /**
   * What can run is built, as reflection over all commands costs start-up: the verb that comes
   * first, or all. A lone word that is none runs nothing, and has them listed at most.
   */
  private void addCommands(CommandLine line, String... args) {
    Map<String, Verb> verbs = verbs();
    Verb asked = args.length == 0 ? null : verbs.get(args[0]);
    if (asked != null) {
      line.addSubcommand(args[0], asked.command().get());
    } else if (args.length == 1 && !args[0].startsWith(ARGUMENTS_FILE)) {
      verbs.forEach((name, verb) -> line.addSubcommand(name, verb.listed()));
    } else {
      verbs.forEach((name, verb) -> line.addSubcommand(name, verb.command().get()));
    }
  }

  /** A command that is built when it is asked for. */
  private record Verb(Class<?> type, Supplier<? extends Callable<Integer>> command) {

    static <T extends Callable<Integer>> Verb of(Class<T> type, Supplier<T> command) {
      return new Verb(type, command);
    }

    /** What a list of commands says of it. */
    CommandSpec listed() {
      CommandSpec spec = CommandSpec.create();
      Command says = type.getAnnotation(Command.class);
      if (says != null) {
        spec.usageMessage()
            .description(says.description())
            .header(says.header())
            .hidden(says.hidden());
      }
      return spec;
    }
  }

  /** Every verb, in the order of the journey. */
  private Map<String, Verb> verbs() {
    Map<String, Verb> verbs = new LinkedHashMap<>();
    Console console = surroundings.console();
    verbs.put("demo", Verb.of(DemoCommand.class, () -> new DemoCommand(surroundings)));
    verbs.put("init", Verb.of(InitCommand.class, () -> new InitCommand(surroundings)));
    verbs.put("pins", Verb.of(PinsCommand.class, () -> new PinsCommand(surroundings)));
    verbs.put("build", Verb.of(BuildCommand.class, () -> new BuildCommand(surroundings)));
    verbs.put("inspect", Verb.of(InspectCommand.class, () -> new InspectCommand(surroundings)));
    verbs.put("compare", Verb.of(CompareCommand.class, () -> new CompareCommand(surroundings)));
    verbs.put("keys", Verb.of(KeysCommand.class, () -> new KeysCommand(surroundings)));
    verbs.put("trust", Verb.of(TrustCommand.class, () -> new TrustCommand(surroundings)));
    verbs.put("submit", Verb.of(SubmitCommand.class, () -> new SubmitCommand(surroundings)));
    verbs.put("promote", Verb.of(PromoteCommand.class, () -> new PromoteCommand(surroundings)));
    verbs.put("rollback", Verb.of(RollbackCommand.class, () -> new RollbackCommand(surroundings)));
    verbs.put("freeze", Verb.of(FreezeCommand.class, () -> new FreezeCommand(surroundings)));
    verbs.put("unfreeze", Verb.of(UnfreezeCommand.class, () -> new UnfreezeCommand(surroundings)));
    verbs.put("verify", Verb.of(VerifyCommand.class, () -> new VerifyCommand(surroundings)));
    verbs.put(
        "gate",
        Verb.of(GateCommand.class, () -> new GateCommand(surroundings, new SecureRandom())));
    verbs.put("list", Verb.of(ListCommand.class, () -> new ListCommand(surroundings)));
    verbs.put("pull", Verb.of(PullCommand.class, () -> new PullCommand(surroundings)));
    verbs.put("deploy", Verb.of(DeployCommand.class, () -> new DeployCommand(surroundings)));
    verbs.put(
        "status",
        Verb.of(
            StatusCommand.class,
            () -> new StatusCommand(surroundings, new StatusTargets(surroundings))));
    verbs.put("serve", Verb.of(ServeCommand.class, () -> new ServeCommand(surroundings)));
    verbs.put("tokens", Verb.of(TokensCommand.class, () -> new TokensCommand(surroundings)));
    verbs.put("registry", Verb.of(RegistryCommand.class, () -> new RegistryCommand(surroundings)));
    verbs.put("doctor", Verb.of(DoctorCommand.class, () -> new DoctorCommand(surroundings)));
    verbs.put("help", Verb.of(HelpCommand.class, () -> new HelpCommand(console, this::program)));
    verbs.put("man", Verb.of(ManCommand.class, () -> new ManCommand(surroundings, this::program)));
    verbs.put(
        "completion",
        Verb.of(CompletionCommand.class, () -> new CompletionCommand(console, this::program)));
    return verbs;
  }
}
