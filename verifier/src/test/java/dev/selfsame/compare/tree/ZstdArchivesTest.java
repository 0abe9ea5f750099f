package dev.selfsame.compare.tree;

import static java.nio.charset.StandardCharsets.US_ASCII;
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
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tars that are packed by zstd, and Ubuntu's packages, which are made of such. */
class ZstdArchivesTest {
  @TempDir private Path folder;

  private Path in(String name) {
    return requireNonNull(folder).resolve(name);
  }

  private static Archives sample() throws IOException {
    return new Archives()
        .file("bin/agent", 0755, Files.readAllBytes(Fixtures.path("hello-abort")))
        .file("share/notes", "notes")
        .link("latest", "bin/agent");
  }

  private static TreeComparison compare(Path a, Path b) {
    try (Scratch scratch = Scratch.create(Scratch.USUAL)) {
      return TreeDifference.of(Trees.read(a, "a"), Trees.read(b, "b"), scratch);
    }
  }

  /** By its content: a name can say anything. */
  @ParameterizedTest
  @ValueSource(strings = {"b.tar.zst", "b.tzst", "b.zst"})
  void a_tar_holds_the_same_however_it_is_packed(String name) throws IOException {
    Path packed = sample().write(in(name));
    assertTrue(Trees.isTree(packed));
    TreeComparison comparison = compare(sample().write(in("a.tar")), packed);
    assertEquals(new Summary(5, 0, 0, 0), comparison.summary(), comparison.toString());
    assertTrue(comparison.verdict() instanceof Verdict.Equivalent, comparison.toString());
  }

  /** As pzstd writes it. */
  @Test
  void what_is_to_be_skipped_may_stand_first() throws IOException {
    byte[] frame = Files.readAllBytes(sample().write(in("b.tar.zst")));
    byte[] skipped = HexFormat.of().parseHex("502a4d18" + "04000000" + "00112233");
    byte[] whole = Arrays.copyOf(skipped, skipped.length + frame.length);
    System.arraycopy(frame, 0, whole, skipped.length, frame.length);
    Path packed = Files.write(in("p.tar.zst"), whole);
    assertTrue(Trees.isTree(packed));
    TreeComparison comparison = compare(sample().write(in("a.tar")), packed);
    assertTrue(comparison.verdict() instanceof Verdict.Equivalent, comparison.toString());
  }

  @Test
  void a_package_of_ubuntu_is_both_of_its_tars() throws IOException {
    Path ubuntu = sample().file("share/more", "more").write(in("agent.zst.deb"));
    TreeComparison comparison = compare(sample().write(in("agent.deb")), ubuntu);
    assertEquals(new Summary(9, 0, 0, 1), comparison.summary(), comparison.toString());
    Entry more =
        comparison.entries().stream()
            .filter(entry -> entry.state() == State.ONLY_IN_B)
            .findFirst()
            .orElseThrow();
    assertEquals("data/share/more", more.name());
  }

  @Test
  void what_differs_is_unpacked_and_looked_into() throws IOException {
    Path other =
        new Archives()
            .file("bin/agent", 0755, Files.readAllBytes(Fixtures.path("hello-symbols")))
            .write(in("b.tar.zst"));
    TreeComparison comparison = compare(sample().write(in("a.tar.zst")), other);
    Entry agent =
        comparison.entries().stream()
            .filter(entry -> entry.name().equals("bin/agent"))
            .findFirst()
            .orElseThrow();
    assertEquals("only B has symbols (strip state: A stripped, B debug-stripped)", agent.cause());
  }

  /** Four megabytes are a few blocks that say one byte each. */
  @Test
  void more_than_the_bounds_ends_the_reading() throws IOException {
    byte[] tar = Files.readAllBytes(new Archives().file("zeros", "").write(in("zeros.tar")));
    // The size is in the header, in octal; so is its checksum.
    System.arraycopy("20000000000".getBytes(US_ASCII), 0, tar, 124, 11);
    Arrays.fill(tar, 148, 156, (byte) ' ');
    int sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += tar[i] & 0xff;
    }
    System.arraycopy("%06o\0 ".formatted(sum).getBytes(US_ASCII), 0, tar, 148, 8);
    String head = HexFormat.of().formatHex(tar, 0, 512);
    String bomb = "28b52ffd" + "0058" + "001000" + head + "02001000".repeat(32);
    Path archive = Files.write(in("bomb.tar.zst"), HexFormat.of().parseHex(bomb));
    Failure failure =
        assertThrows(
            Failure.class, () -> Trees.read(archive, "archive", new Bounds(10, 1 << 20, 16)));
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertTrue(
        String.valueOf(failure.getMessage()).contains("more than 1048576 bytes"),
        failure.getMessage());
  }

  @Test
  void a_tar_that_cannot_be_unpacked_here_is_refused_and_anything_else_is_a_file()
      throws IOException {
    byte[] dictionary = HexFormat.of().parseHex("28b52ffd2105072900006869686968");
    Path named = Files.write(in("a.tar.zst"), dictionary);
    Failure failure = assertThrows(Failure.class, () -> Trees.isTree(named));
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertFalse(Trees.isTree(Files.write(in("a.zst"), dictionary)));
    Path cut = sample().write(in("cut.tar.zst"));
    byte[] whole = Files.readAllBytes(cut);
    Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
    Failure half = assertThrows(Failure.class, () -> Trees.read(cut, "cut"));
    assertEquals(ExitCode.UNDECIDED, half.code());
    assertTrue(String.valueOf(half.getMessage()).contains("packed bytes end too early"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.tar.zst", "a.zst.deb"})
  void damaged_archives_end_in_one_failure_or_a_tree(String name) throws IOException {
    byte[] whole =
        Files.readAllBytes(
            new Archives().file("one", "bytes").file("two/three", "x".repeat(700)).write(in(name)));
    Random random = new Random(11);
    for (int i = 0; i < 400; i++) {
      byte[] damaged =
          Arrays.copyOf(whole, i % 2 == 0 ? whole.length : random.nextInt(whole.length));
      for (int flips = random.nextInt(4); flips > 0 && damaged.length > 0; flips--) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      TreeFuzz.fuzzerTestOneInput(damaged);
    }
  }
}
