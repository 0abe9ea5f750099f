package dev.selfsame.build.sandbox;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The runs of an engine that are under way, so that a shutdown can end them all. */
final class Running {
  private final Set<Entry> entries = ConcurrentHashMap.newKeySet();

  /** A run under way; closing it says that it has ended. */
  final class Entry implements AutoCloseable {
    private final Process process;
    private volatile boolean killed;

    private Entry(Process process) {
      this.process = process;
    }

    void throwIfKilled() throws InterruptedException {
      if (killed) {
        throw new InterruptedException("the build was stopped");
      }
    }

    @Override
    public void close() {
      entries.remove(this);
    }
  }

  Entry enter(Process process) {
    Entry entry = new Entry(process);
    entries.add(entry);
    return entry;
  }

  /** Kills every run and waits until all are gone. */
  void killAll() {
    for (Entry entry : entries) {
      entry.killed = true;
      TreeKill.kill(entry.process);
    }
  }
}
