package dev.selfsame.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.BinaryFile;
import dev.selfsame.binary.Fixtures;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.Comparison.Cause.Grade;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SameLayoutTest {
  private static final Path PROGRAM = Fixtures.path("hello-symbols");

  @TempDir private Path folder;

  @Test
  void one_more_line_of_comment_changes_line_numbers_and_nothing_else() throws IOException {
    byte[] bytes = Files.readAllBytes(PROGRAM);
    List<Long> lines;
    try (BinaryFile file = BinaryFile.open(PROGRAM)) {
      lines = file.panicLines();
    }
    assertTrue(lines.size() > 10, lines.toString());
    bytes[lines.get(0).intValue()]++;
    bytes[lines.get(0).intValue() + 4]++; // the column of the same
    bytes[lines.get(5).intValue()]++;
    Comparison comparison = compare(bytes);
    Cause first = comparison.causes().getFirst();
    assertEquals("lines", first.id());
    assertEquals(Grade.PROVED, first.grade());
    assertTrue(
        first.sentence().startsWith("only the line numbers of 2 panic messages differ:"),
        first.sentence());
    assertEquals(1, comparison.causes().size(), comparison.causes().toString());
  }

  @Test
  void a_text_that_differs_is_shown_on_both_sides() throws IOException {
    byte[] bytes = Files.readAllBytes(PROGRAM);
    int at = indexOf(bytes, "called `Option::unwrap()`");
    bytes[at + 1] = 'u';
    Cause first = compare(bytes).causes().getFirst();
    assertEquals("text", first.id());
    assertTrue(first.sentence().contains("called `Option"), first.sentence());
    assertTrue(first.sentence().contains("culled `Option"), first.sentence());
    assertEquals(at + 1, first.inA().getFirst().offset());
  }

  @Test
  void a_byte_of_code_is_told_by_function_and_stays_unexplained() throws IOException {
    byte[] bytes = Files.readAllBytes(PROGRAM);
    long text;
    String owner;
    try (BinaryFile file = BinaryFile.open(PROGRAM)) {
      text = offset(file, ".text") + 0x400;
      owner = file.owners().at(new long[] {text}).getFirst().orElseThrow();
    }
    bytes[(int) text] ^= 1;
    Comparison comparison = compare(bytes);
    Cause first = comparison.causes().getFirst();
    assertEquals(Grade.UNEXPLAINED, first.grade());
    assertTrue(first.sentence().startsWith("1 byte in " + owner), first.sentence());
  }

  @Test
  void every_byte_is_told_of_the_function_that_has_it() throws IOException {
    byte[] bytes = Files.readAllBytes(PROGRAM);
    long text;
    Map<String, Integer> owners = new TreeMap<>();
    try (BinaryFile file = BinaryFile.open(PROGRAM)) {
      text = offset(file, ".text") + 0x400;
      long[] places = LongStream.range(text, text + 3_000).filter(i -> i % 7 < 3).toArray();
      List<Optional<String>> names = file.owners().at(places);
      for (int i = 0; i < places.length; i++) {
        bytes[(int) places[i]] ^= 1;
        owners.merge(names.get(i).orElse(".text"), 1, Integer::sum);
      }
    }
    assertTrue(owners.size() > 1, owners.toString());
    int most = owners.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
    String sentence = compare(bytes).causes().getFirst().sentence();
    assertTrue(sentence.startsWith("%,d bytes in ".formatted(most)), sentence + owners);
  }

  @Test
  void more_than_a_small_difference_is_told_by_section() throws IOException {
    byte[] bytes = Files.readAllBytes(PROGRAM);
    try (BinaryFile file = BinaryFile.open(PROGRAM)) {
      int text = (int) offset(file, ".text");
      for (int i = 0; i < 10_000; i += 2) {
        bytes[text + i] ^= 1;
      }
    }
    Cause first = compare(bytes).causes().getFirst();
    assertEquals(
        "other content of the same size: .text; the files do not say why", first.sentence());
  }

  @Test
  void a_number_beside_a_line_number_is_not_one() throws IOException {
    byte[] bytes = Files.readAllBytes(PROGRAM);
    try (BinaryFile file = BinaryFile.open(PROGRAM)) {
      bytes[file.panicLines().getFirst().intValue() - 8]++; // the length of the path
    }
    List<Cause> causes = compare(bytes).causes();
    assertFalse(causes.stream().anyMatch(cause -> cause.id().equals("lines")), causes.toString());
  }

  private static long offset(BinaryFile file, String name) {
    return file.facts().ranges().stream()
        .filter(range -> range.name().equals(name))
        .mapToLong(Range::offset)
        .findFirst()
        .orElseThrow();
  }

  private static int indexOf(byte[] bytes, String text) {
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
    assertTrue(at > 0, text);
    return at;
  }

  private Comparison compare(byte[] changed) throws IOException {
    return BinaryComparison.of(PROGRAM, Files.write(folder.resolve("changed"), changed));
  }
}
