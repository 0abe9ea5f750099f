package dev.selfsame.build;

import dev.selfsame.outcome.Failure;

/** Tells an interrupt from a fault. */
final class Interruptible {
  private Interruptible() {}

  /** Work that an interrupt may end. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws InterruptedException;
  }

  /** A file operation that an interrupt ended fails as if the disk had: say what it was. */
  static <T> T run(Work<T> work) throws InterruptedException {
    try {
      return work.run();
    } catch (Failure failure) {
      if (Thread.interrupted()) {
        throw (InterruptedException) new InterruptedException("interrupted").initCause(failure);
      }
      throw failure;
    }
  }
}
