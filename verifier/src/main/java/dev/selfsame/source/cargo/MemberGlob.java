package dev.selfsame.source.cargo;

import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The folders that an entry of {@code workspace.members} stands for. {@code *}, {@code ?} and
 * {@code [..]} stand for parts of one name, {@code **} for any number of folders.
 */
final class MemberGlob {
  /** Deeper than any project; a link in a circle ends here. */
  private static final int DEEPEST = 16;

  private static final int MOST = 10_000;

  private MemberGlob() {}

  static boolean isPattern(String entry) {
    return entry.chars().anyMatch(c -> c == '*' || c == '?' || c == '[');
  }

  /**
   * Every folder that fits, sorted.
   *
   * @throws Failure (usage) for a malformed pattern or one that fits more than 10,000 folders
   */
  static List<Path> folders(Path root, String entry) {
    List<Path> found = List.of(root);
    for (String part : entry.split("/+", -1)) {
      if (!part.isEmpty() && !part.equals(".")) {
        found = step(found, part, entry);
      }
    }
    return found;
  }

  private static List<Path> step(List<Path> from, String part, String entry) {
    TreeSet<Path> next = new TreeSet<>();
    for (Path folder : from) {
      if (part.equals("**")) {
        descend(folder, 0, next, entry);
      } else if (isPattern(part)) {
        PathMatcher form = matcher(part, entry);
        children(folder, true).stream()
            .filter(child -> form.matches(child.getFileName()))
            .forEach(next::add);
      } else if (Files.isDirectory(folder.resolve(part))) {
        next.add(folder.resolve(part).normalize());
      }
      if (next.size() > MOST) {
        throw malformed(entry, "stands for more than %d folders".formatted(MOST));
      }
    }
    return List.copyOf(next);
  }

  private static PathMatcher matcher(String part, String entry) {
    try {
      // Braces have a meaning in Java's patterns alone.
      String form = part.replace("\\", "\\\\").replace("{", "\\{").replace("}", "\\}");
      return FileSystems.getDefault().getPathMatcher("glob:" + form);
    } catch (IllegalArgumentException e) {
      throw malformed(entry, "is no pattern");
    }
  }

  private static void descend(Path folder, int depth, Set<Path> into, String entry) {
    into.add(folder);
    if (into.size() > MOST) {
      throw malformed(entry, "stands for more than %d folders".formatted(MOST));
    }
    if (depth < DEEPEST) {
      children(folder, false).forEach(child -> descend(child, depth + 1, into, entry));
    }
  }

  private static List<Path> children(Path folder, boolean throughLinks) {
    List<Path> children = new ArrayList<>();
    LinkOption[] how =
        throughLinks ? new LinkOption[0] : new LinkOption[] {LinkOption.NOFOLLOW_LINKS};
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (!name.startsWith(".") && !name.equals("target") && Files.isDirectory(entry, how)) {
          children.add(entry);
        }
      }
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot list %s: %s".formatted(folder, e.getMessage()), "check its permissions", e);
    }
    return children;
  }

  private static Failure malformed(String entry, String why) {
    return Failure.usage(
        "workspace.members in Cargo.toml: %s %s".formatted(entry, why),
        "mend it: Cargo reads it too");
  }
}
