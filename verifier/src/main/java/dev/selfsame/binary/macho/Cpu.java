package dev.selfsame.binary.macho;

import java.util.Map;

/**
 * A processor as Mach-O numbers it. Source: {@code mach/machine.h}.
 *
 * @param type {@code cputype}
 * @param subtype {@code cpusubtype}, capability bits included
 */
public record Cpu(int type, int subtype) {
  private static final int WIDE = 0x0100_0000;
  private static final int NARROW_POINTERS = 0x0200_0000;

  public static final int X86 = 7;
  public static final int X86_64 = X86 | WIDE;
  public static final int ARM = 12;
  public static final int ARM64 = ARM | WIDE;
  public static final int ARM64_32 = ARM | NARROW_POINTERS;
  public static final int POWERPC = 18;
  public static final int POWERPC64 = POWERPC | WIDE;

  /** The upper byte of a subtype holds capabilities: the ABI version of arm64e, {@code LIB64}. */
  private static final int CAPABILITIES = 0xff00_0000;

  private static final Map<Integer, String> TYPES =
      Map.ofEntries(
          Map.entry(1, "vax"),
          Map.entry(6, "m68k"),
          Map.entry(X86, "i386"),
          Map.entry(X86_64, "x86_64"),
          Map.entry(11, "hppa"),
          Map.entry(ARM, "arm"),
          Map.entry(ARM64, "arm64"),
          Map.entry(ARM64_32, "arm64_32"),
          Map.entry(13, "m88k"),
          Map.entry(14, "sparc"),
          Map.entry(15, "i860"),
          Map.entry(POWERPC, "ppc"),
          Map.entry(POWERPC64, "ppc64"));

  private static final Map<Integer, String> ARMS =
      Map.ofEntries(
          Map.entry(5, "armv4t"),
          Map.entry(6, "armv6"),
          Map.entry(7, "armv5"),
          Map.entry(8, "xscale"),
          Map.entry(9, "armv7"),
          Map.entry(10, "armv7f"),
          Map.entry(11, "armv7s"),
          Map.entry(12, "armv7k"),
          Map.entry(13, "armv8"),
          Map.entry(14, "armv6m"),
          Map.entry(15, "armv7m"),
          Map.entry(16, "armv7em"));

  private static final Map<Integer, String> POWERPCS =
      Map.of(
          1,
          "ppc601",
          3,
          "ppc603",
          4,
          "ppc603e",
          5,
          "ppc603ev",
          6,
          "ppc604",
          7,
          "ppc604e",
          9,
          "ppc750",
          10,
          "ppc7400",
          11,
          "ppc7450",
          100,
          "ppc970");

  /**
   * The name that Apple's tools give the architecture, such as {@code x86_64h}, {@code arm64e} or
   * {@code ppc7400}; {@code cpu TYPE.SUBTYPE} where it has none.
   */
  public String name() {
    int plain = subtype & ~CAPABILITIES;
    String base = TYPES.get(type);
    if (base == null) {
      return "cpu %d.%d".formatted(type, plain);
    }
    return switch (type) {
      case X86_64 -> plain == 8 ? "x86_64h" : base;
      case ARM64 -> plain == 2 ? "arm64e" : plain == 1 ? "arm64v8" : base;
      case ARM -> ARMS.getOrDefault(plain, base);
      case POWERPC -> POWERPCS.getOrDefault(plain, base);
      default -> base;
    };
  }
}
