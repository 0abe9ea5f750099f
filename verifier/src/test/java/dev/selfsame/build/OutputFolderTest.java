package dev.selfsame.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFolderTest {
  /** More than a process's id can be: nobody has it. */
  private static final long DEAD = 99_999_999_999L;

  @TempDir private Path folder;

  private OutputFolder claim(Path out) {
    return OutputFolder.claim(out, folder.resolve("locks"));
  }

  private void result(Path out, String text) {
    try (OutputFolder claimed = claim(out)) {
      claimed.replace(made -> Files.writeString(made.resolve("agent"), text));
    }
  }

  private List<String> beside(Path out) throws IOException {
    try (Stream<Path> files = Files.list(out.resolveSibling(""))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals("locks"))
          .sorted()
          .toList();
    }
  }

  @Test
  void a_result_replaces_an_earlier_one_and_leaves_nothing_beside_it() throws IOException {
    Path out = folder.resolve("out");
    result(out, "1");
    result(out, "2");
    assertEquals("2", Files.readString(out.resolve("agent")));
    assertEquals(List.of("out"), beside(out));
  }

  /** {@code /proc} is one on every Linux. */
  @Test
  void a_mount_point_with_other_files_is_refused_before_anything_is_built() {
    Failure failure = assertThrows(Failure.class, () -> claim(Path.of("/proc")));
    assertEquals(ExitCode.USAGE, failure.code());
    assertEquals("/proc holds other files than an earlier build's", failure.getMessage());
  }

  @Test
  void a_place_where_nothing_can_be_made_is_refused_before_anything_is_built() {
    Failure failure = assertThrows(Failure.class, () -> claim(Path.of("/proc/out/result")));
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertTrue(failure.getMessage().startsWith("writing to /proc: "), failure.getMessage());
    assertTrue(failure.hint().contains("--out"), failure.hint());
  }

  @Test
  void a_place_below_a_file_is_refused() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    Failure failure = assertThrows(Failure.class, () -> claim(file.resolve("out")));
    assertEquals(ExitCode.USAGE, failure.code());
    assertEquals("not a folder: " + file, failure.getMessage());
  }

  @Test
  void a_claim_alone_leaves_nothing() throws IOException {
    Path out = folder.resolve("a/b/out");
    claim(out).close();
    assertFalse(Files.exists(folder.resolve("a")));
  }

  @Test
  void a_place_for_logs_that_holds_other_files_is_refused_at_the_start() throws IOException {
    Path logs = Files.createDirectory(folder.resolve("out-failed"));
    Files.writeString(logs.resolve("precious"), "x");
    Failure failure = assertThrows(Failure.class, () -> claim(folder.resolve("out")));
    assertTrue(failure.getMessage().startsWith(logs + " holds other files"), failure.getMessage());
  }

  @Test
  void an_earlier_result_that_a_killed_build_had_put_aside_comes_back() throws IOException {
    Path out = folder.resolve("out");
    result(out, "1");
    Files.move(out, folder.resolve(".out." + DEAD + ".old"));
    Files.createDirectory(folder.resolve(".out." + DEAD + ".new"));

    claim(out).close();

    assertEquals("1", Files.readString(out.resolve("agent")));
    assertEquals(List.of("out"), beside(out));
  }

  @Test
  void what_others_have_beside_it_stays() throws IOException {
    Path out = folder.resolve("out");
    result(out, "1");
    Path foreign = Files.createDirectory(folder.resolve(".out." + DEAD + ".old"));
    Files.writeString(foreign.resolve("precious"), "x");
    Path living = folder.resolve(".out.1.new");
    Files.createDirectory(living);

    claim(out).close();

    assertTrue(Files.exists(foreign.resolve("precious")));
    assertTrue(Files.exists(living));
  }

  /** A folder of another's in a sticky one, say, cannot be moved: here a file came meanwhile. */
  @Test
  void a_result_that_cannot_be_put_in_its_place_is_kept_beside_it() throws IOException {
    Path out = folder.resolve("out");
    Path kept = folder.resolve("out-" + ProcessHandle.current().pid());
    try (OutputFolder claimed = claim(out)) {
      Failure failure =
          assertThrows(
              Failure.class,
              () ->
                  claimed.replace(made -> {
                    Files.writeString(made.resolve("agent"), "1");
                    Files.createSymbolicLink(out, folder.resolve("nowhere"));
                  }));
      assertEquals(ExitCode.UNDECIDED, failure.code());
      assertTrue(failure.hint().contains(kept.toString()), failure.hint());
    }
    assertEquals("1", Files.readString(kept.resolve("agent")));
    assertTrue(Files.isSymbolicLink(out));
  }
}
