package dev.selfsame.pins.fetch;

import java.io.IOException;
import java.io.InputStream;

/** One place where bytes may be had. */
public interface Origin {

  /** How messages name it, such as a host. What fails to connect is tried last from then on. */
  String name();

  /**
   * Asks for the bytes from an offset on.
   *
   * @param from bytes that are there already, 0 for all
   * @throws IOException where it cannot be reached or does not have them
   */
  Answer open(long from) throws IOException, InterruptedException;

  /**
   * What came back.
   *
   * @param from offset of the first byte of {@code body}: what was asked for, or 0 from an origin
   *     that knows no ranges
   */
  record Answer(long from, InputStream body) {}
}
