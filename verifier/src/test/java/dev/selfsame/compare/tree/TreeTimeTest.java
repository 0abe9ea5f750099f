package dev.selfsame.compare.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.bytes.Deadline;
import dev.selfsame.binary.bytes.OverdueException;
import dev.selfsame.evidence.TreeComparison;
import dev.selfsame.evidence.Verdict;
import dev.selfsame.outcome.Failure;
import dev.selfsame.where.Scratch;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** What is read of trees is counted and timed, however it is read. */
class TreeTimeTest {
  private static final Duration LIMIT = Duration.ofHours(1);

  /** A block of DEFLATE that is stored, and empty. */
  private static final String NOTHING = "\0\0\0\u00ff\u00ff";

  private static final int MANY = 1 << 20;

  /** Looks at the clock that are more than reading a small archive takes. */
  private static final int ENOUGH = 6;

  @TempDir private Path folder;

  /** How often the clock was looked at, and how often before the time is over. */
  private int looks;

  private int most = Integer.MAX_VALUE;

  private Instant look() {
    looks++;
    return looks > most ? Instant.EPOCH.plus(LIMIT) : Instant.EPOCH;
  }

  private Deadline deadline() {
    looks = 0;
    return Deadline.in(LIMIT, this::look);
  }

  private static InputStream bytes(int size) {
    return new ByteArrayInputStream(new byte[size]);
  }

  @Test
  void what_is_passed_over_counts_as_what_is_read() throws IOException {
    Bounds small = new Bounds(1, 10, 1);
    InputStream enough = small.meter("A").metered(bytes(100));
    assertEquals(5, enough.skip(5));
    assertEquals(0, enough.read());
    assertEquals(4, enough.readNBytes(4).length);
    assertThrows(Failure.class, () -> enough.skip(1));
    assertThrows(Failure.class, () -> small.meter("A").metered(bytes(100)).skip(11));
    // What is not there is not counted.
    assertEquals(10, small.meter("A").metered(bytes(10)).skip(11));
  }

  @Test
  void passing_over_takes_time() {
    most = 1;
    InputStream in = deadline().during(() -> Bounds.USUAL.meter("A").metered(bytes(1 << 20)));
    assertThrows(OverdueException.class, () -> in.skip(1 << 20));
  }

  /** Four megabytes at least that nothing comes out of, and a small archive. */
  private Path hollow(String form) throws IOException {
    Path small = new Archives().file("notes", "some").write(folder.resolve("small." + form));
    if (form.equals("zip")) {
      return hollowZip(folder.resolve("hollow.zip"));
    }
    Path hollow = folder.resolve("hollow." + form);
    try (OutputStream out = Files.newOutputStream(hollow)) {
      switch (form) {
        case "tar.gz" -> {
          ByteArrayOutputStream deflated = new ByteArrayOutputStream();
          deflated.writeBytes(HexFormat.of().parseHex("1f8b0800000000000003"));
          deflated.writeBytes(NOTHING.repeat(MANY).getBytes(StandardCharsets.ISO_8859_1));
          deflated.writeBytes(HexFormat.of().parseHex("0300" + "0000000000000000"));
          out.write(deflated.toByteArray());
        }
        case "tar.xz" -> {
          new XZOutputStream(out, new LZMA2Options(0)).finish();
          out.write(new byte[5 * MANY]);
        }
        default -> out.write(HexFormat.of().parseHex("502a4d1800000000".repeat(MANY)));
      }
      out.write(Files.readAllBytes(small));
    }
    return hollow;
  }

