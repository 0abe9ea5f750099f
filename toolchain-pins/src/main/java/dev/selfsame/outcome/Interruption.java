package dev.selfsame.outcome;

import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;

/**
 * Tells an interrupt, such as Ctrl-C, from trouble with a disk: the JDK reports it as an I/O error
 * of the file at hand, and nobody shall look for it there.
 */
public final class Interruption {
  private Interruption() {}

  /** Whether an interrupt is why this was thrown. */
  public static boolean isBehind(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      boolean io = t instanceof InterruptedIOException && !(t instanceof SocketTimeoutException);
      if (io
          || t instanceof ClosedByInterruptException
          || t instanceof FileLockInterruptionException
          || t instanceof InterruptedException) {
        return true;
      }
    }
    return false;
  }

  /**
   * What the user is told of it (exit 3). The thread is interrupted from then on.
   *
   * @param doing what was under way, such as {@code writing FILE}
   */
  public static Failure failure(String doing) {
    Thread.currentThread().interrupt();
    return Failure.undecided("interrupted while " + doing, "run the command again");
  }
}
