package dev.selfsame.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.Fixtures;
import dev.selfsame.binary.MadeMacho;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.Comparison.Cause.Grade;
import dev.selfsame.evidence.Comparison.HoldingDelta;
import dev.selfsame.evidence.Comparison.SectionDelta;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Json;
import dev.selfsame.evidence.Verdict;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.view.ComparisonText;
import dev.selfsame.view.Ink;
import dev.selfsame.view.OwnersText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BinaryComparisonTest {
  /** A function of hello-symbols that is large enough to be listed, and its bytes there. */
  private static final String NEW_CONTEXT =
      "_RNvMs_NtNtNtCsjrHSEGnQ3l9_3std12backtrace_rs9symbolize5gimliNtB4_7Context3new";

  private static final long NEW_CONTEXT_BYTES = 0x2da3;

  @TempDir private Path folder;

  @Test
  void the_same_bytes_under_another_name_are_identical() throws IOException {
    Path copy = Files.copy(Fixtures.path("hello-abort"), folder.resolve("other"));
    Comparison comparison = BinaryComparison.of(Fixtures.path("hello-abort"), copy);
    assertEquals(new Verdict.Identical(), comparison.verdict());
    assertEquals(List.of(), comparison.causes());
    assertEquals(List.of(), comparison.places());
  }

  @Test
  void debug_information_is_the_first_proved_cause() {
    Comparison comparison = compare("bare-symbols", "bare-full");
    Cause first = comparison.causes().getFirst();
    assertEquals("debug-info", first.id());
    assertEquals(Grade.PROVED, first.grade());
    assertEquals(comparison.b().categories().get(Category.DEBUG), first.bytes());
    assertTrue(first.sentence().contains("only B has debug information"), first.sentence());
    assertEquals(0, comparison.unexplained());
  }

  @Test
  void stripped_and_unstripped_differ_only_in_symbols_and_layout() {
    Comparison comparison = compare("bare-stripped", "bare-symbols");
    assertEquals("symbols", comparison.causes().getFirst().id());
    assertEquals(0, comparison.unexplained());
    assertEquals(0L, comparison.categories().get(Category.CODE));
  }

  @Test
  void other_code_stays_unexplained_and_is_shown() {
    Comparison comparison = compare("hello-symbols", "hello-abort");
    assertTrue(comparison.unexplained() < 0);
    String text = ComparisonText.of(comparison, Ink.NONE, false);
    assertTrue(text.contains("unexplained"), text);
  }

  @Test
  void another_compiler_and_machine_are_named_with_evidence() {
    Comparison comparison = compare("bare-stripped", "i686-exec");
    List<String> ids = comparison.causes().stream().map(Cause::id).toList();
    assertEquals("machine", ids.getFirst());
    assertTrue(ids.contains("rustc"), ids.toString());
    for (Cause cause : comparison.causes()) {
      assertTrue(!cause.inA().isEmpty() && !cause.inB().isEmpty(), cause.toString());
    }
  }

  /** Mach-O names rustc by a path's commit, and ELF by what rustc says of itself. */
  @Test
  void functions_of_one_rustc_join_across_formats() throws IOException {
    Comparison fixtures = compare("hello-symbols", "macho/words-x86_64");
    assertNotEquals(
        fixtures.a().fact("rustc").value(), fixtures.b().fact("rustc").value(), "not the case");
    assertFalse(fixtures.functions().isEmpty());
    String text = OwnersText.of(fixtures, OwnersText.By.FUNCTION);
    assertFalse(text.contains("two compilers"), text);

    String commit = fixtures.a().fact("rustc-commit").value();
    String library = "/rustc/%s/library/core/src/lib.rs\0".formatted(commit);
    byte[] macho =
        new MadeMacho()
            .segment("__TEXT", "__text", 5, MadeMacho.CODE, new byte[16])
            .segment("__DATA_CONST", "__const", 3, 0, library.getBytes(StandardCharsets.US_ASCII))
            .symbol("_" + NEW_CONTEXT)
            .bytes();
    Path made = Files.write(folder.resolve("made"), macho);
    Comparison comparison = BinaryComparison.of(Fixtures.path("hello-symbols"), made);
    assertEquals(
        List.of(16L),
        comparison.functions().stream()
            .filter(row -> row.category() == Category.CODE && row.bytesA() == NEW_CONTEXT_BYTES)
            .map(HoldingDelta::bytesB)
            .toList(),
        comparison.functions().toString());

    byte[] other =
        new String(macho, StandardCharsets.ISO_8859_1)
            .replace("/rustc/5", "/rustc/6")
            .getBytes(StandardCharsets.ISO_8859_1);
    Path another = Files.write(folder.resolve("another"), other);
    assertEquals(
        List.of(), BinaryComparison.of(Fixtures.path("hello-symbols"), another).functions());
  }

  /** Mach-O puts one underscore before them, also before a name that begins with one. */
  @ParameterizedTest
  @ValueSource(strings = {"two", "_start"})
  void functions_of_c_join_across_formats(String function) throws IOException {
    byte[] macho =
        new MadeMacho()
            .segment("__TEXT", "__text", 5, MadeMacho.CODE, new byte[24])
            .symbol("_" + function)
            .bytes();
    Path made = Files.write(folder.resolve("made"), macho);
    Comparison comparison = BinaryComparison.of(Fixtures.path("split/two"), made);
    List<HoldingDelta> joined =
        comparison.functions().stream().filter(row -> row.name().equals(function)).toList();
    assertEquals(1, joined.size(), comparison.functions().toString());
    assertTrue(joined.getFirst().bytesA() > 0, joined.toString());
    assertEquals(24, joined.getFirst().bytesB());
  }

  @Test
  void a_format_that_is_not_read_is_unexplained_as_a_whole() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "words\n");
    Comparison comparison = BinaryComparison.of(Fixtures.path("hello-abort"), text);
    assertEquals("format", comparison.causes().getFirst().id());
    assertEquals(comparison.sizeDelta(), comparison.unexplained());
    Cause unread =
        comparison.causes().stream().filter(c -> c.id().equals("unread")).findFirst().orElseThrow();
    assertEquals(
        List.of(new Evidence("ELF header", 0, "magic 7f 45 4c 46")),
        unread.inA(),
        "this side was read");
    assertEquals(
        List.of(
            new Evidence("file", 0, "printable text without a NUL"),
            new Evidence("whole file", 0, "6 bytes")),
        unread.inB());
  }

  @Test
  void one_flipped_byte_is_found_where_it_is() throws IOException {
    byte[] bytes = Files.readAllBytes(Fixtures.path("hello-abort"));
    bytes[150_000] ^= 1;
    Path flipped = Files.write(folder.resolve("flipped"), bytes);
    Comparison comparison = BinaryComparison.of(Fixtures.path("hello-abort"), flipped);
    assertEquals(new Verdict.Differs(150_000), comparison.verdict());
    assertEquals(List.of(new Comparison.Place(150_000, ".text", ".text")), comparison.places());
    assertEquals(1, comparison.causes().size());
    assertEquals(Grade.UNEXPLAINED, comparison.causes().getFirst().grade());
    assertEquals(0, comparison.unexplained());
    assertEquals(1, comparison.unexplainedDiffering());
    String text = ComparisonText.of(comparison, Ink.NONE, false);
    assertTrue(text.contains("0  in all      unexplained (1 byte differs)"), text);
  }

  @Test
  void a_build_id_alone_is_named_as_such() throws IOException {
    byte[] bytes = Files.readAllBytes(Fixtures.path("hello-abort"));
    long offset =
        BinaryComparison.of(Fixtures.path("hello-abort"), Fixtures.path("hello-abort"))
            .a()
            .fact("build-id")
            .evidence()
            .getFirst()
            .offset();
    bytes[(int) offset] ^= 1;
    Path other = Files.write(folder.resolve("other"), bytes);
    Comparison comparison = BinaryComparison.of(Fixtures.path("hello-abort"), other);
    assertEquals(1, comparison.causes().size());
    assertTrue(comparison.causes().getFirst().sentence().contains("build-id"));
    assertEquals(Grade.PROVED, comparison.causes().getFirst().grade());
  }

  @Test
  void every_pair_sums_up_fits_80_columns_and_2_kilobytes_and_reads_back() {
    for (String a : Fixtures.ELF) {
      for (String b : Fixtures.ELF) {
        Comparison comparison = compare(a, b);
        assertEquals(comparison.sizeDelta(), sum(comparison), a + " and " + b);
        sections_sum_up(comparison);
        String text = ComparisonText.of(comparison, Ink.NONE, false);
        assertTrue(text.getBytes(StandardCharsets.UTF_8).length < 2048, text);
        assertTrue(text.lines().allMatch(line -> line.length() <= 80), text);
        assertEquals(comparison, Json.read(Json.write(comparison), Comparison.class));
      }
    }
  }

  /** On each side to the size of the file, which the last line of the table says. */
  private static void sections_sum_up(Comparison comparison) {
    List<SectionDelta> sections = comparison.sections();
    long a = comparison.a().size();
    long b = comparison.b().size();
    assertEquals(a, sections.stream().mapToLong(SectionDelta::sizeA).sum());
    assertEquals(b, sections.stream().mapToLong(SectionDelta::sizeB).sum());
    String last = ComparisonText.of(comparison, Ink.NONE, true).lines().toList().getLast();
    String delta = a == b ? "0" : String.format(Locale.ROOT, "%+,d", b - a);
    assertEquals(
        String.format(Locale.ROOT, "total %,d %,d %s", a, b, delta), last.replaceAll(" +", " "));
  }

  @Test
  void what_cannot_be_read_is_no_verdict() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty"));
    assertEquals(ExitCode.UNDECIDED, failure(empty, empty).code());
    assertEquals(ExitCode.UNDECIDED, failure(Fixtures.path("i686.o"), folder).code());
    assertEquals(ExitCode.USAGE, failure(folder.resolve("absent"), Fixtures.path("i686.o")).code());
  }

  private static Failure failure(Path a, Path b) {
    return assertThrows(Failure.class, () -> BinaryComparison.of(a, b));
  }

  private static long sum(Comparison comparison) {
    return comparison.causes().stream().mapToLong(Cause::bytes).sum();
  }

  private static Comparison compare(String a, String b) {
    return BinaryComparison.of(Fixtures.path(a), Fixtures.path(b));
  }
}
