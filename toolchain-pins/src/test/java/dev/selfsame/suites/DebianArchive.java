package dev.selfsame.suites;

import dev.selfsame.digest.Digest;
import dev.selfsame.files.UserFolders;
import dev.selfsame.outcome.Failure;
import dev.selfsame.pins.fetch.Downloads;
import dev.selfsame.pins.fetch.HttpOrigin;
import dev.selfsame.pins.fetch.Mirrors;
import dev.selfsame.pins.fetch.ProxiedClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Debian's archive, of which a suite needs the files of a list. */
final class DebianArchive {
  private static final String PROBE = "dists/trixie/InRelease";

  private DebianArchive() {}

  /**
   * Empty where every file is in the user's cache or the archive answers, else why not.
   *
   * @param list a resource: each line ends with a file's SHA-256, or begins with {@code #}
   */
  static Optional<String> absence(String list) {
    try {
      return kept(list) ? Optional.empty() : silence();
    } catch (IOException | InterruptedException | Failure e) {
      return Optional.of(e.toString());
    }
  }

  private static boolean kept(String list) throws IOException {
    try (InputStream in = DebianArchive.class.getResourceAsStream(list);
        Downloads downloads = new Downloads(UserFolders.of(System.getenv()).cache())) {
      return in != null
          && new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.startsWith("#"))
              .map(line -> Digest.ofSha256Hex(line.substring(line.lastIndexOf(' ') + 1)))
              .allMatch(digest -> Files.exists(downloads.placeOf(digest)));
    }
  }

  private static Optional<String> silence() throws InterruptedException {
    Mirrors mirrors = Mirrors.ofMachine(Path.of("/etc/apt")).through(System.getenv());
    String why = "no archive of Debian is known";
    try (ProxiedClient client = mirrors.client()) {
      for (URI place : mirrors.places("debian", PROBE)) {
        try {
          new HttpOrigin(client, place).open(0).body().close();
          return Optional.empty();
        } catch (IOException e) {
          why = "no archive of Debian answers: " + e;
        }
      }
    }
    return Optional.of(why);
  }
}
