package dev.selfsame.compare;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.BinaryReader;
import dev.selfsame.binary.Fixtures;
import dev.selfsame.binary.MadeMacho;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Part;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.ComparisonMatrix;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Guess;
import dev.selfsame.evidence.Json;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows files and archives set against each other, and several files at once. */
class OtherFormatsTest {
  @TempDir private Path folder;

  @Test
  void a_time_stamp_alone_is_named_and_proved() throws IOException {
    byte[] bytes = Files.readAllBytes(Fixtures.path("gnu-full.exe"));
    bytes[136] ^= 1;
    Path other = Files.write(requireNonNull(folder).resolve("later.exe"), bytes);
    Comparison comparison = BinaryComparison.of(Fixtures.path("gnu-full.exe"), other);
    Cause first = comparison.causes().getFirst();
    assertEquals("timestamp", first.id());
    assertEquals(Cause.Grade.PROVED, first.grade());
    assertTrue(first.sentence().contains("A 2026-11-25T17:35:24Z, B "), first.sentence());
    assertEquals(1, comparison.places().size(), "headers alone differ");
  }

  private Path stamped(String name, long modified) throws IOException {
    byte[] bytes =
        new MadeMacho()
            .segment("__TEXT", "__text", 5, MadeMacho.CODE, new byte[16])
            .symbol("_a")
            .object("/b/one.o", modified)
            .bytes();
    return Files.write(requireNonNull(folder).resolve(name), bytes);
  }

  @Test
  void a_time_of_an_object_file_alone_is_named_and_proved() throws IOException {
    Path later = stamped("later", 1_700_000_060);
    Comparison comparison = BinaryComparison.of(stamped("first", 1_700_000_000), later);
    Cause first = comparison.causes().getFirst();
    assertEquals("timestamp", first.id(), comparison.causes().toString());
    assertEquals(Cause.Grade.PROVED, first.grade());
    assertEquals(
        "the time stamps differ: A 2023-11-14T22:13:20Z, B 2023-11-14T22:14:20Z", first.sentence());
    assertEquals("symbol table", first.inA().getFirst().where());
    Comparison without = BinaryComparison.of(later, stamped("without", 0));
    assertTrue(without.causes().getFirst().sentence().endsWith("B none"));
  }

  /** A linker's time of day says nothing of when an object file was written. */
  @Test
  void times_of_two_formats_are_no_cause() throws IOException {
    Comparison comparison =
        BinaryComparison.of(Fixtures.path("gnu-full.exe"), stamped("mach-o", 1_700_000_000));
    assertTrue(
        comparison.causes().stream().noneMatch(cause -> cause.id().equals("timestamp")),
        comparison.causes().toString());
  }

  @Test
  void a_signature_is_all_that_signing_adds() {
    Comparison comparison =
        BinaryComparison.of(Fixtures.path("msvc.exe"), Fixtures.path("signed.exe"));
    assertEquals("signature", comparison.causes().getFirst().id());
    assertEquals(872, comparison.causes().getFirst().bytes());
    assertEquals(0, comparison.unexplained());
  }

  @Test
  void a_universal_file_is_told_from_its_slice_whichever_comes_first() throws IOException {
    Path fat = Fixtures.path("macho/quiet-fat");
    Path thin = Fixtures.path("macho/quiet-arm64");
    long more = Files.size(fat) - Files.size(thin);
    for (Comparison comparison :
        List.of(BinaryComparison.of(fat, thin), BinaryComparison.of(thin, fat))) {
      Cause only = comparison.causes().getFirst();
      assertEquals("slices", only.id());
      assertEquals(more, Math.abs(only.bytes()));
      assertEquals(0, comparison.unexplained());
      assertTrue(only.sentence().contains("byte for byte"), only.sentence());
    }
  }

  @Test
  void a_slice_that_is_not_the_thin_file_is_compared_with_it() throws IOException {
    Path fat = Fixtures.path("macho/quiet-fat");
    byte[] bytes = Files.readAllBytes(Fixtures.path("macho/quiet-arm64"));
    BinaryFacts facts = BinaryReader.read(Fixtures.path("macho/quiet-arm64"));
    long code = offset(facts, Category.CODE);
    bytes[(int) code] ^= 1;
    bytes[bytes.length - 1] ^= 1;
    Path changed = Files.write(requireNonNull(folder).resolve("changed"), bytes);
    for (Comparison comparison :
        List.of(BinaryComparison.of(fat, changed), BinaryComparison.of(changed, fat))) {
      List<Cause> causes = comparison.causes();
      assertEquals("slices", causes.getFirst().id());
      assertTrue(causes.getFirst().sentence().contains("is not the same as"), causes.toString());
      assertTrue(causes.getFirst().advice().contains("llvm-lipo"), causes.toString());
      Cause program = cause(causes, "program");
      assertEquals(1, program.differing());
      assertEquals(1, comparison.unexplainedDiffering());
      long slice = comparison.a().parts().isEmpty() ? code : code + arm(comparison.a()).offset();
      assertEquals(slice, program.inA().getFirst().offset(), program.toString());
      assertEquals(1, cause(causes, "signature").differing());
    }
    // Another program for another processor of the same file.
    Comparison other = BinaryComparison.of(fat, Fixtures.path("macho/words-x86_64"));
    assertTrue(other.causes().size() > 2, other.causes().toString());
  }

