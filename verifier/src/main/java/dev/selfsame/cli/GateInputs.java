package dev.selfsame.cli;

import dev.selfsame.outcome.Failure;
import dev.selfsame.where.Where;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.PatternSyntaxException;

/**
 * The places that a gate asks about. A path with {@code *}, {@code ?}, {@code [} or a brace is a
 * pattern of files, unless there is a file of that very name. One that nothing fits is an error:
 * what was not built, or stands elsewhere, must not pass for a yes.
 */
final class GateInputs {
  private final Path workFolder;

  GateInputs(Path workFolder) {
    this.workFolder = workFolder;
  }

  /**
   * The places, each once, files that fit a pattern by name.
   *
   * @throws Failure (usage) where there is none, or a pattern fits none
   */
  List<Where> places(List<String> texts) {
    if (texts.isEmpty()) {
      throw Failure.usage(
          "no binary was named, and none is no yes",
          "give --binary WHERE, or binary = [\"…\"] in the policy file");
    }
    Map<String, Where> all = new LinkedHashMap<>();
    for (String text : texts) {
      for (Where where : places(text)) {
        all.putIfAbsent(where.text(), where);
      }
    }
    return List.copyOf(all.values());
  }

  private List<Where> places(String text) {
    if (text.isBlank()) {
      throw Failure.usage(
          "--binary names no file", "give a path; is a variable empty that should hold it?");
    }
    Where where = Where.parse(text);
    if (!(where instanceof Where.Local local)) {
      return List.of(where);
    }
    Path path = workFolder.resolve(local.path());
    return isPattern(text) && !Files.exists(path, LinkOption.NOFOLLOW_LINKS)
        ? matching(text)
        : List.of(new Where.Local(text, path));
  }

  private static boolean isPattern(String text) {
    return text.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
  }

  private List<Where> matching(String pattern) {
    Path folder = plainBeginning(pattern);
    Map<String, Where> files = new TreeMap<>();
    try {
      PathMatcher matcher = workFolder.getFileSystem().getPathMatcher("glob:" + pattern);
      Path base = pattern.startsWith("/") ? Path.of("/") : workFolder;
      for (Path file : Files.isDirectory(folder) ? filesIn(folder) : List.<Path>of()) {
        Path shown = pattern.startsWith("/") ? file : base.relativize(file);
        if (matcher.matches(shown)) {
          files.put(shown.toString(), new Where.Local(shown.toString(), file));
        }
      }
    } catch (PatternSyntaxException e) {
      throw Failure.usage("not a pattern of files: " + pattern, "check its brackets");
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot look for %s: %s".formatted(pattern, e.getMessage()),
          "check the folder's permissions",
          e);
    }
    if (files.isEmpty()) {
      throw Failure.usage(
          "no file fits %s, and none is no yes".formatted(pattern),
          "check that the build has written its binaries there, seen from " + workFolder);
    }
    return List.copyOf(files.values());
  }

  /** The folder before the first part that has a wildcard. */
  private Path plainBeginning(String pattern) {
    Path folder = pattern.startsWith("/") ? Path.of("/") : workFolder;
    for (String part : pattern.split("/", -1)) {
      if (isPattern(part)) {
        break;
      }
      folder = folder.resolve(part);
    }
    return folder;
  }

  /** Regular files, and links to some; linked folders are not entered. */
  private static List<Path> filesIn(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (Files.isRegularFile(file)) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }
}
