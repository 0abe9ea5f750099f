package dev.selfsame.oci.http;

import dev.selfsame.oci.OciError;
import dev.selfsame.oci.OciError.Code;
import java.nio.file.Path;

/**
 * The room on the disk of a registry. Its last part is not for what clients push: it is for
 * deletions and the collector, which make room again and need some for it, for logs and rows, and
 * for promotions and rollbacks, which must not wait.
 *
 * @param folder the registry's
 * @param reserve the last part, in bytes
 * @param holdsBlobs whether pushed blobs come to it; else they pass through it in pieces
 */
public record Room(Path folder, long reserve, boolean holdsBlobs) {
  private static final long USUAL_RESERVE = 64L << 20;

  /** A small disk is not all reserve. */
  private static final int PART = 16;

  private static final long LEAST_STEP = 64 << 10;
  private static final long MOST_STEP = 4 << 20;

  /** What it takes of a full disk's message to be known as one. */
  private static final String FULL = "No space left";

  /** How a log says that it takes nothing more until a new start, whatever began it. */
  private static final String FOR_GOOD = "the disk has failed under";

  private static final String OVER_QUOTA = "quota exceeded";

  /** With a reserve of 64 MiB, or of a sixteenth where that is less. */
  public static Room of(Path folder, boolean holdsBlobs) {
    return new Room(
        folder, Math.min(USUAL_RESERVE, folder.toFile().getTotalSpace() / PART), holdsBlobs);
  }

  /** Bytes that are free; 0 also where that cannot be told. */
  public long free() {
    return folder.toFile().getUsableSpace();
  }

  /** Whether nothing more is taken. */
  public boolean isLow() {
    return isFull(0);
  }

  /** A disk that does not say its size has no reserve: the write itself tells. */
  private boolean isFull(long bytes) {
    return free() - bytes <= reserve && folder.toFile().getTotalSpace() > 0;
  }

  /** After how many pushed bytes it is looked at again: others write to the same disk. */
  long step() {
    return Math.clamp(reserve / PART, LEAST_STEP, MOST_STEP);
  }

  /**
   * Sees that so much more may be pushed.
   *
   * @param bytes with those that others may still push; 0 where that is not known
   * @throws OciError with {@link Code#FULL} where it may not
   */
  void require(long bytes) {
    if (isFull(holdsBlobs ? bytes : 0)) {
      throw full();
    }
  }

  static OciError full() {
    return new OciError(
        Code.FULL, "the registry's disk is full; nothing was kept, and what is there is served");
  }

  /** Whether that is what is said of a disk that has no room left. */
  public static boolean isOfFullDisk(String message) {
    return !message.contains(FOR_GOOD) && isOfNoRoom(message);
  }

  private static boolean isOfNoRoom(String message) {
    return message.contains(FULL) || message.contains(OVER_QUOTA);
  }
}
