package dev.selfsame.binary;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Makes a small PE32+ image of one section. */
final class MadePe {
  private static final int HEADERS = 0x200;
  private static final int INITIALIZED = 0x4000_0040;

  private MadePe() {}

  static byte[] of(String section, byte[] content) {
    ByteBuffer out = ByteBuffer.allocate(HEADERS + content.length).order(ByteOrder.LITTLE_ENDIAN);
    out.put(0, new byte[] {'M', 'Z'}).putInt(60, 64).put(64, new byte[] {'P', 'E'});
    out.putShort(68, (short) 0x8664).putShort(70, (short) 1);
    out.putShort(84, (short) 112).putShort(86, (short) 2);
    out.putShort(88, (short) 0x20b).putLong(112, 0x1_4000_0000L).putInt(148, HEADERS);
    int header = 88 + 112;
    out.put(header, section.getBytes(StandardCharsets.US_ASCII));
    out.putInt(header + 8, content.length).putInt(header + 12, 0x1000);
    out.putInt(header + 16, content.length).putInt(header + 20, HEADERS);
    out.putInt(header + 36, INITIALIZED);
    out.put(HEADERS, content);
    return out.array();
  }
}
