package dev.selfsame.scenes;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/** Several clients of one server that is killed at any moment, each in a repository of its own. */
public final class CrashLoads {
  /** Hundredths of a second. */
  private static final int SILENT = 2000;

  private final List<CrashLoad> all;

  private CrashLoads(List<CrashLoad> all) {
    this.all = all;
  }

  /** So many. */
  public static CrashLoads of(int clients, Random random) {
    return new CrashLoads(
        IntStream.range(0, clients)
            .mapToObj(i -> new CrashLoad("client-" + i, random.nextLong()))
            .toList());
  }

  /** Has one of them push a blob of this size, in pieces, before anything else. */
  public void beginWith(int size) {
    all.getFirst().beginWith(size);
  }

  /** Writes that were acknowledged so far. */
  public int acknowledged() {
    return all.stream().mapToInt(CrashLoad::acknowledged).sum();
  }

  /**
   * Has all of them write to a server, and kills it some time after it has acknowledged something,
   * or been silent for long: a crowded machine may take seconds for the first answers.
   */
  public void untilKilled(int port, Process server, int millis) throws InterruptedException {
    AtomicReference<Throwable> wrong = new AtomicReference<>();
    int before = acknowledged();
    List<Thread> threads = new ArrayList<>();
    for (CrashLoad load : all) {
      load.connect(port);
      Thread thread =
          new Thread(() -> {
            try {
              load.run();
            } catch (Throwable e) {
              wrong.set(e);
            }
          });
      thread.start();
      threads.add(thread);
    }
    for (int i = 0; i < SILENT && acknowledged() == before && server.isAlive(); i++) {
      Thread.sleep(10);
    }
    Thread.sleep(millis);
    server.destroyForcibly().waitFor();
    for (Thread thread : threads) {
      thread.join();
    }
    if (wrong.get() != null) {
      throw new AssertionError(wrong.get());
    }
  }

  /** What a server has lost, or shows by halves; empty where it kept its word. */
  public List<String> losses(int port) throws IOException, InterruptedException {
    List<String> losses = new ArrayList<>();
    for (CrashLoad load : all) {
      load.connect(port);
      losses.addAll(load.losses());
    }
    return losses;
  }
}
