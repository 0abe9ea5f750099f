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
