package dev.selfsame.binary.bytes;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.InflaterInputStream;

/** Unpacks compressed parts of a file, never more than was asked for. */
public final class Inflater {
  private Inflater() {}

  /**
   * The content of a zlib stream.
   *
   * @param most bytes
   * @throws MalformedInputException where it is none, or holds more
   */
  public static byte[] zlib(ByteView packed, int most) {
    byte[] raw = packed.copy(0, (int) Math.min(packed.size(), most));
    try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(raw))) {
      byte[] content = in.readNBytes(most + 1);
      if (content.length > most) {
        throw packed.malformed(0, "compressed part of more than %d bytes".formatted(most));
      }
      return content;
    } catch (IOException e) {
      throw packed.malformed(0, "compressed part cannot be unpacked");
    }
  }
}