  /** ELF and PE for x86-64: no difference of instruction sets is left, but other slices are. */
  @ParameterizedTest
  @ValueSource(strings = {"hello-abort", "msvc.exe"})
  void a_universal_file_has_a_slice_for_another_format_s_instruction_set(String name)
      throws IOException {
    Path fat = Fixtures.path("macho/quiet-fat");
    Path other = Fixtures.path(name);
    for (boolean turned : new boolean[] {false, true}) {
      Comparison comparison = BinaryComparison.of(turned ? other : fat, turned ? fat : other);
      BinaryFacts facts = turned ? comparison.b() : comparison.a();
      Part slice = facts.parts().getFirst();
      assertEquals("x86_64", slice.name());
      List<Cause> causes = comparison.causes();
      Cause slices = causes.getFirst();
      assertEquals("slices", slices.id());
      assertEquals(Cause.Grade.PROVED, slices.grade());
      long around = Files.size(fat) - slice.size();
      assertEquals(turned ? around : -around, slices.bytes());
      assertTrue(slices.sentence().contains("its slice for x86_64 is not"), slices.sentence());
      assertTrue(cause(causes, "format").sentence().contains("Mach-O"), causes.toString());
      assertFalse(cause(causes, "format").sentence().contains("universal"), causes.toString());
      assertTrue(causes.stream().noneMatch(c -> c.id().equals("machine")), causes.toString());
      Cause program = cause(causes, "program");
      for (Evidence evidence : turned ? program.inB() : program.inA()) {
        assertTrue(evidence.offset() >= slice.offset(), evidence.toString());
        assertTrue(evidence.offset() < slice.offset() + slice.size(), evidence.toString());
      }
      Guess guess = instructionSet(comparison);
      assertEquals(Guess.Answer.YES, guess.answer());
      long arm = arm(facts).size();
      assertEquals(turned ? arm : -arm, guess.bytes());
      assertTrue(guess.sentence().contains("has slices for x86_64, arm64"), guess.sentence());
      assertEquals(arm(facts).offset(), (turned ? guess.inB() : guess.inA()).getFirst().offset());
    }
  }

  @ParameterizedTest
  @CsvSource({"s390x-exec, S/390", "pe32.dll, i386", "macho/words-i386.o, i386"})
  void a_universal_file_without_a_slice_for_an_instruction_set_says_so(
      String name, String machine) {
    Path fat = Fixtures.path("macho/quiet-fat");
    Path other = Fixtures.path(name);
    for (boolean turned : new boolean[] {false, true}) {
      Comparison comparison = BinaryComparison.of(turned ? other : fat, turned ? fat : other);
      List<Cause> causes = comparison.causes();
      assertEquals("slices", causes.getFirst().id());
      assertTrue(
          causes.getFirst().sentence().contains("and has no slice for " + machine),
          causes.toString());
      assertEquals(
          "the instruction sets differ: "
              + (turned ? "A %s, B x86-64" : "A x86-64, B %s").formatted(machine),
          cause(causes, "machine").sentence());
      Guess guess = instructionSet(comparison);
      assertEquals(Guess.Answer.YES, guess.answer());
      assertNull(guess.bytes(), "how much the code itself differs by is not known");
    }
  }

  @Test
  void a_slice_that_only_one_of_two_universal_files_has_is_told_apart() throws IOException {
    Path fat = Fixtures.path("macho/quiet-fat");
    Path single = universal(Files.readAllBytes(Fixtures.path("macho/quiet-arm64")));
    for (boolean turned : new boolean[] {false, true}) {
      Comparison comparison = BinaryComparison.of(turned ? single : fat, turned ? fat : single);
      Part slice = (turned ? comparison.b() : comparison.a()).parts().getFirst();
      assertEquals("x86_64", slice.name());
      Cause slices = comparison.causes().getFirst();
      assertEquals("slices", slices.id(), comparison.causes().toString());
      assertEquals(
          "only %s has a slice for x86_64".formatted(turned ? "B" : "A"), slices.sentence());
      assertEquals(turned ? slice.size() : -slice.size(), slices.bytes());
      assertEquals(0, comparison.unexplained(), comparison.causes().toString());
      assertEquals(0, comparison.unexplainedDiffering(), comparison.causes().toString());
    }
  }

