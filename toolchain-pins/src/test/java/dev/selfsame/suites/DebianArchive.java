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
import java.util.List;
import java.util.Optional;

/** Debian's archive, of which a suite needs the files of a list. */
final class DebianArchive {
  /** That of the lists' files, as whoever fetches them has it. */
  private static final String SNAPSHOT = "20261122T091544Z";

  private DebianArchive() {}

  /**
   * Empty where every file is in the user's cache or the archive answers, else why not.
   *
   * @param list a resource of lines {@code PATH BYTES SHA256}; what begins with {@code #} is none
   */
  static Optional<String> absence(String list) {
    try (InputStream in = DebianArchive.class.getResourceAsStream(list)) {
      if (in == null) {
        return Optional.of("no list " + list);
      }
      List<String> files =
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.startsWith("#"))
              .toList();
      Optional<String> missing = missing(files);
      return missing.isEmpty() ? Optional.empty() : silence(missing.get());
    } catch (IOException | InterruptedException | Failure e) {
      return Optional.of(e.toString());
    }
  }

  /** The path of a file that is not in the cache. */
  private static Optional<String> missing(List<String> files) {
    try (Downloads downloads = new Downloads(UserFolders.of(System.getenv()).cache())) {
      return files.stream()
          .filter(line -> !Files.exists(downloads.placeOf(digest(line))))
          .map(line -> line.substring(0, line.indexOf(' ')))
          .findFirst();
    }
  }

  private static Digest digest(String line) {
    return Digest.ofSha256Hex(line.substring(line.lastIndexOf(' ') + 1));
  }

  /** Asks where the file would be fetched from. */
  private static Optional<String> silence(String file) throws InterruptedException {
    Mirrors mirrors = Mirrors.ofMachine(Path.of("/etc/apt")).through(System.getenv());
    String why = "no archive of Debian is known";
    try (ProxiedClient client = mirrors.client()) {
      for (URI place : mirrors.places("debian", SNAPSHOT, file)) {
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
