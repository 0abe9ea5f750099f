package dev.selfsame.build.sandbox;

import dev.selfsame.build.Ending;
import dev.selfsame.build.Engine;
import dev.selfsame.build.Prologue;
import dev.selfsame.build.Sandbox;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The sandboxes of one engine that runs a program of the host. */
final class LocalSandboxes {
  private final String engine;
  private final HostPrograms programs;
  private final Path spool;
  private final Running running = new Running();

  LocalSandboxes(String engine, HostPrograms programs, Path spool) {
    this.engine = engine;
    this.programs = programs;
    this.spool = spool.toAbsolutePath();
  }

  /**
   * Runs a sandbox.
   *
   * @param words the sandbox program with its arguments, up to where the command begins
   */
  Ending run(Sandbox sandbox, Function<Scratch, List<String>> words) throws InterruptedException {
    Optional<TaskLimit> tasks = TaskLimit.make(Prologue.hardProcessLimit(sandbox.limits()));
    try (Scratch scratch = Scratch.make(spool, sandbox)) {
      List<String> command = new ArrayList<>(new Launch(programs).before(sandbox, tasks));
      command.addAll(words.apply(scratch));
      command.addAll(Prologue.NAMESPACE.wrap(sandbox));
      Ending ending = new LocalRun(engine, sandbox, scratch).run(command, running);
      boolean met = tasks.map(TaskLimit::wasMet).orElse(false);
      return ending instanceof Ending.Exited(int _, Duration wall) && met
          ? new Ending.OverLimit("processes", "more than " + sandbox.limits().processes(), wall)
          : ending;
    } finally {
      tasks.ifPresent(TaskLimit::close);
    }
  }

  Engine.Probe probe(String version, Engine self) {
    return LocalProbe.of(self, version, spool);
  }

  void killAll() {
    running.killAll();
  }
}
