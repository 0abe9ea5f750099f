package dev.selfsame.suites;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A main class in a process of its own, on the class path of the tests.
 *
 * <p>Such a process lives for a second or two, most of which it would spend on loading classes. A
 * main class that is started again and again therefore gets an archive of those that one of its
 * first processes loaded (JDK Tools Specifications, java: Class Data Sharing).
 */
public final class OwnJvm {
  /** The start at which an archive, which costs as much as a few starts save, is made. */
  private static final int WORTH_IT = 5;

  private static final List<String> SHORT_LIVED =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private static final Map<String, OwnJvm> ALL = new ConcurrentHashMap<>();

  private final Path archive;
  private final List<Path> loaded = new ArrayList<>();

  private OwnJvm(String name) {
    Path folder =
        Path.of(System.getProperty("selfsame.basedir", "")).toAbsolutePath().resolve("target/own");
    String stem = "%s-%08x".formatted(name, jars().hashCode());
    this.archive = folder.resolve(stem + ".jsa");
  }

  /** The words that start it. */
  public static List<String> command(Class<?> main, String... arguments) {
    return command(main, List.of(), arguments);
  }

  /**
   * The words that start it.
   *
   * @param options more options of the JVM
   */
  public static List<String> command(Class<?> main, List<String> options, String... arguments) {
    List<String> command = new ArrayList<>(List.of(java()));
    command.addAll(SHORT_LIVED);
    command.addAll(ALL.computeIfAbsent(main.getName(), OwnJvm::new).sharing());
    command.addAll(options);
    command.addAll(List.of("-cp", classPath(), main.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** A command that another program starts, such as unshare or sh. */
  public static List<String> under(List<String> program, List<String> command) {
    List<String> all = new ArrayList<>(program);
    all.addAll(command);
    return all;
  }

  /**
   * A command among mounts that nobody else sees.
   *
   * @param script of sh, which mounts what it wants at {@code $0}, and starts the command by {@code
   *     "$@"}
   */
  public static List<String> mounted(String script, Path place, List<String> command) {
    return under(
        List.of(
            "unshare",
            "--user",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            script,
            place.toString()),
        command);
  }

  private static long size(Path file) {
    return file.toFile().length();
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static List<Path> parts() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .toList();
  }

  /** The part of the class path that can be archived, with what tells one state from another. */
  private static List<String> jars() {
    List<String> jars = new ArrayList<>();
    for (Path part : parts()) {
      if (Files.isRegularFile(part)) {
        jars.add("%s %d".formatted(part, part.toFile().lastModified()));
      }
    }
    return jars;
  }

  private static String joined(boolean jars) {
    return String.join(
        File.pathSeparator,
        parts().stream()
            .filter(part -> Files.isRegularFile(part) == jars)
            .map(Path::toString)
            .toList());
  }

  /** An archive holds for a class path that begins with its own, which is of jars alone. */
  private static String classPath() {
    return joined(true) + File.pathSeparator + joined(false);
  }

  private synchronized List<String> sharing() {
    try {
      Files.createDirectories(archive.getParent());
      if (loaded.size() == WORTH_IT - 1) {
        makeAlone();
        loaded.addFirst(archive); // Once only.
      }
    } catch (IOException e) {
      return List.of(); // It is only faster with one.
    }
    if (Files.exists(archive)) {
      // What a process says is read by tests: the JVM says nothing of an archive that does not fit.
      return List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:disable");
    }
    if (loaded.size() >= WORTH_IT) {
      return List.of();
    }
    loaded.add(archive.resolveSibling("%s.classes".formatted(UUID.randomUUID())));
    return List.of("-XX:DumpLoadedClassList=" + loaded.getLast());
  }

  /** Unless another process of tests is at it. */
  private void makeAlone() throws IOException {
    try (FileChannel channel =
            FileChannel.open(
                archive.resolveSibling("lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null && Files.notExists(archive)) {
        // The one that was killed last has the most.
        Path classes = Collections.max(loaded, Comparator.comparingLong(OwnJvm::size));
        Path made = archive.resolveSibling(classes.getFileName() + ".jsa");
        if (size(classes) > 0 && dump(classes, made)) {
          Files.move(made, archive, StandardCopyOption.ATOMIC_MOVE);
        }
      }
    } catch (OverlappingFileLockException e) {
      // Another thread of this one is.
    }
  }

  private static boolean dump(Path classes, Path made) throws IOException {
    List<String> command = new ArrayList<>(List.of(java()));
    command.addAll(SHORT_LIVED);
    command.addAll(List.of("-Xshare:dump", "-XX:SharedClassListFile=" + classes));
    command.addAll(List.of("-XX:SharedArchiveFile=" + made, "-Xlog:disable", "-cp", joined(true)));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      return process.waitFor() == 0 && Files.exists(made);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      process.destroyForcibly();
    }
  }
}
