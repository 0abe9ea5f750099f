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
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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

  /** Found by fuzzing: what is compared in full is unpacked, and no folder takes such a name. */
  @Test
  void a_name_longer_than_a_file_may_have_is_compared_like_another() throws IOException {
    String name = "bin/" + "é".repeat(200);
    Path a = new Archives().file(name, 0755, program("bare-full")).write(in("a.tar"));
    Path b = new Archives().file(name, 0755, program("bare-symbols")).write(in("b.tar"));
    String cause = entry(compare(a, b), name).cause();
    assertTrue(cause.contains("debug"), cause);
  }

  private static byte[] program(String name) throws IOException {
    return Files.readAllBytes(Fixtures.path(name));
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
  void special_entries_differ_by_what_they_are() throws IOException {
    Path a = new Archives().pipe("x").device("y", 1, 3).device("z", 1, 5).write(in("a.tar"));
    Path b = new Archives().file("x", "").device("y", 1, 5).device("z", 1, 5).write(in("b.tar"));
    TreeComparison comparison = compare(a, b);
    assertEquals("a special in A, a file in B", entry(comparison, "x").cause());
    assertEquals(
        "character device 1:3 in A, character device 1:5 in B", entry(comparison, "y").cause());
    assertEquals(State.IDENTICAL, entry(comparison, "z").state());
  }

  @Test
  void hard_links_to_what_is_not_there_differ_by_what_that_is() throws IOException {
    Path a = new Archives().hardLink("x", "one").write(in("a.tar"));
    Path b = new Archives().hardLink("x", "two").write(in("b.tar"));
    TreeComparison comparison = compare(a, b);
    assertEquals("hard link to one in A, hard link to two in B", entry(comparison, "x").cause());
    assertEquals("x is a hard link to one, which is not there", comparison.problems().getFirst());
  }

  @Test
  void an_entry_that_could_be_anything_is_refused() throws IOException {
    for (Path odd :
        List.of(
            new Archives().unknown("x").write(in("a.tar")),
            new Archives().pipe("x").write(in("a.zip")))) {
      Failure failure = assertThrows(Failure.class, () -> read(odd));
      assertEquals(ExitCode.UNDECIDED, failure.code());
      String said = String.valueOf(failure.getMessage());
      assertTrue(said.contains("x is of a kind that is not read here"), said);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gnu", "posix"})
  void the_bytes_between_the_holes_of_a_sparse_file_count(String format) throws Exception {
    Path a = tar(format, 'a');
    Path b = tar(format, 'b');
    assertTrue(Files.size(a) < 100_000, "it has holes");
    TreeComparison comparison = compare(a, b);
    assertEquals(
        "the first byte that differs is at offset 500,000", entry(comparison, "x").cause());
    assertEquals(1_000_000, requireNonNull(entry(comparison, "x").a()).size());
    Path folder = Files.createDirectory(in("plain"));
    Files.copy(in("a/x"), folder.resolve("x"));
    Files.setAttribute(folder.resolve("x"), "unix:mode", 0644);
    assertEquals(new Verdict.Identical(), compare(folder, a).verdict());
    Bounds bounds = new Bounds(10, 900_000, 16);
    assertThrows(Failure.class, () -> Trees.read(a, "a", bounds));
  }

  private Path tar(String format, char middle) throws Exception {
    Path files = Files.createDirectory(in(String.valueOf(middle)));
    try (RandomAccessFile out = new RandomAccessFile(files.resolve("x").toFile(), "rw")) {
      out.setLength(1_000_000);
      out.seek(500_000);
      out.write(middle);
    }
    Files.setAttribute(files.resolve("x"), "unix:mode", 0644);
    Path tar = in(middle + ".tar");
    Process process =
        new ProcessBuilder(
                "tar",
                "--format=" + format,
                "--sparse",
                "--hole-detection=raw",
                "-cf",
                tar.toString(),
                "-C",
                files.toString(),
                "x")
            .inheritIO()
            .start();
    assertEquals(0, process.waitFor());
    return tar;
  }

  @Test
  void another_capability_is_a_difference_of_tars() throws IOException {
    Path a = new Archives().file("x", "1").attribute("security.capability", "a").write(in("a.tar"));
    Path b = new Archives().file("x", "1").attribute("security.capability", "b").write(in("b.tar"));
    Path c = new Archives().file("x", "1").write(in("c.tar"));
    String differ = "other extended attributes, such as capabilities";
    assertEquals(differ, entry(compare(a, b), "x").cause());
    assertEquals(differ, entry(compare(a, c), "x").cause());
    Path folder = Files.createDirectory(in("folder"));
    Files.writeString(folder.resolve("x"), "1");
    Files.setAttribute(folder.resolve("x"), "unix:mode", 0644);
    assertEquals(new Verdict.Identical(), compare(a, folder).verdict(), "nobody knows");
  }

  @Test
  void a_folder_may_be_named_by_a_link() throws IOException {
    Path folder = Files.createDirectory(in("folder"));
    Files.writeString(folder.resolve("x"), "1");
    Path link = Files.createSymbolicLink(in("link"), folder);
    assertTrue(Trees.isTree(link));
    assertEquals("x", read(link).items().firstKey());
    assertEquals(new Summary(1, 0, 0, 0), compare(link, folder).summary());
  }

  /** Java shows both as the same character, which stands for what it cannot read. */
  @Test
  void names_that_are_not_utf_8_stay_apart() throws Exception {
    Path folder = Files.createDirectory(in("folder"));
    run(folder, "printf 1 > \"$(printf 'x\\377')\"; printf 2 > \"$(printf 'x\\376')\"");
    assertEquals(List.of("x\\xfe", "x\\xff"), List.copyOf(read(folder).items().keySet()));
    run(folder, "ln -s \"$(printf 'to\\377')\" link");
    assertEquals("to\\xff", requireNonNull(read(folder).items().get("link")).node().link());
    run(folder, "tar --format=gnu -cf ../bytes.tar .");
    assertEquals(
        List.of("link", "x\u00fe", "x\u00ff"), List.copyOf(read(in("bytes.tar")).items().keySet()));
    run(folder, "tar --format=posix -cf ../names.tar .");
    Failure failure = assertThrows(Failure.class, () -> read(in("names.tar")));
    assertEquals(ExitCode.UNDECIDED, failure.code());
    run(folder, "printf 3 > 'x\\xff'");
    assertEquals(
        "folder holds two names that are both written x\\xff",
        assertThrows(Failure.class, () -> read(folder)).getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gnu", "posix", "ustar"})
  void a_name_in_any_language_is_the_same_in_every_tar(String format) throws Exception {
    Path folder = Files.createDirectory(in("folder"));
    for (String name : List.of("caf\u00e9", "\u6587\u5b57", "\ud83d\ude00 ?")) {
      Files.writeString(folder.resolve(name), "1");
    }
    run(folder, "tar --format=" + format + " -cf ../names.tar .");
    assertEquals(new Verdict.Identical(), compare(folder, in("names.tar")).verdict());
  }

  private static void run(Path folder, String script) throws Exception {
    Process process =
        new ProcessBuilder("sh", "-c", script).directory(folder.toFile()).inheritIO().start();
    assertEquals(0, process.waitFor());
  }

  @Test
  void a_pipe_is_not_opened_and_is_no_socket() throws Exception {
    Path a = Files.createDirectory(in("a"));
    run(a, "mkfifo -m 644 p");
    Path b = new Archives().pipe("p").write(in("b.tar"));
    assertEquals(new Verdict.Identical(), compare(a, b).verdict());
    Path c = new Archives().device("p", 1, 3).write(in("c.tar"));
    assertEquals("pipe in A, character device 1:3 in B", entry(compare(a, c), "p").cause());
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
      TreeFuzz.fuzzerTestOneInput(damaged);
    }
  }

  /** A header that does not have its own checksum ends the reading, so that it gets its own. */
  @Test
  void damaged_headers_of_a_tar_end_in_one_failure_or_a_tree() throws IOException {
    Archives made = new Archives().file("one", "bytes").hardLink("two", "one").pipe("pipe");
    made.file("long/".repeat(40) + "name", "x").link("latest", "one").attribute("user.a", "b");
    byte[] whole = Files.readAllBytes(made.write(in("a.tar")));
    TreeFuzz.fuzzerTestOneInput(whole);
    Random random = new Random(7);
    for (int i = 0; i < 600; i++) {
      byte[] damaged = whole.clone();
      int header = 512 * random.nextInt(whole.length / 512);
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        damaged[header + random.nextInt(345)] ^= (byte) (1 << random.nextInt(8));
      }
      Arrays.fill(damaged, header + 148, header + 156, (byte) ' ');
      int sum = 0;
      for (int at = header; at < header + 512; at++) {
        sum += damaged[at] & 0xff;
      }
      byte[] digits = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(digits, 0, damaged, header + 148, digits.length);
      TreeFuzz.fuzzerTestOneInput(damaged);
    }
  }
}