  private static Path hollowZip(Path zip) throws IOException {
    byte[] deflated = (NOTHING.repeat(MANY) + "\3\0").getBytes(StandardCharsets.ISO_8859_1);
    try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(zip)) {
      ZipArchiveEntry entry = new ZipArchiveEntry("notes");
      entry.setMethod(ZipEntry.DEFLATED);
      entry.setSize(0);
      entry.setCrc(0);
      entry.setCompressedSize(deflated.length);
      out.addRawArchiveEntry(entry, new ByteArrayInputStream(deflated));
    }
    return zip;
  }

  @ParameterizedTest
  @ValueSource(strings = {"tar.gz", "tar.xz", "tar.zst", "zip"})
  void what_nothing_comes_out_of_takes_time_too(String form) throws IOException {
    Path hollow = hollow(form);
    Tree whole = deadline().during(() -> Trees.read(hollow, "A"));
    assertEquals(Set.of("notes"), whole.items().keySet());
    assertTrue(looks > ENOUGH, looks + " looks");
    most = ENOUGH;
    Deadline reading = deadline();
    OverdueException e =
        assertThrows(OverdueException.class, () -> reading.during(() -> Trees.read(hollow, "A")));
    assertEquals(List.of("A"), e.files());
    if (!form.equals("zip")) { // which is told by its first bytes
      Deadline telling = deadline();
      e = assertThrows(OverdueException.class, () -> telling.during(() -> Trees.isTree(hollow)));
      assertEquals(List.of(hollow.toString()), e.files());
    }
  }

  /** Some calls within each other for each would need more than a stack has. */
  @Test
  void a_tar_may_be_packed_in_any_number_of_parts() throws IOException {
    Path small = new Archives().file("notes", "some").write(folder.resolve("small.tar.gz"));
    byte[] empty = HexFormat.of().parseHex("1f8b0800000000000003" + "0300" + "00".repeat(8));
    ByteArrayOutputStream parts = new ByteArrayOutputStream();
    for (int i = 0; i < MANY / 4; i++) {
      parts.writeBytes(empty);
    }
    parts.writeBytes(Files.readAllBytes(small));
    Path many = Files.write(folder.resolve("many.tar.gz"), parts.toByteArray());
    assertTrue(Trees.isTree(many));
    assertEquals(Trees.read(small, "A").items(), Trees.read(many, "A").items());
  }

  private static Path text(Path folder, String last) throws IOException {
    Files.createDirectory(folder);
    Files.writeString(folder.resolve("text"), " ".repeat(MANY * 4) + last);
    return folder;
  }

  private static TreeComparison compare(Tree a, Tree b) {
    try (Scratch scratch = Scratch.create(Scratch.USUAL)) {
      return TreeDifference.of(a, b, scratch);
    }
  }

  /** What differs late, or not at all, is read to there. */
  @Test
  void looking_for_the_first_byte_that_differs_takes_time_too() throws IOException {
    Tree a = Trees.read(text(folder.resolve("a"), "a"), "A");
    Tree b = Trees.read(text(folder.resolve("b"), "b"), "B");
    TreeComparison whole = deadline().during(() -> compare(a, b));
    assertEquals(
        "the first byte that differs is at offset 4,194,304", whole.entries().getFirst().cause());
    most = ENOUGH;
    Deadline looking = deadline();
    OverdueException e =
        assertThrows(OverdueException.class, () -> looking.during(() -> compare(a, b)));
    assertEquals(List.of("text of A and B"), e.files());
  }

  @Test
  void finding_that_two_archives_are_the_same_bytes_takes_time_too() throws IOException {
    Archives archive = new Archives().file("zeros", 0644, new byte[4 * MANY]);
    Tree a = Trees.read(archive.write(folder.resolve("a.tar")), "A");
    Tree b = Trees.read(archive.write(folder.resolve("b.tar")), "B");
    assertEquals(new Verdict.Identical(), deadline().during(() -> compare(a, b)).verdict());
    most = ENOUGH;
    Deadline looking = deadline();
    OverdueException e =
        assertThrows(OverdueException.class, () -> looking.during(() -> compare(a, b)));
    assertEquals(List.of("A", "B"), e.files());
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "65536, 0", "65535, 65536", "65535, 65537", "131072, 131071"})
  void files_of_which_one_begins_the_other_differ_where_it_ends(int a, int b) throws IOException {
    Path one = Files.createDirectory(folder.resolve("a"));
    Path other = Files.createDirectory(folder.resolve("b"));
    Files.writeString(one.resolve("text"), "-" + " ".repeat(a));
    Files.writeString(other.resolve("text"), "-" + " ".repeat(b));
    TreeComparison told = compare(Trees.read(one, "A"), Trees.read(other, "B"));
    assertEquals(
        String.format(
            Locale.ROOT, "the first byte that differs is at offset %,d", 1 + Math.min(a, b)),
        told.entries().getFirst().cause());
  }
}
