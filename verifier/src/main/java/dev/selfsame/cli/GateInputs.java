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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.PatternSyntaxException;

/**
 * The places that a gate asks about. A path with {@code *}, {@code ?}, {@code [} or a brace is a
 * pattern of files; a file of that very name is asked about with them. One that nothing fits is an
 * error: what was not built, or stands elsewhere, must not pass for a yes.
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
    return isPattern(text) ? matching(text, path) : List.of(new Where.Local(text, path));
  }

  private static boolean isPattern(String text) {
    return text.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
  }

  /**
   * The files that fit.
   *
   * @param exact what the pattern is the name of: a file there must not switch the pattern off
   */
  private List<Where> matching(String pattern, Path exact) {
    Path folder = plainBeginning(pattern);
    Map<String, Where> files = new TreeMap<>();
    try {
      PathMatcher matcher = workFolder.getFileSystem().getPathMatcher("glob:" + pattern);
      Path base = pattern.startsWith("/") ? Path.of("/") : workFolder;
      for (Path file :
          Files.isDirectory(folder) ? filesIn(folder, depth(pattern)) : List.<Path>of()) {
        Path shown = pattern.startsWith("/") ? file : base.relativize(file);
        if (matcher.matches(shown)) {
          files.put(shown.toString(), new Where.Local(shown.toString(), file));
        }
      }
      if (Files.exists(exact, LinkOption.NOFOLLOW_LINKS)) {
        files.put(pattern, new Where.Local(pattern, exact));
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

  /** How many levels below that folder may fit. */
  private static int depth(String pattern) {
    if (pattern.contains("**") || pattern.contains("{")) {
      return Integer.MAX_VALUE;
    }
    return (int) Arrays.stream(pattern.split("/", -1)).dropWhile(part -> !isPattern(part)).count();
  }

  /**
   * Regular files, and links to some or to nothing.
   *
   * @throws Failure (usage) where a link leads to a folder: what is in there is neither asked about
   *     nor passed over
   */
  private static List<Path> filesIn(Path folder, int depth) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        folder,
        Set.of(),
        depth,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isSymbolicLink() && Files.isDirectory(file)) {
              throw Failure.usage(
                  file + " is a link to a folder, which a pattern does not enter",
                  "name the files in it one by one, or take the link away");
            }
            if (Files.isRegularFile(file) || attributes.isSymbolicLink()) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }
}
