package dev.selfsame.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is mounted where. Source: proc_pid_mounts(5) and fstab(5), which writes a space, a tab, a
 * line end and a backslash of a path as three octal digits.
 *
 * @param all in the order in which they were mounted: a later one hides an earlier
 */
public record Mounts(List<Mount> all) {
  private static final Pattern ESCAPE = Pattern.compile("\\\\([0-7]{3})");

  public Mounts {
    all = List.copyOf(all);
  }

  /**
   * One file system at one place.
   *
   * @param point where it is mounted, absolute
   * @param type such as {@code tmpfs}
   * @param options such as {@code rw} and {@code noexec}
   */
  public record Mount(Path point, String type, Set<String> options) {
    public Mount {
      options = Set.copyOf(options);
    }
  }

  /** What this process sees; nothing where the kernel does not say. */
  public static Mounts ofProcess() {
    try {
      byte[] text = Files.readAllBytes(Path.of("/proc/self/mounts"));
      return parse(new String(text, StandardCharsets.UTF_8));
    } catch (IOException e) {
      return new Mounts(List.of());
    }
  }

  /** Reads the lines of {@code /proc/self/mounts}; one that cannot be read is passed over. */
  static Mounts parse(String text) {
    return new Mounts(text.lines().map(Mounts::mount).flatMap(Optional::stream).toList());
  }

  private static Optional<Mount> mount(String line) {
    String[] words = line.split(" ", -1);
    if (words.length < 4) {
      return Optional.empty();
    }
    try {
      Set<String> options = new TreeSet<>(List.of(words[3].split(",", -1)));
      return Optional.of(new Mount(path(words[1]), words[2], options));
    } catch (InvalidPathException e) {
      // A name that this locale cannot write.
      return Optional.empty();
    }
  }

  private static Path path(String escaped) {
    return Path.of(
        ESCAPE
            .matcher(escaped)
            .replaceAll(octal ->
                Matcher.quoteReplacement(Character.toString(Integer.parseInt(octal.group(1), 8)))));
  }

  /** Whether something is mounted at exactly this place. */
  public boolean isPoint(Path place) {
    return all.stream().anyMatch(mount -> mount.point().equals(place));
  }

  /** The mount that a path is on. */
  public Optional<Mount> of(Path path) {
    return all.reversed().stream()
        .filter(mount -> path.startsWith(mount.point()))
        .max(Comparator.comparingInt(mount -> mount.point().getNameCount()));
  }
}
