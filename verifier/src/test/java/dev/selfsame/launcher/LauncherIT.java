package dev.selfsame.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LauncherIT {
  private static final Path VERIFIER =
      Path.of(System.getProperty("selfsame.basedir", ".")).toAbsolutePath();
  private static final Path LAUNCHER = VERIFIER.resolve("bin/selfsame");

  @TempDir private Path folder;

  @Test
  void runs_from_any_folder_without_being_told_of_a_jdk() throws Exception {
    var result =
        Shell.run(
            folder,
            Map.of("JAVA_HOME", "", "SELFSAME_JAVA", ""),
            List.of(LAUNCHER.toString(), "--help"));
    assertEquals("", result.err());
    assertEquals(0, result.status());
    assertTrue(result.out().contains("VERB"), result.out());
  }

  @Test
  void the_build_has_a_man_page_of_every_command_that_help_lists() throws Exception {
    var help = Shell.run(folder, Map.of(), List.of(LAUNCHER.toString(), "--help"));
    List<String> verbs =
        help.out()
            .lines()
            .dropWhile(line -> !line.equals("Commands:"))
            .skip(1)
            .takeWhile(line -> !line.isBlank())
            .filter(line -> line.matches("  \\S.*"))
            .map(line -> line.strip().split(" ", 2)[0])
            .sorted()
            .toList();
    assertTrue(verbs.contains("verify"), help.out());
    List<String> pages;
    try (Stream<Path> files = Files.list(VERIFIER.resolve("target/man"))) {
      pages = files.map(file -> file.getFileName().toString()).toList();
    }
    // A command below another has that one's name in front, and none has a dash of its own.
    assertEquals(
        verbs,
        pages.stream()
            .filter(page -> page.matches("selfsame-[^-]+\\.1"))
            .map(page -> page.replaceAll("selfsame-|\\.1", ""))
            .sorted()
            .toList());
  }

  @Test
  void runs_through_links_on_the_path() throws Exception {
    Path first = Files.createSymbolicLink(folder.resolve("first"), LAUNCHER);
    Path second =
        Files.createSymbolicLink(folder.resolve("second"), Path.of(first.getFileName().toString()));
    assertEquals(0, Shell.run(folder, Map.of(), List.of(second.toString(), "--help")).status());
  }

  @Test
  void exit_codes_reach_the_caller() throws Exception {
    var result = Shell.run(folder, Map.of(), List.of(LAUNCHER.toString(), "frobnicate"));
    assertEquals(2, result.status());
    assertEquals(2, result.err().lines().count(), result.err());
  }

  @Test
  void a_training_that_is_interrupted_leaves_nothing() throws Exception {
    Path copy = folder.resolve("project");
    copyLauncher(copy);
    Path target = Files.createDirectories(copy.resolve("verifier/target"));
    Files.copy(VERIFIER.resolve("target/selfsame.jar"), target.resolve("selfsame.jar"));
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    Process process =
        Shell.start(
            folder,
            Map.of("TMPDIR", temporary.toString()),
            List.of(copy.resolve("verifier/bin/selfsame").toString(), "compare", "a", "b"),
            folder.resolve("out"),
            folder.resolve("err"));
    for (int i = 0; i < 600 && isEmpty(temporary); i++) {
      Thread.sleep(20);
    }
    assertFalse(isEmpty(temporary), "no training began");
    process.destroy();
    assertEquals(130, process.waitFor());
    assertTrue(isEmpty(temporary), "the training's folder is left");
    try (Stream<Path> left = Files.list(target)) {
      assertFalse(left.anyMatch(file -> file.toString().contains(".aot")), "a part is left");
    }
  }

  /** A cache that does not fit drops out in silence, unless it is demanded. */
  @ParameterizedTest
  @CsvSource({
    "verify, verify --binary /proc/self/exe",
    "gate, gate --binary /proc/self/exe --channel production",
    "compare, inspect /proc/self/exe",
    "container, verify --binary docker:selfsame-no-such-container"
  })
  void each_kind_of_question_starts_from_its_own_cache(String kind, String words) throws Exception {
    List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
    command.addAll(List.of(words.split(" ")));
    var plain = Shell.run(folder, Map.of(), command);
    try (Stream<Path> caches = Files.list(VERIFIER.resolve("target"))) {
      List<Path> own =
          caches
              .filter(file -> file.getFileName().toString().matches(kind + "-25[.\\d]*\\.aot"))
              .toList();
      assertEquals(1, own.size(), own::toString);
      assertTrue(Files.size(own.getFirst()) > 0, "training failed: see target/training.log");
    }
    // The JVM ends with 1 and a line of its own where it cannot use the cache.
    var demanded = Shell.run(folder, Map.of("SELFSAME_JAVA_OPTS", "-XX:AOTMode=on"), command);
    assertEquals(plain.err(), demanded.err());
    assertEquals(plain.status(), demanded.status());
    assertFalse(
        (plain.out() + plain.err()).contains("\u001b"), "escape sequences, and no terminal");
  }

  @Test
  void a_training_that_failed_is_made_again_after_an_hour() throws Exception {
    Path copy = folder.resolve("project");
    copyLauncher(copy);
    Path target = Files.createDirectories(copy.resolve("verifier/target"));
    Files.copy(VERIFIER.resolve("target/selfsame.jar"), target.resolve("selfsame.jar"));
    Files.createSymbolicLink(target.resolve("lib"), VERIFIER.resolve("target/lib"));
    List<String> help = List.of(copy.resolve("verifier/bin/selfsame").toString(), "--help");
    Path nowhere = folder.resolve("nowhere");
    assertEquals(0, Shell.run(folder, Map.of("TMPDIR", nowhere.toString()), help).status());
    Path cache = onlyCache(target);
    assertEquals(0, Files.size(cache));
    assertEquals(0, Shell.run(folder, Map.of(), help).status());
    assertEquals(0, Files.size(cache), "tried again at once");
    age(copy.resolve("verifier/src/main"), 4);
    age(target.resolve("selfsame.jar"), 3);
    age(cache, 2);
    assertEquals(0, Shell.run(folder, Map.of(), help).status());
    assertTrue(Files.size(onlyCache(target)) > 0, "not tried again");
  }

  private static void age(Path file, int hours) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(hours))));
  }

  private static Path onlyCache(Path target) throws Exception {
    try (Stream<Path> files = Files.list(target)) {
      List<Path> caches = files.filter(file -> file.toString().endsWith(".aot")).toList();
      assertEquals(1, caches.size(), caches::toString);
      return caches.getFirst();
    }
  }

  /** A cache that does not fit drops out in silence, unless it is demanded. */
  @Test
  void the_server_takes_the_launchers_place_with_a_cache_of_its_own_and_hears_signals()
      throws Exception {
    Path out = folder.resolve("out");
    Process process =
        Shell.start(
            folder,
            Map.of("SELFSAME_JAVA_OPTS", "-XX:AOTMode=on"),
            List.of(
                LAUNCHER.toString(),
                "serve",
                "--data",
                folder.resolve("registry").toString(),
                "--listen",
                "127.0.0.1:0"),
            out,
            folder.resolve("err"));
    try {
      for (int i = 0; i < 1200 && process.isAlive() && Files.size(out) == 0; i++) {
        Thread.sleep(50);
      }
      assertTrue(
          Files.readString(out).startsWith("listening on http://127.0.0.1:"),
          Files.readString(folder.resolve("err")));
      assertTrue(process.info().command().orElse("").endsWith("/bin/java"));
      assertEquals(0, process.children().count());
      assertTrue(
          process.info().arguments().map(List::of).orElseThrow().stream()
              .anyMatch(argument -> argument.matches(".*/serve-25[.\\d]*\\.aot")));
      process.destroy();
      assertEquals(0, process.waitFor());
    } finally {
      process.destroyForcibly();
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.findAny().isEmpty();
    }
  }

  @Test
  void no_maven_and_no_jar_is_one_error_and_one_hint() throws Exception {
    Path copy = folder.resolve("with space/project");
    copyLauncher(copy);
    Path bare = bareTools();
    var result =
        Shell.run(
            folder,
            Map.of("PATH", bare.toString()),
            List.of(copy.resolve("verifier/bin/selfsame").toString(), "--help"));
    assertEquals(3, result.status(), result.err());
    assertTrue(result.err().startsWith("error: Maven is not installed"), result.err());
    assertEquals(2, result.err().lines().count());
  }

  @Test
  void a_build_that_fails_is_one_error_and_one_hint() throws Exception {
    Path copy = folder.resolve("project");
    copyLauncher(copy);
    Files.writeString(copy.resolve("pom.xml"), "no pom at all");
    var result =
        Shell.run(
            folder, Map.of(), List.of(copy.resolve("verifier/bin/selfsame").toString(), "--help"));
    assertEquals(3, result.status(), result.err());
    var lines = result.err().lines().filter(line -> !line.startsWith("building ")).toList();
    assertEquals(2, lines.size(), result.err());
    assertTrue(lines.getFirst().startsWith("error: building selfsame failed: "), result.err());
  }

  /** A JDK where Maven's own search does not come: a made-up Maven shows what it is told. */
  @Test
  void a_build_is_told_which_jdk_was_found_and_takes_none_without_a_compiler() throws Exception {
    Path copy = folder.resolve("project");
    copyLauncher(copy);
    Path bin = bareTools();
    Files.writeString(
        bin.resolve("mvn"),
        """
        #!/bin/sh
        echo "[ERROR] JAVA25_HOME=$JAVA25_HOME JAVA_HOME=$JAVA_HOME"
        exit 1
        """);
    bin.resolve("mvn").toFile().setExecutable(true);
    Path jdk = Files.createDirectories(folder.resolve("jdk"));
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
    Path java = Files.createDirectories(jdk.resolve("bin"));
    Files.createSymbolicLink(java.resolve("java"), Path.of("/bin/true"));
    Map<String, String> environment =
        Map.of("PATH", bin.toString(), "SELFSAME_JAVA", jdk.toString(), "JAVA_HOME", "");
    List<String> command = List.of(copy.resolve("verifier/bin/selfsame").toString(), "--help");

    var runtime = Shell.run(folder, environment, command);
    assertTrue(runtime.err().startsWith("error: SELFSAME_JAVA is no JDK 25: "), runtime.err());

    Files.createSymbolicLink(java.resolve("javac"), Path.of("/bin/true"));
    var whole = Shell.run(folder, environment, command);
    String told = "JAVA25_HOME=%1$s JAVA_HOME=%1$s".formatted(jdk);
    assertTrue(whole.err().contains("failed: [ERROR] " + told), whole.err());
    assertEquals(3, whole.status());
  }

  /** A made-up Maven, during which somebody saves a source for the first time. */
  @ParameterizedTest
  @ValueSource(strings = {"src/main", "src/build"})
  void what_is_saved_during_a_build_is_built_the_next_time(String sources) throws Exception {
    Path copy = folder.resolve("project");
    copyLauncher(copy);
    Path builds = folder.resolve("builds");
    Map<String, String> environment =
        madeUp(
            """
            #!/bin/sh
            sleep 0.1
            [ -e %1$s ] || { mkdir -p %2$s/%3$s; echo saved >%2$s/%3$s/saved; }
            echo built >>%1$s
            sleep 0.1
            : >%2$s/target/selfsame.jar
            """
                .formatted(builds, copy.resolve("verifier"), sources));
    for (int expected : new int[] {1, 2, 2}) {
      var run =
          Shell.run(folder, environment, List.of(copy.resolve("verifier/bin/selfsame").toString()));
      assertEquals(0, run.status(), run.err());
      assertEquals(expected, Files.readAllLines(builds).size());
    }
  }

  /** A made-up Maven, which is ended while it writes the jar: so much of it is there. */
  @Test
  void a_build_that_was_broken_off_is_made_again() throws Exception {
    Path copy = folder.resolve("project");
    copyLauncher(copy);
    Path builds = folder.resolve("builds");
    Map<String, String> environment =
        madeUp(
            """
            #!/bin/sh
            : >%2$s/target/selfsame.jar
            echo built >>%1$s
            [ "$(wc -l <%1$s)" -gt 1 ]
            """
                .formatted(builds, copy.resolve("verifier")));
    List<String> command = List.of(copy.resolve("verifier/bin/selfsame").toString());
    assertEquals(3, Shell.run(folder, environment, command).status());
    for (int again = 0; again < 2; again++) {
      var run = Shell.run(folder, environment, command);
      assertEquals(0, run.status(), run.err());
      assertEquals(2, Files.readAllLines(builds).size());
    }
  }

  /** A made-up Maven, which is at work until both callers are here. */
  @Test
  void of_two_callers_at_once_one_builds_and_the_other_waits_for_it() throws Exception {
    Path copy = folder.resolve("project");
    copyLauncher(copy);
    Path builds = folder.resolve("builds");
    Path both = folder.resolve("both");
    Map<String, String> environment =
        madeUp(
            """
            #!/bin/sh
            echo built >>%1$s
            while [ ! -e %2$s ]; do sleep 0.05; done
            : >%3$s/target/selfsame.jar
            """
                .formatted(builds, both, copy.resolve("verifier")));
    List<String> command = List.of(copy.resolve("verifier/bin/selfsame").toString());
    Path said = folder.resolve("said");
    Process first = Shell.start(folder, environment, command, said, folder.resolve("first"));
    try {
      until(() -> Files.exists(builds));
      Process second = Shell.start(folder, environment, command, said, folder.resolve("second"));
      try {
        until(() ->
            second
                .descendants()
                .anyMatch(child -> child.info().command().orElse("").endsWith("/flock")));
        Files.createFile(both);
        assertTrue(first.waitFor(5, TimeUnit.MINUTES) && second.waitFor(5, TimeUnit.MINUTES));
        assertEquals(0, first.exitValue());
        assertEquals(0, second.exitValue());
      } finally {
        Shell.kill(second);
      }
    } finally {
      Shell.kill(first);
    }
    assertEquals(List.of("built"), Files.readAllLines(builds));
    assertTrue(Files.readString(folder.resolve("first")).startsWith("building selfsame "));
    assertFalse(Files.readString(folder.resolve("second")).contains("building "));
  }

  private static void until(BooleanSupplier holds) throws InterruptedException {
    for (int i = 0; i < 1200 && !holds.getAsBoolean(); i++) {
      Thread.sleep(50);
    }
    assertTrue(holds.getAsBoolean());
  }

  /** An environment with this Maven, and with a JDK 25 that does nothing. */
  private Map<String, String> madeUp(String maven) throws IOException {
    Path bin = Files.createDirectory(folder.resolve("bin"));
    Files.writeString(bin.resolve("mvn"), maven);
    bin.resolve("mvn").toFile().setExecutable(true);
    Path jdk = Files.createDirectories(folder.resolve("jdk"));
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
    Path java = Files.createDirectories(jdk.resolve("bin"));
    Files.createSymbolicLink(java.resolve("java"), Path.of("/bin/true"));
    Files.createSymbolicLink(java.resolve("javac"), Path.of("/bin/true"));
    return Map.of("PATH", bin + ":" + System.getenv("PATH"), "SELFSAME_JAVA", jdk.toString());
  }

  private static void copyLauncher(Path project) throws IOException {
    Files.createDirectories(project.resolve("verifier/bin"));
    Files.createDirectories(project.resolve("verifier/src/main"));
    Files.copy(
        LAUNCHER,
        project.resolve("verifier/bin/selfsame"),
        java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
  }

  /** A PATH with the launcher's own tools alone. */
  private Path bareTools() throws IOException {
    Path bin = Files.createDirectory(folder.resolve("bin"));
    for (String tool :
        List.of("sh", "readlink", "find", "head", "mkdir", "grep", "flock", "touch")) {
      Path at =
          Files.exists(Path.of("/usr/bin", tool))
              ? Path.of("/usr/bin", tool)
              : Path.of("/bin", tool);
      Files.createSymbolicLink(bin.resolve(tool), at);
    }
    return bin;
  }
}
