package dev.selfsame.build.sandbox;

import dev.selfsame.build.Ending;
import dev.selfsame.build.LimitedLog;
import dev.selfsame.build.Prologue;
import dev.selfsame.build.Sandbox;
import dev.selfsame.outcome.Failure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One command under a sandbox program of the host, from its start until nothing of it is left. */
final class LocalRun {
  private static final int MESSAGE_LINES = 5;

  private final String engine;
  private final Sandbox sandbox;
  private final List<Path> counted;
  private final List<String> said = new ArrayList<>();
  private volatile boolean ready;

  /**
   * @param engine its name, for messages
   * @param scratch the scratch folders, counted together with the writable mounts
   */
  LocalRun(String engine, Sandbox sandbox, Scratch scratch) {
    this.engine = engine;
    this.sandbox = sandbox;
    this.counted =
        Stream.concat(scratch.mounts().stream(), sandbox.mounts().stream())
            .filter(mount -> mount.access() == Sandbox.Access.WRITABLE)
            .map(Sandbox.Mount::host)
            .toList();
  }

  /** Runs it. Nothing of it is left when this returns or throws. */
  Ending run(List<String> command, Running running) throws InterruptedException {
    try (LimitedLog log = new LimitedLog(sandbox.log(), sandbox.limits().logBytes())) {
      Process process = Spawn.start(command);
      try (Running.Entry entry = running.enter(process)) {
        Thread out = reader("out", () -> log.drain(process.getInputStream()));
        Thread messages = reader("messages", () -> listen(process.getErrorStream()));
        Watch watch = new Watch(sandbox.limits(), log, counted);
        Optional<Ending> over = watch(process, watch);
        out.join();
        messages.join();
        entry.throwIfKilled();
        return over.or(watch::overAtTheEnd).orElseGet(() -> ended(process, watch.elapsed()));
      } finally {
        TreeKill.kill(process);
      }
    } catch (IOException e) {
      throw Failure.undecided(
          "running a command with %s: %s".formatted(engine, e.getMessage()),
          "see selfsame doctor",
          e);
    }
  }

  private static Optional<Ending> watch(Process process, Watch watch) throws InterruptedException {
    while (!process.waitFor(watch.pause().toNanos(), TimeUnit.NANOSECONDS)) {
      Optional<Ending> over = watch.over(process.pid());
      if (over.isPresent()) {
        TreeKill.kill(process);
        return over;
      }
    }
    return Optional.empty();
  }

  private Ending ended(Process process, Duration wall) {
    if (!ready) {
      throw Failure.undecided(
          "%s could not set up the sandbox: %s"
              .formatted(engine, said.isEmpty() ? "it said nothing" : String.join("; ", said)),
          "try another engine, such as --engine auto");
    }
    return new Ending.Exited(process.exitValue(), wall);
  }

  private void listen(InputStream in) throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.equals(Prologue.STARTED)) {
        ready = true;
      } else if (said.size() < MESSAGE_LINES) {
        said.add(line.strip());
      }
    }
  }

  private interface Reading {
    void read() throws IOException;
  }

  private Thread reader(String what, Reading reading) {
    // Platform threads: reading a pipe holds the carrier of a virtual one, and there are few.
    return Thread.ofPlatform()
        .daemon()
        .name("sandbox-" + what)
        .start(() -> {
          try {
            reading.read();
          } catch (IOException closed) {
            // The process was killed and its pipe closed under the reader.
          }
        });
  }
}
