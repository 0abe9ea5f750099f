package dev.selfsame.agent;

import java.time.Duration;
import java.util.function.Predicate;

/** Waits for what another process brings about. */
final class Eventually {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private Eventually() {}

  /** What is asked for again and again. */
  @FunctionalInterface
  interface Question<T> {
    T ask() throws Exception;
  }

  /**
   * Asks until the answer is the expected one; gives it.
   *
   * @throws AssertionError with the last answer when it never is
   */
  static <T> T answer(Question<T> question, Predicate<T> expected) throws Exception {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      T answer = question.ask();
      if (expected.test(answer)) {
        return answer;
      }
      if (System.nanoTime() > end) {
        throw new AssertionError("still not as expected after " + LIMIT + ": " + answer);
      }
      Thread.sleep(50);
    }
  }
}
