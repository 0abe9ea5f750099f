package dev.selfsame.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.BinaryFile;
import dev.selfsame.binary.Fixtures;
import dev.selfsame.binary.MadeMacho;
import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.Section;
import dev.selfsame.binary.elf.SymbolTable;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.Comparison.Cause.Grade;
import dev.selfsame.evidence.Fact.Evidence;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SameLayoutTest {
  private static final Path PROGRAM = Fixtures.path("hello-symbols");

  @TempDir private Path folder;

  /**
   * The places were found by hand: {@code src/function.rs} of addr2line 0.25.1, which rustc's
   * library has inside, panics at 205:51, where an abbreviation is unwrapped, and at 354:41, where
   * an inlined function is indexed.
   */
  @ParameterizedTest
  @CsvSource({"hello-symbols, 284840, 284816", "hello-gnu.exe, 219912, 219888"})
  void one_more_line_of_comment_changes_line_numbers_and_nothing_else(
      String name, int unwrapped, int indexed) throws IOException {
    Path program = Fixtures.path(name);
    byte[] bytes = Files.readAllBytes(program);
    ByteBuffer numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(205, numbers.getInt(unwrapped));
    assertEquals(51, numbers.getInt(unwrapped + 4));
    assertEquals(354, numbers.getInt(indexed));
    assertEquals(41, numbers.getInt(indexed + 4));
    bytes[unwrapped]++;
    bytes[unwrapped + 4]++; // the column of the same
    bytes[indexed]++;
    Comparison comparison = compare(program, bytes);
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

  /** Both have 521 bytes, so that each fits the other's place. */
  @Test
  void functions_that_changed_places_are_told_and_what_differs_stays_unexplained()
      throws IOException {
    long pad = place("Formatter3pad");
    long count = place("do_count_chars");
    byte[] bytes = Files.readAllBytes(PROGRAM);
    swap(bytes, pad, count, 521);
    byte[] code = bytes.clone();
    swap(bytes, entry("Formatter3pad") + 8, entry("do_count_chars") + 8, 8);
    Comparison comparison = compare(bytes);
    List<String> ids = comparison.causes().stream().map(Cause::id).toList();
    assertEquals(List.of("function-order", "program", "symbols"), ids);
    Cause order = comparison.causes().getFirst();
    assertEquals(Grade.PROVED, order.grade());
    assertEquals(0L, order.moved());
    assertNull(order.differing());
    assertTrue(
        order
            .sentence()
            .matches("the same [34].. functions, by name and size, stand in another order in B"),
        order.sentence());
    List<Optional<String>> names;
    try (BinaryFile file = BinaryFile.open(PROGRAM)) {
      names = file.owners().at(new long[] {pad, count});
    }
    String first = names.getFirst().orElseThrow() + ", 521 bytes, in %s at offset %d";
    String second = names.getLast().orElseThrow() + ", 521 bytes, in %s at offset %d";
    assertEquals(
        List.of(
            new Evidence(".text", pad, first.formatted("B", count)),
            new Evidence(".text", count, second.formatted("B", pad))),
        order.inA());
    assertEquals(
        List.of(
            new Evidence(".text", pad, second.formatted("A", count)),
            new Evidence(".text", count, first.formatted("A", pad))),
        order.inB());
    byte[] before = Files.readAllBytes(PROGRAM);
    long differing = IntStream.range(0, code.length).filter(i -> code[i] != before[i]).count();
    assertTrue(differing > 900, "two functions of 521 bytes: " + differing);
    assertEquals(differing, comparison.unexplainedDiffering());

    swap(bytes, pad, count, 521);
    List<Cause> named = compare(bytes).causes();
    assertEquals(List.of("symbols"), named.stream().map(Cause::id).toList(), "no code differs");
  }

  /** Where the code of a function stands in the file. */
  private static long place(String name) throws IOException {
    ElfFile file = ElfFile.parse(ByteView.of(Files.readAllBytes(PROGRAM)));
    Section text = file.section(".text").orElseThrow();
    return symbols(file).value(index(symbols(file), name)) - text.address() + text.offset();
  }

  /** Where its entry in the symbol table stands. */
  private static long entry(String name) throws IOException {
    ElfFile file = ElfFile.parse(ByteView.of(Files.readAllBytes(PROGRAM)));
    return symbols(file).offset(index(symbols(file), name));
  }

  private static SymbolTable symbols(ElfFile file) {
    return SymbolTable.of(file, file.section(Section.SYMTAB).orElseThrow());
  }

  private static long index(SymbolTable table, String name) {
    return LongStream.range(1, table.count())
        .filter(i -> table.name(i).endsWith(name))
        .findFirst()
        .orElseThrow();
  }

  private static void swap(byte[] bytes, long one, long other, int size) {
    byte[] kept = Arrays.copyOfRange(bytes, (int) one, (int) one + size);
    System.arraycopy(bytes, (int) other, bytes, (int) one, size);
    System.arraycopy(kept, 0, bytes, (int) other, size);
  }

  @ParameterizedTest
  @CsvSource({"hello-symbols, 284840", "hello-gnu.exe, 219912"})
  void a_number_beside_a_line_number_is_not_one(String name, int line) throws IOException {
    Path program = Fixtures.path(name);
    byte[] bytes = Files.readAllBytes(program);
    bytes[line - 8]++; // the length of the path
    List<Cause> causes = compare(program, bytes).causes();
    assertFalse(causes.stream().anyMatch(cause -> cause.id().equals("lines")), causes.toString());
  }

  /** A Mach-O program with one panic location. Behind it stands its line again, which is none. */
  private static byte[] macho(boolean chained, long pointer, int line) {
    byte[] path = "/home/dev/agent/src/main.rs".getBytes(StandardCharsets.US_ASCII);
    ByteBuffer location = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    location.putLong(pointer).putLong(path.length).putInt(line).putInt(5).putLong(line);
    MadeMacho made =
        new MadeMacho()
            .segment("__TEXT", "__const", 5, 0, path)
            .segment("__DATA", "__const", 3, 0, location.array());
    return (chained ? made.chained() : made).bytes();
  }

  private Comparison compare(byte[] a, byte[] b) throws IOException {
    return compare(Files.write(folder.resolve("first"), a), b);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_mach_o_program_has_line_numbers_whether_its_pointers_are_chained(boolean chained)
      throws IOException {
    long next = chained ? 3L << 51 : 0;
    byte[] before = macho(chained, MadeMacho.address(0) | next, 7);
    byte[] after = macho(chained, MadeMacho.address(0) | next, 8);
    int behind = after.length - 8;
    Comparison both = compare(before, after);
    assertEquals(
        List.of("lines", "program"), both.causes().stream().map(Cause::id).sorted().toList());
    assertEquals(1L, both.unexplainedDiffering(), "what stands behind the column");
    after[behind]--;
    List<Cause> causes = compare(before, after).causes();
    assertEquals(List.of("lines"), causes.stream().map(Cause::id).toList());
    Cause lines = causes.getFirst();
    assertEquals(Grade.PROVED, lines.grade());
    assertTrue(
        lines.sentence().startsWith("only the line number of 1 panic message differs:"),
        lines.sentence());
    assertEquals(List.of(new Evidence("__DATA,__const", behind - 8, "1 bytes")), lines.inA());
  }

  /** Its upper bits say where the next one stands; one to elsewhere has no line behind it. */
  @Test
  void of_a_chained_pointer_only_its_place_counts() throws IOException {
    byte[] before = macho(true, MadeMacho.address(0) | (3L << 51), 7);
    byte[] linked = macho(true, MadeMacho.address(0) | (4L << 51), 7);
    byte[] elsewhere = macho(true, MadeMacho.address(1) | (3L << 51), 8);
    for (byte[] after : List.of(linked, elsewhere)) {
      Comparison comparison = compare(before, after);
      assertEquals(List.of("program"), comparison.causes().stream().map(Cause::id).toList());
      assertEquals(Grade.UNEXPLAINED, comparison.causes().getFirst().grade());
    }
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
    return compare(PROGRAM, changed);
  }

  private Comparison compare(Path program, byte[] changed) throws IOException {
    return BinaryComparison.of(program, Files.write(folder.resolve("changed"), changed));
  }
}
