package dev.selfsame.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The program itself: the Java that runs it, and the cache that it starts from. */
public final class Program {
  private static final String ENDING = ".aot";

  private Program() {}

  /**
   * The Java that is running, and whether it is a whole JDK.
   *
   * @param home its folder
   */
  public static Check java(Path home) {
    String text =
        "%s (%s), %s"
            .formatted(Runtime.version(), System.getProperty("java.vendor", "unknown"), home);
    return Files.isExecutable(home.resolve("bin/javac"))
        ? Check.ok("JDK", text)
        : Check.missing(
            "JDK",
            text + ", has no compiler: it runs the program, and cannot build it anew",
            "install a JDK 25, and name it with SELFSAME_JAVA");
  }

  /**
   * Whether this process began from a cache of loaded classes: then the kernel has mapped it.
   *
   * @param maps {@code /proc/self/maps}
   */
  public static Check cache(Path maps) {
    String name = "AOT cache";
    try (Stream<String> lines = Files.lines(maps, StandardCharsets.ISO_8859_1)) {
      Optional<String> file =
          lines
              .filter(line -> line.endsWith(ENDING) && line.indexOf('/') >= 0)
              .map(line -> line.substring(line.indexOf('/')))
              .findFirst();
      return file.map(path -> Check.ok(name, "in use: " + path))
          .orElseGet(() ->
              Check.missing(
                  name,
                  "not in use: each start takes some tenths of a second longer",
                  "start it by verifier/bin/selfsame, and let it write verifier/target"));
    } catch (IOException e) {
      return Check.unknown(
          name, "%s: %s".formatted(maps, e.getMessage()), "check that /proc is mounted");
    }
  }
}