  @Test
  void a_setting_in_which_one_slice_alone_differs_is_suspected() throws IOException {
    Path fat = Fixtures.path("macho/quiet-fat");
    byte[] bytes = Files.readAllBytes(fat);
    BinaryFacts facts = BinaryReader.read(fat);
    // MH_PIE in the flags of the header; the other slice is a library, which has no such fact.
    int flags = (int) arm(facts).offset() + 26;
    assertEquals(0x20, bytes[flags] & 0x20);
    bytes[flags] ^= 0x20;
    Path other = Files.write(requireNonNull(folder).resolve("fixed"), bytes);
    Comparison comparison = BinaryComparison.of(fat, other);
    assertEquals("unknown", comparison.a().fact("pie").value(), "it is no fact of the file");
    Cause pie = cause(comparison.causes(), "pie");
    assertEquals(Cause.Grade.SUSPECTED, pie.grade());
    assertEquals("arm64: position independence differs: A yes, B no", pie.sentence());
    assertEquals(arm(facts).offset() + 24, pie.inB().getFirst().offset());
    assertEquals(0, comparison.unexplainedDiffering(), comparison.causes().toString());
  }

  /** A universal file of one slice, which is for ARM. */
  private Path universal(byte[] slice) throws IOException {
    int start = 0x4000;
    ByteBuffer fat =
        ByteBuffer.allocate(start + slice.length)
            .putInt(0xcafe_babe)
            .putInt(1)
            .putInt(MadeMacho.ARM64)
            .putInt(0)
            .putInt(start)
            .putInt(slice.length)
            .putInt(14);
    fat.put(start, slice);
    return Files.write(requireNonNull(folder).resolve("single"), fat.array());
  }

  private static Guess instructionSet(Comparison comparison) {
    return comparison.guesses().stream()
        .filter(guess -> guess.id().equals("instruction-set"))
        .findFirst()
        .orElseThrow();
  }

  private static Cause cause(List<Cause> causes, String id) {
    return causes.stream().filter(cause -> cause.id().equals(id)).findFirst().orElseThrow();
  }

  private static BinaryFacts.Part arm(BinaryFacts facts) {
    return facts.parts().stream().filter(p -> p.name().equals("arm64")).findFirst().orElseThrow();
  }

  private static long offset(BinaryFacts facts, Category category) {
    return facts.ranges().stream()
        .filter(range -> range.category() == category)
        .mapToLong(BinaryFacts.Range::offset)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void archives_are_compared_member_by_member() {
    Comparison comparison = BinaryComparison.of(Fixtures.path("gnu.a"), Fixtures.path("bsd.a"));
    assertTrue(
        comparison.sections().stream()
            .filter(section -> section.name().equals("i686.o: .text._start"))
            .allMatch(section -> section.sameBytes()));
    assertEquals(0, comparison.unexplained(), "the same members in another frame");
    assertEquals(comparison, Json.read(Json.write(comparison), Comparison.class));
  }

  @Test
  void every_pair_of_windows_files_and_archives_sums_up() {
    List<String> names =
        List.of("msvc.exe", "pe32.dll", "gnu-full.exe", "big.obj", "gnu.a", "libsmall.rlib");
    for (String a : names) {
      for (String b : names) {
        // The record refuses to exist unless every cut sums to the difference.
        BinaryComparison.of(Fixtures.path(a), Fixtures.path(b));
      }
    }
  }

  @Test
  void a_matrix_of_many_files_says_what_it_can_afford() {
    List<String> names =
        List.of(
            "msvc.exe",
            "pe32.dll",
            "gnu-full.exe",
            "big.obj",
            "gnu.a",
            "libsmall.rlib",
            "i686.obj");
    ComparisonMatrix matrix = Matrix.of(names.stream().map(Fixtures::path).toList(), names);
    assertEquals(7, matrix.groups());
    assertEquals(21, matrix.pairs().size());
    assertTrue(matrix.pairs().stream().allMatch(pair -> pair.cause().isEmpty()), "too many");
    Path one = Fixtures.path("msvc.exe");
    Failure failure =
        Assertions.assertThrows(
            Failure.class,
            () -> Matrix.of(Collections.nCopies(65, one), Collections.nCopies(65, "x")));
    assertEquals(ExitCode.USAGE, failure.code());
  }
}
