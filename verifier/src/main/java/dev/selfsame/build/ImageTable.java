package dev.selfsame.build;

import dev.selfsame.evidence.ImageSettings;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the table {@code [image]} of {@code selfsame.toml}. */
final class ImageTable {
  private static final Pattern PIN = Pattern.compile("[a-z0-9][a-z0-9.-]{0,63}");
  private static final Pattern BINARY = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_-]{0,127}");
  private static final Pattern USER = Pattern.compile("([0-9]{1,10}):([0-9]{1,10})");

  /** Nobody's, and not root's: what distroless images call nonroot. */
  private static final String USUAL_USER = "65532:65532";

  private ImageTable() {}

  /** The table, or null where the file has none. */
  static @Nullable ImageSettings read(ProjectTable image, List<String> binaries) {
    if (!image.present()) {
      return null;
    }
    String binary = binary(image, binaries);
    String path = "an absolute path below a folder, such as /usr/local/bin/" + binary;
    long[] user = user(image);
    return new ImageSettings(
        image.string("base", PIN, "a pin id (see: selfsame pins list)"),
        binary,
        image.optional("entrypoint", ImageSettings.PATH, path).orElse("/usr/local/bin/" + binary),
        few(image, "arguments", image.strings("arguments", ImageSettings.LINE, "one line")),
        user[0],
        user[1],
        image.optional("config", ImageSettings.PATH, path).orElse(null),
        few(image, "ports", image.integers("ports", 1, 65_535)),
        labels(image));
  }

  private static <T> List<T> few(ProjectTable image, String key, List<T> all) {
    if (all.size() > 64) {
      throw image.wrong(key, "image.%s holds more than 64".formatted(key));
    }
    return all;
  }

  private static String binary(ProjectTable image, List<String> binaries) {
    String named = image.optional("binary", BINARY, "a binary's name").orElse(null);
    if (named == null && binaries.size() > 1) {
      throw image.wrong("binary", "image.binary is missing, and cargo.binaries names several");
    }
    if (named != null && !binaries.contains(named)) {
      throw image.wrong("binary", "image.binary is none of cargo.binaries: " + named);
    }
    // Where there is none at all, that is said of cargo.binaries.
    return named != null ? named : binaries.isEmpty() ? "none" : binaries.getFirst();
  }

  private static long[] user(ProjectTable image) {
    String text = image.optional("user", USER, "UID:GID in numbers").orElse(USUAL_USER);
    Matcher ids = USER.matcher(text);
    if (!ids.matches()) {
      throw new IllegalStateException(text);
    }
    long user = Long.parseLong(ids.group(1));
    long group = Long.parseLong(ids.group(2));
    if (user > ImageSettings.MAX_ID || group > ImageSettings.MAX_ID) {
      throw image.wrong("user", "image.user is beyond what Linux counts: " + text);
    }
    return new long[] {user, group};
  }

  private static Map<String, String> labels(ProjectTable image) {
    ProjectTable labels = image.table("labels");
    Map<String, String> all = new TreeMap<>();
    for (String label : few(image, "labels", labels.keys())) {
      if (!ImageSettings.LABEL.matcher(label).matches()) {
        throw labels.wrong(label, "image.labels holds what is not a label: " + label);
      }
      if (ImageSettings.reserved(label)) {
        throw labels.wrong(label, "image.labels holds one that Selfsame sets itself: " + label);
      }
      all.put(label, labels.string(label, ImageSettings.LINE, "one line"));
    }
    return all;
  }
}
