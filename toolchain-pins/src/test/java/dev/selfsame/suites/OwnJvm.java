package dev.selfsame.suites;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
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
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A main class in a process of its own, on the class path of the tests.
 *
 * <p>Such a process lives for a second or two, most of which it would spend on loading classes. A
 * main class that is started again and again therefore gets an archive of those that one of its
 * first processes loaded (JDK Tools Specifications, java: Class Data Sharing), and others of the
 * module begin with that one. An archive takes classes out of jars alone: the module's own, which
 * Maven packs only after its tests, are packed for it.
 */
public final class OwnJvm {
  /** The start at which an archive, which costs as much as a few starts save, is made. */
  private static final int WORTH_IT = 5;

  /** The start that is looked at for one, where that of another main class served until then. */
  private static final int WORTH_ANOTHER = 100;

  private static final List<String> SHORT_LIVED =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private static final Map<String, OwnJvm> ALL = new ConcurrentHashMap<>();

  private static final Path FOLDER =
      Path.of(System.getProperty("selfsame.basedir", "")).toAbsolutePath().resolve("target/own");

  /** Of all that can be archived. */
  private static final String STATE = "%08x".formatted(state().hashCode());

  /** The options on modules: an archive of linked classes holds for the same ones alone. */
  private final List<String> modules;

  /** How the names end of the archives that may serve. */
  private final String kind;

  private final Path archive;
  private final List<Path> loaded = new ArrayList<>();
  private int starts;
  private boolean tried;

