package dev.selfsame.compare.tree;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.Fixtures;
import dev.selfsame.evidence.TreeComparison;
import dev.selfsame.evidence.TreeComparison.Entry;
import dev.selfsame.evidence.TreeComparison.State;
import dev.selfsame.evidence.TreeComparison.Summary;
import dev.selfsame.evidence.Verdict;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.where.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TreeDifferenceTest {
  @TempDir private Path folder;

  private Path in(String name) {
    return requireNonNull(folder).resolve(name);
  }

  private static TreeComparison compare(Path a, Path b) {
    try (Scratch scratch = Scratch.create(Scratch.USUAL)) {
      return TreeDifference.of(read(a), read(b), scratch);
    }
  }

  private static Tree read(Path path) {
    return Trees.read(path, String.valueOf(path.getFileName()));
  }

  private static Entry entry(TreeComparison comparison, String name) {
    return comparison.entries().stream()
        .filter(e -> e.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Archives sample() throws IOException {
    return new Archives()
        .file("bin/agent", 0755, Files.readAllBytes(Fixtures.path("hello-abort")))
        .file("share/notes", "notes")
        .link("latest", "bin/agent");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.tar", "a.tar.gz", "a.tgz", "a.tar.xz", "a.zip", "a.whl"})
  void every_kind_of_archive_holds_the_same_names_as_a_folder(String name) throws IOException {
    Path archive = sample().write(in(name));
    assertTrue(Trees.isTree(archive));
    Path unpacked = Files.createDirectories(in("folder/bin"));
    Files.copy(Fixtures.path("hello-abort"), unpacked.resolve("agent"));
    Files.setAttribute(unpacked.resolve("agent"), "unix:mode", 0755);
    Files.createDirectory(in("folder/share"));
    Files.writeString(in("folder/share/notes"), "notes");
    Files.setAttribute(in("folder/share/notes"), "unix:mode", 0644);
    Files.createSymbolicLink(in("folder/latest"), Path.of("bin/agent"));
    TreeComparison comparison = compare(in("folder"), archive);
    assertEquals(new Summary(5, 0, 0, 0), comparison.summary(), comparison.toString());
    assertEquals(new Verdict.Identical(), comparison.verdict());
  }

  @Test
  void a_debian_package_is_both_of_its_tars() throws IOException {
    Path a = sample().write(in("a.deb"));
    Path b = sample().file("share/more", "more").write(in("b.deb"));
    TreeComparison comparison = compare(a, b);
    assertEquals(State.ONLY_IN_B, entry(comparison, "data/share/more").state());
    assertEquals(State.IDENTICAL, entry(comparison, "control/control").state());
    assertEquals(State.IDENTICAL, entry(comparison, "debian-binary").state());
  }

  @Test
  void archives_that_differ_in_time_alone_are_equivalent_and_not_identical() throws IOException {
    Path a = sample().at(1_600_000_000_000L).write(in("a.tar"));
    Path b = sample().at(1_700_000_000_000L).write(in("b.tar"));
    assertTrue(compare(a, b).verdict() instanceof Verdict.Equivalent);
    Path same = Files.copy(a, in("same.tar"));
    assertEquals(new Verdict.Identical(), compare(a, same).verdict());
  }

  @Test
  void what_differs_is_said_in_a_few_words_a_name() throws IOException {
    Path a = sample().file("x", "same size").file("mode", 0644, new byte[3]).write(in("a.tar.gz"));
    Path b =
        new Archives()
            .file("bin/agent", 0755, Files.readAllBytes(Fixtures.path("hello-symbols")))
            .link("share/notes", "elsewhere")
            .link("latest", "bin/other")
            .file("x", "same sizf")
            .file("mode", 0600, new byte[3])
            .write(in("b.tar.gz"));
    TreeComparison comparison = compare(a, b);
    assertEquals(
        "only B has symbols (strip state: A stripped, B debug-stripped)",
        entry(comparison, "bin/agent").cause());
    assertEquals(
        "it leads to bin/agent in A, to bin/other in B", entry(comparison, "latest").cause());
    assertEquals("a file in A, a link in B", entry(comparison, "share/notes").cause());
    assertEquals("the first byte that differs is at offset 8", entry(comparison, "x").cause());
    assertEquals("mode 0644 in A, 0600 in B", entry(comparison, "mode").cause());
  }

  @Test
  void a_hard_link_has_the_bytes_that_it_leads_to() throws IOException {
    Path a = new Archives().file("one", "bytes").hardLink("two", "one").write(in("a.tar"));
    Path b = new Archives().file("one", "bytes").file("two", "bytes").write(in("b.tar"));
    assertEquals(new Summary(2, 0, 0, 0), compare(a, b).summary());
    Path c = new Archives().file("one", "bytes").file("two", "other").write(in("c.tar"));
    assertEquals("the first byte that differs is at offset 0", entry(compare(a, c), "two").cause());
  }

  @Test
  void a_link_out_of_the_folder_is_compared_and_never_followed() throws IOException {
    Path secret = Files.writeString(in("secret"), "not to be read");
    Path a = Files.createDirectory(in("a"));
    Path b = Files.createDirectory(in("b"));
    Files.createSymbolicLink(a.resolve("x"), secret);
    Files.createSymbolicLink(b.resolve("x"), secret);
    TreeComparison comparison = compare(a, b);
    assertEquals(TreeComparison.Kind.LINK, requireNonNull(entry(comparison, "x").a()).kind());
    assertEquals(new Verdict.Identical(), comparison.verdict());
  }

  @ParameterizedTest
  @CsvSource({
    "../out, a.tar",
    "/etc/passwd, a.tar",
    "x/../../out, a.tar.gz",
    "..\\out, a.zip",
    "../out, a.zip",
    "C:\\out, a.zip",
    "x/.., a.tar.xz",
  })
  void a_name_that_leads_out_is_refused(String name, String archive) throws IOException {
    Path a = new Archives().file(name, "bytes").write(in(archive));
    Failure failure = assertThrows(Failure.class, () -> read(a));
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertTrue(String.valueOf(failure.getMessage()).contains("leads out"), failure.getMessage());
  }

  @Test
  void more_than_the_bounds_ends_the_reading() throws IOException {
    Archives many = new Archives();
    for (int i = 0; i < 20; i++) {
      many.file("f" + i, "x");
    }
    Path bomb = new Archives().file("zeros", 0644, new byte[4 << 20]).write(in("bomb.tar.xz"));
    Path deep = new Archives().file("d/".repeat(40) + "f", "x").write(in("deep.zip"));
    Bounds bounds = new Bounds(10, 1 << 20, 16);
    for (Path archive : new Path[] {many.write(in("many.tar")), bomb, deep}) {
      Failure failure = assertThrows(Failure.class, () -> Trees.read(archive, "archive", bounds));
      assertEquals(ExitCode.UNDECIDED, failure.code());
    }
  }

  @Test
  void an_interruption_ends_the_reading_and_says_so() throws IOException {
    Path a = new Archives().file("x", "1").write(in("a.tar"));
    Thread.currentThread().interrupt();
    Failure failure = assertThrows(Failure.class, () -> read(a));
    assertTrue(Thread.interrupted(), "the interruption stays for whoever called");
    assertEquals("interrupted", failure.getMessage());
  }

  @Test
  void special_files_and_names_that_come_twice_are_said() throws IOException {
    Path a = new Archives().pipe("p").file("x", "1").file("x", "2").write(in("a.tar"));
    Path b = new Archives().pipe("p").file("x", "2").write(in("b.tar"));
    TreeComparison comparison = compare(a, b);
    assertEquals(new Summary(2, 0, 0, 0), comparison.summary());
    assertEquals("a.tar: x comes twice, the last counts", comparison.problems().getFirst());
  }

  @Test
  void a_name_cannot_move_the_cursor() throws IOException {
    Path a = new Archives().file("\u001b[2Jx", "1").write(in("a.tar"));
    assertEquals("\\x1b[2Jx", read(a).items().firstKey());
  }

  @Test
  void files_that_are_no_archives_are_left_alone() throws IOException {
    assertFalse(Trees.isTree(Fixtures.path("hello-abort")));
    assertFalse(Trees.isTree(Fixtures.path("gnu.a")), "an ar archive is a binary of many parts");
    assertFalse(Trees.isTree(Files.createFile(in("empty"))));
    assertFalse(Trees.isTree(Files.write(in("zeros"), new byte[1024])));
    assertFalse(Trees.isTree(Files.write(in("cut.gz"), new byte[] {0x1f, (byte) 0x8b, 8, 0})));
    assertFalse(Trees.isTree(in("absent")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.tar", "a.tar.gz", "a.tar.xz", "a.zip", "a.deb"})
  void damaged_archives_end_in_one_failure_or_a_tree(String name) throws IOException {
    byte[] whole =
        Files.readAllBytes(
            new Archives().file("one", "bytes").file("two/three", "x".repeat(700)).write(in(name)));
    Random random = new Random(5);
    for (int i = 0; i < 400; i++) {
      byte[] damaged =
          Arrays.copyOf(whole, i % 2 == 0 ? whole.length : random.nextInt(whole.length));
      for (int flips = random.nextInt(4); flips > 0 && damaged.length > 0; flips--) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Path file = Files.write(in("damaged"), damaged);
      if (Trees.isTree(file)) {
        try {
          read(file);
        } catch (Failure e) {
          assertEquals(ExitCode.UNDECIDED, e.code());
        }
      }
    }
  }
}
