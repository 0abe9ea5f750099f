package dev.selfsame.build;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts {@link ChildMain}, as this user or as one who may reach nothing of this one's. */
final class Child {
  private final Path folder;
  private final List<String> before;
  private final String classPath;
  private final Path root;
  private final Path crate;

  private Child(Path folder, List<String> before, String classPath, Path root, Path crate) {
    this.folder = folder;
    this.before = before;
    this.classPath = classPath;
    this.root = root;
    this.crate = crate;
  }

  /** As this user. */
  static Child same(Path folder) {
    String path = System.getProperty("surefire.test.class.path");
    return new Child(
        folder,
        List.of(),
        path == null ? System.getProperty("java.class.path") : path,
        Path.of(""),
        Path.of("src/test/resources/small").toAbsolutePath());
  }

  /** As {@code nobody}, with copies of the classes, the crate and the root. */
  static Child ordinaryUser(Path folder) throws Exception {
    Path classes = folder.resolve("classes");
    List<String> entries = new ArrayList<>();
    for (Class<?> type : List.of(Engine.class, ChildMain.class, Digest.class, Failure.class)) {
      Path from = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path to = classes.resolve(Integer.toString(entries.size()));
      shell("mkdir -p '" + classes + "' && cp -r '" + from + "' '" + to + "'");
      entries.add(to.toString());
    }
    Path root = folder.resolve("root");
    shell(
        "cp -al '"
            + TestRoot.folder()
            + "' '"
            + root
            + "' || { rm -rf '"
            + root
            + "'; cp -a '"
            + TestRoot.folder()
            + "' '"
            + root
            + "'; }");
    Path crate = folder.resolve("crate");
    shell("cp -r src/test/resources/small '" + crate + "'");
    Path work = Files.createDirectory(folder.resolve("work"));
    shell(
        "chmod -R a+rX '"
            + classes
            + "' '"
            + crate
            + "'; chmod a+x '"
            + folder
            + "'; chown nobody '"
            + work
            + "'");
    return new Child(
        work, List.of("runuser", "-u", "nobody", "--"), String.join(":", entries), root, crate);
  }

  static void shell(String line) throws Exception {
    Process process = new ProcessBuilder("/bin/sh", "-c", line).inheritIO().start();
    if (process.waitFor() != 0) {
      throw new IOException(line);
    }
  }

  Process start(String... arguments) throws IOException {
    Path work = Files.createTempDirectory(folder, "child");
    if (!before.isEmpty()) {
      try {
        shell("chown nobody '" + work + "'");
      } catch (Exception e) {
        throw new IOException(e);
      }
    }
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.add("-Dselfsame.test.root=" + root);
    command.add("-Dselfsame.test.crate=" + crate);
    command.addAll(List.of("-cp", classPath, ChildMain.class.getName()));
    command.addAll(List.of(arguments[0], work.toString()));
    command.addAll(List.of(arguments).subList(1, arguments.length));
    return new ProcessBuilder(command).directory(new File("/")).redirectErrorStream(true).start();
  }

  String run(String... arguments) throws Exception {
    Process process = start(arguments);
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }
}