  private OwnJvm(String name, List<String> modules) {
    this.modules = modules;
    this.kind = "-%08x-%s.jsa".formatted(modules.hashCode(), STATE);
    this.archive = FOLDER.resolve(name + kind);
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
    List<String> modules = options.stream().filter(option -> option.startsWith("--")).toList();
    OwnJvm own =
        ALL.computeIfAbsent(main.getName() + modules, _ -> new OwnJvm(main.getName(), modules));
    List<String> command = new ArrayList<>(List.of(java()));
    command.addAll(SHORT_LIVED);
    command.addAll(own.sharing(options));
    command.addAll(options);
    command.add(main.getName());
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

  /** The folder of a module's own classes, which are not those of its tests. */
  private static boolean isCompiled(Path part) {
    return part.endsWith("target/classes") && Files.isDirectory(part);
  }

  private static List<Path> files(Path compiled) throws IOException {
    try (Stream<Path> all = Files.walk(compiled)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** What tells one state of what can be archived from another. */
  private static List<String> state() {
    List<Path> files = new ArrayList<>();
    try {
      for (Path part : archivable()) {
        files.addAll(isCompiled(part) ? files(part) : List.of(part));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files.stream()
        .map(file -> "%s %d".formatted(file, file.toFile().lastModified()))
        .toList();
  }

  /** Where a folder of classes is packed for an archive. */
  private static Path packed(Path compiled) {
    Path module = compiled.toAbsolutePath().getParent().getParent();
    return FOLDER.resolve("%s-%s.jar".formatted(module.getFileName(), STATE));
  }

  private static void pack(Path compiled) throws IOException {
    Path jar = packed(compiled);
    if (Files.exists(jar)) {
      return;
    }
    Path made = jar.resolveSibling("%s.jar".formatted(UUID.randomUUID()));
    try (OutputStream out = Files.newOutputStream(made);
        ZipOutputStream zip = new ZipOutputStream(new BufferedOutputStream(out))) {
      zip.setLevel(Deflater.NO_COMPRESSION);
      for (Path file : files(compiled)) {
        zip.putNextEntry(new ZipEntry(compiled.relativize(file).toString()));
        Files.copy(file, zip);
      }
    }
    Files.move(made, jar, StandardCopyOption.ATOMIC_MOVE);
  }

  /** What can be archived, in its order. */
  private static List<Path> archivable() {
    return parts().stream().filter(part -> isCompiled(part) || Files.isRegularFile(part)).toList();
  }

  /** The class path of an archive. */
  private static List<Path> archived() {
    return archivable().stream().map(part -> isCompiled(part) ? packed(part) : part).toList();
  }

  /** An archive holds for a class path that begins with its own; it is the same order without. */
  private static String classPath(List<Path> first) {
    List<Path> all = new ArrayList<>(first);
    List<Path> archivable = archivable();
    parts().stream().filter(part -> !archivable.contains(part)).forEach(all::add);
    return joined(all);
  }

  private static String joined(List<Path> parts) {
    return String.join(File.pathSeparator, parts.stream().map(Path::toString).toList());
  }

  /** The options that say where the classes are. */
  private synchronized List<String> sharing(List<String> options) {
    starts++;
    String path = classPath(archivable());
    List<String> plain = List.of("-cp", path);
    try {
      Files.createDirectories(archive.getParent());
      boolean worthIt =
          loaded.size() == WORTH_IT - 1 || (starts > WORTH_ANOTHER && !loaded.isEmpty());
      if (worthIt && !tried) {
        tried = true;
        makeAlone(options);
      }
      Optional<Path> made = Files.exists(archive) ? Optional.of(archive) : another();
      if (made.isPresent() && (starts != WORTH_ANOTHER || made.get().equals(archive))) {
        // What a process says is read by tests: nothing is said of an archive that does not fit.
        return List.of(sharedFrom(made.get()), "-Xlog:disable", "-cp", classPath(archived()));
      }
    } catch (IOException e) {
      return plain; // It is only faster with one.
    }
    if (tried) {
      return plain;
    }
    loaded.add(archive.resolveSibling("%s.classes".formatted(UUID.randomUUID())));
    return List.of("-XX:DumpLoadedClassList=" + loaded.getLast(), "-cp", path);
  }

  /** What another main class of the module has: most classes are the same. */
  private Optional<Path> another() throws IOException {
    try (Stream<Path> all = Files.list(FOLDER)) {
      return all.filter(file -> file.toString().endsWith(kind)).findFirst();
    }
  }

  /** Unless another process of tests is at it. */
  private void makeAlone(List<String> options) throws IOException {
    try (FileChannel channel =
            FileChannel.open(
                archive.resolveSibling("lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null && Files.notExists(archive)) {
        // The one that was killed last has the most.
        Path classes = Collections.max(loaded, Comparator.comparingLong(OwnJvm::size));
        for (Path part : parts()) {
          if (isCompiled(part)) {
            pack(part);
          }
        }
        Path made = archive.resolveSibling(classes.getFileName() + ".jsa");
        if (size(classes) > 0 && dump(classes, made, options)) {
          Files.move(made, archive, StandardCopyOption.ATOMIC_MOVE);
        }
      }
    } catch (OverlappingFileLockException e) {
      // Another thread of this one is.
    }
  }

  /**
   * Of classes that are linked too, as an AOT cache has them; where that fails, a plain one.
   *
   * @param options of a process that is to use it
   */
  private boolean dump(Path classes, Path made, List<String> options) throws IOException {
    List<String> plain = new ArrayList<>(modules);
    plain.addAll(List.of("-Xshare:dump", "-XX:SharedClassListFile=" + classes, sharedFrom(made)));
    List<String> used = new ArrayList<>(options);
    used.addAll(List.of("-Xshare:on", sharedFrom(made), "-version"));
    List<String> linked = new ArrayList<>(plain);
    linked.add("-XX:+AOTClassLinking");
    // Of those it is all or nothing: an archive that does not fit would be worse than a plain one.
    if (ends(linked, joined(archived())) && ends(used, classPath(archived()))) {
      return true;
    }
    return ends(plain, joined(archived())) && Files.exists(made);
  }

  private static String sharedFrom(Path archive) {
    return "-XX:SharedArchiveFile=" + archive;
  }

  /** Whether a JVM with these options ends well. */
  private static boolean ends(List<String> options, String path) throws IOException {
    List<String> command = new ArrayList<>(List.of(java()));
    command.addAll(SHORT_LIVED);
    command.addAll(List.of("-Xlog:disable", "-cp", path));
    command.addAll(options);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      return process.waitFor() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      process.destroyForcibly();
    }
  }
}
