package dev.selfsame.binary.macho;

/** A version that Mach-O packs into 32 bits: {@code xxxx.yy.zz}. Source: {@code loader.h}. */
public final class PackedVersion {
  private PackedVersion() {}

  /** All three numbers, such as {@code 1311.0.0}: as dylib versions are written. */
  public static String full(long packed) {
    return "%d.%d.%d".formatted(packed >>> 16, (packed >>> 8) & 0xff, packed & 0xff);
  }

  /** Without a last number that is zero, such as {@code 11.0}: as systems are written. */
  public static String brief(long packed) {
    String two = "%d.%d".formatted(packed >>> 16, (packed >>> 8) & 0xff);
    return (packed & 0xff) == 0 ? two : "%s.%d".formatted(two, packed & 0xff);
  }

  /** A source version, {@code a.b.c.d.e} in 24, 10, 10, 10 and 10 bits. */
  public static String source(long packed) {
    return "%d.%d.%d.%d.%d"
        .formatted(
            packed >>> 40,
            (packed >>> 30) & 0x3ff,
            (packed >>> 20) & 0x3ff,
            (packed >>> 10) & 0x3ff,
            packed & 0x3ff);
  }
}
