package dev.selfsame.binary;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** The test binaries; the README beside them says how they were made. */
public final class Fixtures {
  /** Every one that is an ELF file. */
  public static final List<String> ELF =
      List.of(
          "bare-full",
          "bare-stripped",
          "bare-symbols",
          "hello-abort",
          "hello-symbols",
          "i686-exec",
          "i686.o",
          "powerpc-exec",
          "powerpc.o",
          "s390x-exec",
          "s390x.o");

  /** Every one that is a Mach-O or a universal file. */
  public static final List<String> MACHO =
      List.of(
          "macho/objects-fat64",
          "macho/program-ppc",
          "macho/quiet-arm64",
          "macho/quiet-fat",
          "macho/quiet-library",
          "macho/words-chained",
          "macho/words-dsym",
          "macho/words-i386.o",
          "macho/words-x86_64",
          "macho/words.o");

  /** Every one that is a PE image or a COFF object. */
  public static final List<String> PE =
      List.of(
          "msvc.exe",
          "signed.exe",
          "guarded.exe",
          "gnu-full.exe",
          "gnu-symbols.exe",
          "gnu-stripped.exe",
          "hello-gnu.exe",
          "pe32.dll",
          "msvc.obj",
          "i686.obj",
          "big.obj");

  /** Every one that is an archive. */
  public static final List<String> AR =
      List.of("gnu.a", "bsd.a", "thin.a", "libsmall.rlib", "libsmall-msvc.rlib", "kernel32.lib");

  private Fixtures() {}

  /** A test binary's path. */
  public static Path path(String name) {
    URL url = Objects.requireNonNull(Fixtures.class.getResource(name), name);
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
