package dev.selfsame.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountedPlaceTest {
  @TempDir private Path folder;
  private Path place;
  private Path work;

  @BeforeEach
  void make() throws IOException {
    place = Files.createDirectory(folder.resolve("volume"));
    work = place.resolve(".selfsame-out");
    Files.createDirectory(place.resolve("lost+found"));
    Files.createDirectory(place.resolve("failed-build"));
    Files.createFile(place.resolve(MountedPlace.LOCK));
  }

  private static void write(Path folder, String says, String... names) throws IOException {
    for (String name : names) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, says);
    }
  }

  private static void result(Path folder, String says) throws IOException {
    write(folder, says, "agent", "logs/control.log", OutputFolder.RECORD);
  }

  /** Every name but those that are no part of a result, with what its file says. */
  private List<String> content() throws IOException {
    try (Stream<Path> files = Files.walk(place)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.endsWith(MountedPlace.LOCK))
          .map(file -> place.relativize(file) + "=" + read(file))
          .sorted()
          .toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> whole(String says) {
    return List.of("agent=" + says, "build-record.json=" + says, "logs/control.log=" + says);
  }

  @Test
  void a_result_replaces_an_earlier_one_and_what_is_the_disks_own_stays() throws IOException {
    MountedPlace.replace(place, made -> result(made, "1"));
    assertEquals(whole("1"), content());
    write(place, "1", "only-in-the-first");
    MountedPlace.replace(place, made -> result(made, "2"));
    assertEquals(whole("2"), content());
    try (Stream<Path> names = Files.list(place)) {
      assertEquals(6, names.count());
    }
  }

  @Test
  void a_result_that_cannot_be_written_leaves_the_earlier_one() throws IOException {
    MountedPlace.replace(place, made -> result(made, "1"));
    IOException failed =
        assertThrows(
            IOException.class,
            () ->
                MountedPlace.replace(
                    place,
                    made -> {
                      result(made, "2");
                      throw new IOException("the disk is full");
                    }));
    assertEquals("the disk is full", failed.getMessage());
    assertEquals(whole("1"), content());
  }

  /** A name of the result that is taken when it comes: here by what is no part of one. */
  @Test
  void a_result_that_cannot_be_put_there_leaves_the_earlier_one() throws IOException {
    MountedPlace.replace(place, made -> result(made, "1"));
    write(place, "x", "lost+found/file");
    assertThrows(
        IOException.class,
        () ->
            MountedPlace.replace(
                place,
                made -> {
                  result(made, "2");
                  write(made, "2", "lost+found/file");
                }));
    Files.delete(place.resolve("lost+found/file"));
    assertEquals(whole("1"), content());
  }

  /**
   * What a kill leaves between any two of its steps.
   *
   * @param there what of which result has its name in the place
   */
  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "new, ''",
    "new aside, ''",
    "new aside, build-record.json",
    "new aside, build-record.json agent",
    "new aside, build-record.json agent logs",
  })
  void a_kill_before_the_earlier_result_is_aside_is_undone(String folders, String moved)
      throws IOException {
    result(place, "1");
    begin(folders);
    for (String name : words(moved)) {
      Files.move(place.resolve(name), work.resolve("aside").resolve(name));
    }
    MountedPlace.mend(place);
    assertEquals(whole("1"), content());
  }

  @ParameterizedTest
  @CsvSource({"''", "logs", "logs agent", "logs agent build-record.json"})
  void a_kill_while_the_result_comes_is_undone(String moved) throws IOException {
    begin("new old");
    result(work.resolve("old"), "1");
    for (String name : words(moved)) {
      Files.move(work.resolve("new").resolve(name), place.resolve(name));
    }
    MountedPlace.mend(place);
    assertEquals(whole("1"), content());
  }

  /** The undoing itself, killed while the earlier result's names come back. */
  @Test
  void an_undoing_that_was_killed_is_gone_on_with() throws IOException {
    begin("new aside");
    result(work.resolve("aside"), "1");
    Files.move(work.resolve("aside/logs"), place.resolve("logs"));
    MountedPlace.mend(place);
    assertEquals(whole("1"), content());
  }

  @Test
  void a_kill_after_the_whole_result_came_leaves_it() throws IOException {
    result(place, "2");
    begin("gone");
    result(work.resolve("gone"), "1");
    MountedPlace.mend(place);
    assertEquals(whole("2"), content());
  }

  private void begin(String folders) throws IOException {
    for (String name : words(folders)) {
      Files.createDirectories(work.resolve(name));
      if (name.equals("new")) {
        result(work.resolve(name), "2");
      }
    }
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(" "));
  }

  @Test
  @Needs(Component.UNSHARE)
  void a_disk_that_is_mounted_there_is_filled_and_filled_again() throws Exception {
    Path locks = Files.createDirectory(folder.resolve("locks"));
    Path disk = Files.createDirectory(folder.resolve("disk"));
    String script =
        """
        mount -t tmpfs none "$1" && "$2" -cp "$3" dev.selfsame.build.MountedMain "$1" "$4" ! 1 ! 2
        cd "$1" && find . -type f | sort && cat agent build-record.json failed-build/log
        touch precious && rm .gitignore && "$2" -cp "$3" dev.selfsame.build.MountedMain "$1" "$4" 3
        cat agent
        """;
    Process process =
        new ProcessBuilder(
                "unshare",
                "--user",
                "--map-root-user",
                "--mount",
                "sh",
                "-c",
                script,
                "sh",
                disk.toString(),
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                locks.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    assertEquals(
        """
        ./.gitignore
        ./.selfsame-out.lock
        ./agent
        ./build-record.json
        ./failed-build/.gitignore
        ./failed-build/log
        22!USAGE: %s holds other files than an earlier build's
        2\
        """
            .formatted(disk),
        said);
  }
}
