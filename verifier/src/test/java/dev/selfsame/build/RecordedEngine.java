package dev.selfsame.build;

import java.util.concurrent.atomic.AtomicInteger;

/** A real engine, of which it is known how many commands it ran, and how many at once. */
class RecordedEngine implements Engine {
  private final Engine real;
  private final AtomicInteger runs = new AtomicInteger();
  private final AtomicInteger now = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  RecordedEngine(Engine real) {
    this.real = real;
  }

  /** Commands begun so far. */
  int runs() {
    return runs.get();
  }

  /** Commands that run. */
  int now() {
    return now.get();
  }

  /** The most that ran at once. */
  int most() {
    return most.get();
  }

  @Override
  public String name() {
    return real.name();
  }

  @Override
  public Probe probe() {
    return real.probe();
  }

  @Override
  public Ending run(Sandbox sandbox) throws InterruptedException {
    runs.incrementAndGet();
    most.accumulateAndGet(now.incrementAndGet(), Math::max);
    try {
      return real.run(sandbox);
    } finally {
      now.decrementAndGet();
    }
  }

  @Override
  public boolean showsHostFolders() {
    return real.showsHostFolders();
  }

  @Override
  public void killAll() {
    real.killAll();
  }
}
