package dev.selfsame.oci.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A disk that has what was synced and nothing more: see {@code src/test/durability/lossy.c}.
 *
 * @param library the compiled shim
 * @param disk where what was synced is noted
 */
record LossyDisk(Path library, Path disk) {

  /** Compiles the shim. */
  static Path compile(Path folder) throws IOException, InterruptedException {
    Path library = folder.resolve("lossy.so");
    Path source =
        Path.of(System.getProperty("selfsame.basedir", "."), "src/test/durability/lossy.c");
    Process gcc =
        new ProcessBuilder(
                "gcc",
                "-shared",
                "-fPIC",
                "-Wall",
                "-Werror",
                "-o",
                library.toString(),
                source.toString(),
                "-pthread")
            .redirectErrorStream(true)
            .start();
    String said = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (gcc.waitFor() != 0) {
      throw new AssertionError(said);
    }
    return library;
  }

  static LossyDisk make(Path library, Path disk) throws IOException {
    Files.createDirectories(disk.resolve("file"));
    Files.createDirectories(disk.resolve("folder"));
    Files.createDirectories(disk.resolve("lost"));
    return new LossyDisk(library, disk);
  }

  /**
   * What a process needs in its environment to work on this disk.
   *
   * @param failing while it is there, syncs fail: those of paths that end with its content
   */
  Map<String, String> environment(Path root, Path failing) {
    return Map.of(
        "LD_PRELOAD", library.toString(),
        "LOSSY_ROOT", root.toString(),
        "LOSSY_DISK", disk.toString(),
        "LOSSY_FAIL", failing.toString());
  }

  /** Notes what a folder holds before a process works on it: that has reached the disk long ago. */
  void seed(Path root) throws IOException {
    seed(root, "");
  }

  private void seed(Path root, String relative) throws IOException {
    StringBuilder names = new StringBuilder();
    List<Path> entries;
    try (var all = Files.list(root.resolve(relative))) {
      entries = all.toList();
    }
    for (Path entry : entries) {
      String name = entry.getFileName().toString();
      boolean below = Files.isDirectory(entry);
      Object inode = Files.getAttribute(entry, "unix:ino");
      names.append("%s %s %s\n".formatted(inode, below ? "d" : "f", name));
      if (below) {
        seed(root, relative.isEmpty() ? name : relative + "/" + name);
      } else {
        Files.copy(entry, disk.resolve("file").resolve(inode.toString()));
      }
    }
    String place = relative.isEmpty() ? "%" : relative.replace('/', '%');
    Files.writeString(disk.resolve("folder").resolve(place), names);
  }

  /** Makes a folder of what has reached the disk. */
  void restore(Path target) throws IOException {
    restore("", target);
  }

  private void restore(String relative, Path target) throws IOException {
    Files.createDirectories(target);
    Path names =
        disk.resolve("folder").resolve(relative.isEmpty() ? "%" : relative.replace('/', '%'));
    if (!Files.exists(names)) {
      return; // Its names were never synced.
    }
    for (String line : Files.readAllLines(names)) {
      List<String> parts = List.of(line.split(" ", 3));
      String name = parts.get(2);
      String below = relative.isEmpty() ? name : relative + "/" + name;
      if (parts.get(1).equals("d")) {
        restore(below, target.resolve(name));
        continue;
      }
      Path content = disk.resolve("file").resolve(parts.get(0));
      if (Files.exists(content)) {
        Files.copy(content, target.resolve(name));
      } else {
        Files.createFile(target.resolve(name)); // A name whose bytes were never synced.
      }
    }
  }
}
