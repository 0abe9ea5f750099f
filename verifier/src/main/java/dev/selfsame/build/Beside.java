package dev.selfsame.build;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Work in a thread of its own, beside the caller's. Closing it interrupts the work and waits until
 * it has ended, so that nothing of it is left.
 */
final class Beside<T> implements AutoCloseable {
  private final FutureTask<T> task;
  private final Thread thread;

  private Beside(String name, FutureTask<T> task) {
    this.task = task;
    this.thread = Thread.ofPlatform().daemon().name(name).start(task);
  }

  /** What is done. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws InterruptedException;
  }

  static <T> Beside<T> start(String name, Work<T> work) {
    return new Beside<>(name, new FutureTask<>(work::run));
  }

  /**
   * Waits for what came of it.
   *
   * @throws InterruptedException when the caller or the work was interrupted
   */
  T result() throws InterruptedException {
    try {
      return task.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case InterruptedException stopped -> throw stopped;
        case RuntimeException failed -> throw failed;
        case Error failed -> throw failed;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void close() {
    end(thread);
  }

  /** Interrupts a thread and waits until it has ended, even if the caller is interrupted. */
  static void end(Thread thread) {
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
