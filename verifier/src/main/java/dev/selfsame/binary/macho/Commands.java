package dev.selfsame.binary.macho;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Numbers of load commands and of what they name. Source: {@code loader.h}. */
public final class Commands {
  /** {@code LC_REQ_DYLD}: a dyld that does not know the command must refuse the file. */
  private static final long REQUIRED = 0x8000_0000L;

  static final long SEGMENT = 0x1;
  static final long SYMTAB = 0x2;
  static final long SYMSEG = 0x3;
  static final long THREAD = 0x4;
  public static final long UNIXTHREAD = 0x5;
  static final long DYSYMTAB = 0xb;
  public static final long LOAD_DYLIB = 0xc;
  public static final long ID_DYLIB = 0xd;
  public static final long LOAD_DYLINKER = 0xe;
  static final long PREBOUND_DYLIB = 0x10;
  static final long ROUTINES = 0x11;
  static final long TWOLEVEL_HINTS = 0x16;
  static final long PREBIND_CKSUM = 0x17;
  public static final long LOAD_WEAK_DYLIB = 0x18 | REQUIRED;
  static final long SEGMENT_64 = 0x19;
  static final long ROUTINES_64 = 0x1a;
  static final long UUID = 0x1b;
  public static final long RPATH = 0x1c | REQUIRED;
  public static final long CODE_SIGNATURE = 0x1d;
  public static final long SEGMENT_SPLIT_INFO = 0x1e;
  public static final long REEXPORT_DYLIB = 0x1f | REQUIRED;
  public static final long LAZY_LOAD_DYLIB = 0x20;
  static final long ENCRYPTION_INFO = 0x21;
  static final long DYLD_INFO = 0x22;
  static final long DYLD_INFO_ONLY = 0x22 | REQUIRED;
  public static final long LOAD_UPWARD_DYLIB = 0x23 | REQUIRED;
  public static final long VERSION_MIN_MACOSX = 0x24;
  public static final long VERSION_MIN_IPHONEOS = 0x25;
  public static final long FUNCTION_STARTS = 0x26;
  static final long MAIN = 0x28 | REQUIRED;
  public static final long DATA_IN_CODE = 0x29;
  static final long SOURCE_VERSION = 0x2a;
  public static final long DYLIB_CODE_SIGN_DRS = 0x2b;
  static final long ENCRYPTION_INFO_64 = 0x2c;
  static final long LINKER_OPTION = 0x2d;
  public static final long LINKER_OPTIMIZATION_HINT = 0x2e;
  public static final long VERSION_MIN_TVOS = 0x2f;
  public static final long VERSION_MIN_WATCHOS = 0x30;
  static final long NOTE = 0x31;
  static final long BUILD_VERSION = 0x32;
  public static final long DYLD_EXPORTS_TRIE = 0x33 | REQUIRED;
  public static final long DYLD_CHAINED_FIXUPS = 0x34 | REQUIRED;
  static final long FILESET_ENTRY = 0x35 | REQUIRED;
  public static final long ATOM_INFO = 0x36;
  public static final long FUNCTION_VARIANTS = 0x37;
  public static final long FUNCTION_VARIANT_FIXUPS = 0x38;

  /** By number without {@code LC_REQ_DYLD}, from 1. */
  private static final String[] NAMES = {
    "SEGMENT",
    "SYMTAB",
    "SYMSEG",
    "THREAD",
    "UNIXTHREAD",
    "LOADFVMLIB",
    "IDFVMLIB",
    "IDENT",
    "FVMFILE",
    "PREPAGE",
    "DYSYMTAB",
    "LOAD_DYLIB",
    "ID_DYLIB",
    "LOAD_DYLINKER",
    "ID_DYLINKER",
    "PREBOUND_DYLIB",
    "ROUTINES",
    "SUB_FRAMEWORK",
    "SUB_UMBRELLA",
    "SUB_CLIENT",
    "SUB_LIBRARY",
    "TWOLEVEL_HINTS",
    "PREBIND_CKSUM",
    "LOAD_WEAK_DYLIB",
    "SEGMENT_64",
    "ROUTINES_64",
    "UUID",
    "RPATH",
    "CODE_SIGNATURE",
    "SEGMENT_SPLIT_INFO",
    "REEXPORT_DYLIB",
    "LAZY_LOAD_DYLIB",
    "ENCRYPTION_INFO",
    "DYLD_INFO",
    "LOAD_UPWARD_DYLIB",
    "VERSION_MIN_MACOSX",
    "VERSION_MIN_IPHONEOS",
    "FUNCTION_STARTS",
    "DYLD_ENVIRONMENT",
    "MAIN",
    "DATA_IN_CODE",
    "SOURCE_VERSION",
    "DYLIB_CODE_SIGN_DRS",
    "ENCRYPTION_INFO_64",
    "LINKER_OPTION",
    "LINKER_OPTIMIZATION_HINT",
    "VERSION_MIN_TVOS",
    "VERSION_MIN_WATCHOS",
    "NOTE",
    "BUILD_VERSION",
    "DYLD_EXPORTS_TRIE",
    "DYLD_CHAINED_FIXUPS",
    "FILESET_ENTRY",
    "ATOM_INFO",
    "FUNCTION_VARIANTS",
    "FUNCTION_VARIANT_FIXUPS",
    "TARGET_TRIPLE"
  };

  private static final Map<Long, String> BY_NUMBER = byNumber();

  private static final Map<Long, String> PLATFORMS =
      Map.ofEntries(
          Map.entry(1L, "macOS"),
          Map.entry(2L, "iOS"),
          Map.entry(3L, "tvOS"),
          Map.entry(4L, "watchOS"),
          Map.entry(5L, "bridgeOS"),
          Map.entry(6L, "Mac Catalyst"),
          Map.entry(7L, "iOS simulator"),
          Map.entry(8L, "tvOS simulator"),
          Map.entry(9L, "watchOS simulator"),
          Map.entry(10L, "DriverKit"),
          Map.entry(11L, "visionOS"),
          Map.entry(12L, "visionOS simulator"));

  private Commands() {}

  private static Map<Long, String> byNumber() {
    Map<Long, String> names = new HashMap<>();
    for (int i = 0; i < NAMES.length; i++) {
      names.put(i + 1L, "LC_" + NAMES[i]);
    }
    for (long number :
        new long[] {
          LOAD_WEAK_DYLIB,
          RPATH,
          REEXPORT_DYLIB,
          LOAD_UPWARD_DYLIB,
          MAIN,
          DYLD_EXPORTS_TRIE,
          DYLD_CHAINED_FIXUPS,
          FILESET_ENTRY
        }) {
      names.put(number, String.valueOf(names.remove(number & ~REQUIRED)));
    }
    names.put(DYLD_INFO_ONLY, "LC_DYLD_INFO_ONLY");
    return Map.copyOf(names);
  }

  /** The command's name, such as {@code LC_UUID}; {@code LC 0x…} where the number is unknown. */
  public static String name(long number) {
    return BY_NUMBER.getOrDefault(number, String.format(Locale.ROOT, "LC 0x%x", number));
  }

  static boolean known(long number) {
    return BY_NUMBER.containsKey(number);
  }

  /** A platform's name, such as {@code macOS}; {@code platform N} where it is unknown. */
  public static String platform(long number) {
    return PLATFORMS.getOrDefault(number, "platform %d".formatted(number));
  }
}
