package dev.selfsame.deploy.host;

import dev.selfsame.digest.Digest;
import dev.selfsame.files.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Files beside a unit's own that change it (systemd.unit(5)): with {@code systemctl edit} somebody
 * gives a program another environment, and its file stays as it was. Those that are there when it
 * is deployed are noted with it; what differs from that later is a change by hand.
 */
final class DropIns {
  static final String FILE = Making.OWN + "drop-ins";

  /** In the place of a digest: it cannot be known again. */
  private static final String UNREADABLE = "unreadable";

  private DropIns() {}

  /** Writes down what is there, in a deployment's folder. */
  static void note(Path deployment, List<String> paths) throws IOException {
    StringBuilder text = new StringBuilder();
    digests(paths).forEach((path, hex) -> text.append(hex).append("  ").append(path).append('\n'));
    AtomicFile.write(deployment.resolve(FILE), text.toString());
  }

  /**
   * What differs from what was noted, a line each, sorted by path. One that cannot be read differs
   * always, such as one whose path systemctl prints otherwise than it is.
   */
  static List<String> changes(Path deployment, List<String> paths) throws IOException {
    Map<String, String> then = noted(deployment);
    Map<String, String> now = digests(paths);
    List<String> changes = new ArrayList<>();
    now.forEach((path, hex) -> {
      if (!then.containsKey(path)) {
        changes.add(path + " changes the unit since it was deployed");
      } else if (hex.equals(UNREADABLE)) {
        changes.add(path + " changes the unit, and cannot be read");
      } else if (!hex.equals(then.get(path))) {
        changes.add(path + " was changed");
      }
    });
    then.keySet().stream()
        .filter(path -> !now.containsKey(path))
        .map(path -> path + " is gone")
        .forEach(changes::add);
    return changes;
  }

  private static Map<String, String> digests(List<String> paths) throws IOException {
    Map<String, String> digests = new TreeMap<>();
    for (String path : paths) {
      digests.put(path, path.startsWith("/") ? digest(Path.of(path)) : UNREADABLE);
    }
    return digests;
  }

  private static String digest(Path path) throws IOException {
    try {
      return Digest.sha256(path).hex();
    } catch (NoSuchFileException e) {
      return UNREADABLE; // Deleted, and systemd goes by it still.
    }
  }

  private static Map<String, String> noted(Path deployment) throws IOException {
    Map<String, String> noted = new TreeMap<>();
    try {
      for (String line : Files.readAllLines(deployment.resolve(FILE), StandardCharsets.UTF_8)) {
        String[] fields = line.split(" {2}", 2);
        if (fields.length == 2) {
          noted.put(fields[1], fields[0]);
        }
      }
    } catch (NoSuchFileException none) {
      // It was deployed by a version that did not look at them.
    }
    return noted;
  }
}
