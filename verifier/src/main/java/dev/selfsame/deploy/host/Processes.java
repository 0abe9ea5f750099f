package dev.selfsame.deploy.host;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Starts and ends the processes of a target's folder. */
final class Processes {
  private static final long START_MILLIS = 5_000;
  private static final long KILL_MILLIS = 5_000;
  private static final long LOOK_MILLIS = 20;

  /** The kernel tells the machine's start in whole seconds, and all else from there. */
  private static final Duration ROUNDED = Duration.ofSeconds(2);

  private static final String LOG = "log";
  private static final String MARK = "process";

  private final Place place;
  private final Path setsid;

  /**
   * @param setsid the program of util-linux
   */
  Processes(Place place, Path setsid) {
    this.place = place;
    this.setsid = setsid;
  }

  /** Where a deployment's process writes. */
  static Path log(Path deployment) {
    return deployment.resolve(LOG);
  }

  /** The process that a deployment started, whether it runs or not. */
  static Optional<ProcessMark> mark(Path deployment) throws IOException {
    return ProcessMark.read(deployment.resolve(MARK));
  }

  /**
   * Starts a program: its variables and no others, nothing on its stdin, its output in the log, a
   * session of its own, so that neither the end of this process nor Ctrl-C at its terminal reaches
   * it.
   *
   * @param program the file, hashed just before
   * @param spawned told of the pid before it is noted
   * @throws Failure (no) where it ends before it has begun
   */
  ProcessMark start(Path deployment, RunSettings run, Path program, Consumer<Long> spawned)
      throws IOException, InterruptedException {
    Path log = log(deployment);
    if (!Files.exists(log, LinkOption.NOFOLLOW_LINKS)) {
      Files.createFile(
          log, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    List<String> command = new ArrayList<>(List.of(setsid.toString(), program.toString()));
    command.addAll(run.arguments());
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.putAll(run.variables());
    builder.directory(new File("/"));
    builder.redirectInput(new File("/dev/null"));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    Process process = builder.start();
    spawned.accept(process.pid());
    // It is no leader of its group yet, so setsid becomes the program itself: the pid stays.
    Optional<ProcessMark> mark = ProcessMark.of(process.pid());
    if (mark.isPresent()) {
      mark.get().write(deployment.resolve(MARK));
      awaitProgram(process, program);
      return mark.get();
    }
    throw ended(process);
  }

  private static void awaitProgram(Process process, Path program)
      throws IOException, InterruptedException {
    String wanted = program.toRealPath().toString();
    for (long left = START_MILLIS; left > 0; left -= LOOK_MILLIS) {
      Optional<String> executes = Proc.executable(process.pid());
      if (executes.filter(wanted::equals).isPresent()) {
        return;
      }
      if (!process.isAlive()) {
        throw ended(process);
      }
      Thread.sleep(LOOK_MILLIS);
    }
    throw Failure.undecided(
        "process %d has not begun to execute %s".formatted(process.pid(), program), "try again");
  }

  private static Failure ended(Process process) throws InterruptedException {
    return Failure.no(
        "the process ended at once, with exit status " + process.waitFor(), "see its last lines");
  }

  /** Ends a process with all of its session; it being gone already is fine. */
  void stop(ProcessMark mark, long graceMillis) throws IOException, InterruptedException {
    if (mark.runs()) {
      ProcessHandle.of(mark.pid()).ifPresent(ProcessHandle::destroy);
      await(mark, graceMillis);
    }
    if (isAnothers(mark)) {
      return;
    }
    // The kernel gives a pid to nobody while a session has it as its name.
    long end = System.nanoTime() + KILL_MILLIS * 1_000_000;
    List<Long> left = Proc.session(mark.pid());
    while (!left.isEmpty()) {
      left.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
      if (System.nanoTime() > end) {
        throw Failure.undecided(
            "processes %s do not end".formatted(left), "end them by hand, then deploy again");
      }
      Thread.sleep(LOOK_MILLIS);
      left = Proc.session(mark.pid());
    }
  }

  /** Whether the pid means something else by now. */
  private static boolean isAnothers(ProcessMark mark) throws IOException {
    return !Proc.boot().equals(mark.boot())
        || Proc.stat(mark.pid()).filter(s -> s.started() != mark.started()).isPresent();
  }

  private static void await(ProcessMark mark, long millis)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + millis * 1_000_000;
    while (mark.runs() && System.nanoTime() < end) {
      Thread.sleep(LOOK_MILLIS);
    }
  }

  /**
   * Ends what a deployment started and could not note any more, since it was killed just then.
   *
   * @param artifact what it executes
   * @param since when the deployment began
   * @param kept the session that stays, or 0 for none
   */
  void stopStrays(Digest artifact, Instant since, long kept, long graceMillis)
      throws IOException, InterruptedException {
    for (long pid : strays(artifact, since, kept)) {
      Optional<ProcessMark> mark = ProcessMark.of(pid);
      if (mark.isPresent()) {
        stop(mark.get(), graceMillis);
      }
    }
  }

  private List<Long> strays(Digest artifact, Instant since, long kept) throws IOException {
    Path folder = place.release(artifact);
    if (!Files.exists(folder)) {
      return List.of();
    }
    String real = folder.toRealPath() + "/";
    return Proc.all()
        .filter(pid ->
            Proc.executable(pid).filter(path -> path.startsWith(real)).isPresent()
                || isBeginning(pid, folder + "/"))
        .filter(pid ->
            Proc.stat(pid).filter(s -> s.runs() && (kept == 0 || s.session() != kept)).isPresent())
        .filter(pid -> began(pid).filter(at -> at.isAfter(since.minus(ROUNDED))).isPresent())
        .boxed()
        .toList();
  }

  private static Optional<Instant> began(long pid) {
    return ProcessHandle.of(pid).flatMap(process -> process.info().startInstant());
  }

  private boolean isBeginning(long pid, String folder) {
    return Proc.argument(pid, 0).filter(setsid.toString()::equals).isPresent()
        && Proc.argument(pid, 1).filter(program -> program.startsWith(folder)).isPresent();
  }
}
