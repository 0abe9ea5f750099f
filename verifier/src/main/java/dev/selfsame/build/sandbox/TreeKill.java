package dev.selfsame.build.sandbox;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** Ends a sandbox program and all below it. */
final class TreeKill {
  private static final int PATIENCE_SECONDS = 20;

  private TreeKill() {}

  /**
   * Kills the tree and waits until it is gone.
   *
   * <p>The children go first: one of them is process 1 of the sandbox's namespace, with which the
   * kernel kills every other, and the sandbox program has to outlive it in order to reap it. So
   * when the program has ended, there is nothing left and no zombie either.
   */
  static void kill(Process process) {
    boolean interrupted = false;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (process.isAlive() && System.nanoTime() < end) {
      List<Long> children = ProcessTree.children(process.pid());
      children.forEach(child -> ProcessHandle.of(child).ifPresent(ProcessHandle::destroyForcibly));
      if (children.isEmpty()) {
        process.destroyForcibly();
      }
      try {
        process.waitFor(50, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    process.destroyForcibly();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
