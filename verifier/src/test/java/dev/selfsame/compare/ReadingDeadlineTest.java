package dev.selfsame.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.BinaryReader;
import dev.selfsame.binary.Fixtures;
import dev.selfsame.binary.MadeMacho;
import dev.selfsame.binary.bytes.Deadline;
import dev.selfsame.binary.bytes.OverdueException;
import dev.selfsame.compare.tree.Archives;
import dev.selfsame.compare.tree.TreeDifference;
import dev.selfsame.compare.tree.Trees;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.TreeComparison;
import dev.selfsame.where.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading ends as a whole where the time is over: no part is told as if it were broken. */
class ReadingDeadlineTest {
  /** The digest is waited for so long, on whatever machine. */
  private static final Duration LIMIT = Duration.ofHours(1);

  /** Of very many looks at the clock, so many are tried. */
  private static final int TRIED = 40;

  /** Of looks; beside the readers there are three. */
  private static final int SOME_DOZENS = 24;

  /** A clock by which the time is over once it was looked at so often. */
  private static final class Looked implements InstantSource {
    private final int most;
    private int looks;

    Looked(int most) {
      this.most = most;
    }

    @Override
    public Instant instant() {
      looks++;
      return looks > most ? Instant.EPOCH.plus(LIMIT) : Instant.EPOCH;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello-symbols", "hello-gnu.exe"})
  void at_whichever_look_the_time_is_over_nothing_is_told_of_a_file(String name) {
    // At the beginning, before it is read, when it is hashed; the others are within the readers.
    nothingIsTold(Fixtures.path(name), 3);
  }

  @Test
  void nor_within_the_functions_of_a_mach_o_program(@TempDir Path folder) throws IOException {
    int functions = 10_000;
    byte[] code = new byte[64 * (functions + 1)];
    MadeMacho program =
        new MadeMacho()
            .cpu(MadeMacho.ARM64)
            .segment("__TEXT", "__text", 5, MadeMacho.CODE, code)
            .functions(
                LongStream.rangeClosed(1, functions)
                    .map(i -> MadeMacho.address(0) + 64 * i)
                    .toArray());
    Path file = Files.write(folder.resolve("program"), program.bytes());
    Fact frames = BinaryReader.read(file).fact("frame-pointers");
    String read = "0 of 10,000 functions begin with a frame";
    assertEquals(read, frames.evidence().getFirst().what());
    nothingIsTold(file, SOME_DOZENS);
  }

  /** Empty members: nothing but the archive itself is read. */
  @Test
  void nor_among_the_members_of_an_archive(@TempDir Path folder) throws IOException {
    StringBuilder archive = new StringBuilder("!<arch>\n");
    for (int i = 0; i < 24_000; i++) {
      archive.append("%-16s%-12d%-6d%-6d%-8s%-10d`\n".formatted("m" + i + "/", 0, 0, 0, "644", 0));
    }
    Path file = Files.writeString(folder.resolve("archive"), archive);
    assertEquals("24000, GNU headers", BinaryReader.read(file).fact("members").value());
    nothingIsTold(file, SOME_DOZENS);
  }

  /**
   * Ends the reading at very many of its looks.
   *
   * @param least it looks more often than that
   */
  private static void nothingIsTold(Path file, int least) {
    Looked enough = new Looked(Integer.MAX_VALUE);
    assertEquals(
        BinaryReader.read(file), Deadline.in(LIMIT, enough).during(() -> BinaryReader.read(file)));
    assertTrue(enough.looks > least, enough.looks + " looks");
    int step = 1 + enough.looks / TRIED;
    for (int most = 1; most < enough.looks; most += step) {
      Deadline deadline = Deadline.in(LIMIT, new Looked(most));
      OverdueException e =
          assertThrows(
              OverdueException.class,
              () -> deadline.during(() -> BinaryReader.read(file)),
              "after %d of %d looks".formatted(most, enough.looks));
      assertEquals(List.of(file.toString()), e.files());
    }
  }

  @Test
  void at_whichever_look_the_time_is_over_a_comparison_says_what_was_read() {
    Path a = Fixtures.path("bare-full");
    Path b = Fixtures.path("bare-symbols");
    Set<String> onlyA = Set.of(a.toString());
    Set<String> onlyB = Set.of(b.toString());
    Looked enough = new Looked(Integer.MAX_VALUE);
    Deadline.in(LIMIT, enough).during(() -> BinaryComparison.of(a, b));
    Set<Set<String>> named = new HashSet<>();
    for (int most = 1; most < enough.looks; most++) {
      Deadline deadline = Deadline.in(LIMIT, new Looked(most));
      OverdueException e =
          assertThrows(
              OverdueException.class, () -> deadline.during(() -> BinaryComparison.of(a, b)));
      named.add(Set.copyOf(e.files()));
    }
    assertEquals(Set.of(onlyA, onlyB, Set.of(a.toString(), b.toString())), named);
  }

  @ParameterizedTest
  @ValueSource(strings = {"folder", "a.tar", "a.tar.gz"})
  void at_whichever_look_the_time_is_over_no_name_is_told_of_a_tree(
      String form, @TempDir Path folder) throws IOException {
    Path a = tree(folder.resolve("a"), form, "bare-full");
    Path b = tree(folder.resolve("b"), form, "bare-symbols");
    Looked enough = new Looked(Integer.MAX_VALUE);
    TreeComparison whole = Deadline.in(LIMIT, enough).during(() -> compared(a, b));
    assertEquals(1, whole.summary().differs(), whole.toString());
    Set<List<String>> named = new HashSet<>();
    for (int most = 1; most < enough.looks; most++) {
      Deadline deadline = Deadline.in(LIMIT, new Looked(most));
      OverdueException e =
          assertThrows(OverdueException.class, () -> deadline.during(() -> compared(a, b)));
      named.add(e.files());
    }
    List<String> cause = List.of("agent of A and B");
    assertEquals(Set.of(List.of("A"), List.of("B"), cause), named);
  }

  private static TreeComparison compared(Path a, Path b) {
    try (Scratch scratch = Scratch.create(Scratch.USUAL)) {
      return TreeDifference.of(Trees.read(a, "A"), Trees.read(b, "B"), scratch);
    }
  }

  private static Path tree(Path folder, String form, String agent) throws IOException {
    byte[] bytes = Files.readAllBytes(Fixtures.path(agent));
    Files.createDirectory(folder);
    Path made = folder.resolve(form);
    if (!form.equals("folder")) {
      return new Archives()
          .file("agent", 0755, bytes)
          .file("zeros", new String(new char[1 << 20]))
          .write(made);
    }
    Files.createDirectory(made);
    Files.write(made.resolve("agent"), bytes);
    Files.write(made.resolve("zeros"), new byte[1 << 20]);
    return made;
  }
}
