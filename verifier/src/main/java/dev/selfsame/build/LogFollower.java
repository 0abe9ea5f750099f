package dev.selfsame.build;

import dev.selfsame.outcome.Progress;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** Reads a log while it grows, and counts the crates that Cargo has begun to compile. */
final class LogFollower implements AutoCloseable {
  private static final int PAUSE_MILLIS = 200;
  private static final int CHUNK = 1 << 16;

  private final Path log;
  private final Progress.Step step;
  private final Thread thread;
  private final Set<String> seen = new HashSet<>();
  private final StringBuilder rest = new StringBuilder();
  private volatile boolean stopped;
  private long position;

  LogFollower(Path log, Progress.Step step) {
    this.log = log;
    this.step = step;
    // A platform thread: the engine keeps the few carriers of virtual threads busy.
    this.thread = Thread.ofPlatform().daemon().name("follow-log").start(this::follow);
  }

  private void follow() {
    try {
      while (!stopped) {
        read();
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      // The build has ended.
    }
    // What it said since the last look: all of it where it took less than a pause.
    read();
  }

  private void read() {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      file.seek(position);
      byte[] chunk = new byte[CHUNK];
      for (int n = file.read(chunk); n > 0; n = file.read(chunk)) {
        position += n;
        take(new String(chunk, 0, n, StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      // The log is not there yet; progress is no reason to fail.
    }
  }

  private void take(String text) {
    rest.append(text);
    int start = 0;
    for (int end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n", start)) {
      CargoLog.compiling(rest.substring(start, end))
          .filter(seen::add)
          .ifPresent(crate -> {
            step.advance(1);
            step.now("compiling " + crate);
          });
      start = end + 1;
    }
    rest.delete(0, start);
    if (rest.length() > CHUNK) {
      rest.setLength(0);
    }
  }

  /** Returns when the whole log is counted. */
  @Override
  public void close() {
    stopped = true;
    Beside.end(thread);
  }
}
