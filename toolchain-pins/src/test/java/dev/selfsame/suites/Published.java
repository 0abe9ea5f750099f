package dev.selfsame.suites;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selfsame.digest.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Other people's binaries, fetched once by the machine's own npm and kept in the user's cache. */
public final class Published {
  private static final Path CACHE =
      Path.of(System.getenv().getOrDefault("HOME", "/root"), ".cache/selfsame/npm");

  private Published() {}

  /**
   * A file of an npm package.
   *
   * @param packageAndVersion such as {@code @oxlint/win32-x64@1.3.0}
   * @param file its path in the package's archive
   * @param sha256 64 lower-case hex digits
   */
  public static Path npm(String packageAndVersion, String file, String sha256)
      throws IOException, InterruptedException {
    Path kept = CACHE.resolve(sha256);
    if (!Files.exists(kept)) {
      Files.createDirectories(CACHE);
      Path work = Files.createTempDirectory(CACHE, "fetch");
      try {
        String archive = run(work, "npm", "pack", "--silent", packageAndVersion).strip();
        run(work, "tar", "xzf", archive, file);
        assertEquals("sha256:" + sha256, Digest.sha256(work.resolve(file)).toString(), file);
        Files.move(work.resolve(file), kept, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        delete(work);
      }
    }
    return kept;
  }

  private static String run(Path folder, String... command)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), String.join(" ", command));
    return said;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.delete(file);
      }
    }
  }
}
