package dev.selfsame.store.s3;

import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * The bytes of an object, in order and to their end. Where a connection is cut off in their midst,
 * the rest is asked for by its range, of the same state of the object; so what ended well is whole.
 */
final class Download {
  private static final int BUFFER = 1 << 16;

  /** So many bytes in a row, and earlier cuts are forgotten. */
  private static final long HEALED = 8 << 20;

  private final Bucket bucket;
  private final Patience patience;
  private final String key;
  private final byte[] buffer = new byte[BUFFER];
  private final @Nullable String pinned;
  private @Nullable String etag;
  private long at;

  /** The place after the last byte wanted, or -1 until the server has said how many there are. */
  private long end;

  /** Whether {@link #end} was asked for, or bytes came after the head that said it. */
  private boolean sure;

  private int cuts;
  private long lastCut;

  private Download(
      Bucket bucket, Patience patience, String key, @Nullable String etag, long at, long end) {
    this.bucket = bucket;
    this.patience = patience;
    this.key = key;
    this.pinned = etag;
    this.etag = etag;
    this.at = at;
    this.end = end;
    this.lastCut = at;
  }

  /**
   * All bytes of an object.
   *
   * @param etag which state of it, null for any
   */
  static Download whole(Bucket bucket, Patience patience, String key, @Nullable String etag) {
    return new Download(bucket, patience, key, etag, 0, -1);
  }

  /** Some bytes of an object, 1 or more. */
  static Download range(Bucket bucket, Patience patience, String key, long from, long count) {
    return new Download(bucket, patience, key, null, from, from + count);
  }

  /**
   * Does it.
   *
   * @param limit how many bytes at most
   * @return how many bytes went to {@code out}; -1 where they are more than {@code limit}, and then
   *     none did
   * @throws NoSuchElementException where there is no such object
   * @throws IOException where {@code out} cannot be written
   * @throws Failure exit 3 where it cannot be read to its end
   */
  long to(OutputStream out, long limit) throws IOException {
    long from = at;
    do {
      ResponseInputStream<GetObjectResponse> body = open();
      boolean whole = false;
      try {
        if (begin(body.response())) {
          if (end - from > limit) {
            return -1;
          }
          whole = pour(body, out);
        }
      } finally {
        if (whole) {
          body.close();
        } else {
          body.abort();
        }
      }
    } while (end < 0 || at < end);
    return at - from;
  }

  private ResponseInputStream<GetObjectResponse> open() {
    var opened = bucket.get(key, at, end, etag);
    if (opened.isEmpty()) {
      if (cuts == 0) {
        throw new NoSuchElementException("no object " + key);
      }
      throw bucket.trouble().wrong("read " + key, "it went away while it was read");
    }
    return opened.get();
  }

  /** Takes in what the answer says; false where its head was cut off too early. */
  private boolean begin(GetObjectResponse answer) {
    Long length = answer.contentLength();
    boolean asked = at > 0 || end >= 0;
    if (length == null || answer.eTag() == null || (asked && answer.contentRange() == null)) {
      cutOff(new IOException("the answer's head is not whole"));
      return false;
    }
    if (asked && !String.valueOf(answer.contentRange()).startsWith("bytes %d-".formatted(at))) {
      throw bucket.trouble().wrong("read " + key, "the answer is not the range that was asked for");
    }
    if (end >= 0 && length != end - at) {
      throw bucket
          .trouble()
          .wrong(
              "read " + key, "%d bytes were asked for, %d are there".formatted(end - at, length));
    }
    sure = end >= 0;
    end = at + length;
    etag = answer.eTag();
    return true;
  }

  /** Whether all wanted bytes came; else the connection was cut off. */
  private boolean pour(ResponseInputStream<GetObjectResponse> body, OutputStream out)
      throws IOException {
    long waited = 0;
    long began = at;
    while (at < end) {
      int read;
      long asked = System.nanoTime();
      try {
        read = body.read(buffer, 0, (int) Math.min(buffer.length, end - at));
        if (read < 0) {
          throw new IOException("cut off at byte %d of %d".formatted(at, end));
        }
        waited += System.nanoTime() - asked;
        requirePace(waited, at + read - began);
      } catch (IOException | SdkException e) {
        if (!sure) {
          // The head may have been cut off within the length that it said.
          end = -1;
          etag = pinned;
        }
        cutOff(e);
        return false;
      }
      sure = true;
      out.write(buffer, 0, read);
      at += read;
    }
    return true;
  }

  /** Only waiting for the server counts, not for whoever takes the bytes. */
  private void requirePace(long waitedNanos, long came) throws SocketTimeoutException {
    double allowed = patience.silence().toNanos() + came * 1e9 / patience.slowest();
    if (waitedNanos > allowed) {
      throw new SocketTimeoutException("%d bytes came in all that time".formatted(came));
    }
  }

  private void cutOff(Exception e) {
    cuts = at - lastCut >= HEALED ? 1 : cuts + 1;
    lastCut = at;
    if (cuts >= patience.attempts()) {
      throw bucket.trouble().of("read " + key, e);
    }
    try {
      Thread.sleep(patience.pause(cuts));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw bucket.trouble().of("read " + key, stopped);
    }
  }
}
