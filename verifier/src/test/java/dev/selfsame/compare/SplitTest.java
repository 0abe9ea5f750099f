package dev.selfsame.compare;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.Fixtures;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Guess;
import dev.selfsame.evidence.Json;
import dev.selfsame.evidence.Split;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.Published;
import dev.selfsame.view.ComparisonText;
import dev.selfsame.view.GuessesText;
import dev.selfsame.view.Ink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A third build between two targets. */
class SplitTest {
  /** {@code CPU_SUBTYPE_ARM64E}. */
  private static final int ARM64E = 2;

  /** {@code CPU_SUBTYPE_X86_64_H}. */
  private static final int X86_64H = 8;

  @TempDir private Path folder;

  @Test
  @Needs(Component.NPM)
  void three_published_builds_split_the_difference_into_machine_and_system() throws Exception {
    Path mac =
        Published.npm(
            "@oxlint/darwin-arm64@1.3.0",
            "package/oxlint",
            "e46c34da2f9411631fb12485aa4d03702a2b43c80da1f69909581a5abc0fa513");
    Path linux =
        Published.npm(
            "@oxlint/linux-x64-gnu@1.3.0",
            "package/oxlint",
            "c17974abca0129d021c23e25882b7b87b717099d59da19cfb986c1fec4ddf82a");
    Path between =
        Published.npm(
            "@oxlint/linux-arm64-gnu@1.3.0",
            "package/oxlint",
            "778775ac0609d2fdb64d8397ed9223acb42624288a69a89377e12122971628a6");
    Comparison comparison = BinaryComparison.of(mac, linux, Set.of(), between);
    assertEquals(1_978_360, comparison.sizeDelta());
    assertSplit(1_319_008, 659_352, comparison);
    // One names it by its whole commit, the other by version and abbreviated commit.
    assertTrue(
        comparison.causes().stream().noneMatch(cause -> cause.id().equals("rustc")),
        "both were made by one rustc");
    assertSplit(-1_319_008, -659_352, BinaryComparison.of(linux, mac, Set.of(), between));
    String text = ComparisonText.of(comparison, Ink.NONE, false);
    assertTrue(text.contains("+1,319,008  split       instruction set"), text);
    assertTrue(text.length() < 2048, text);
    assertEquals(comparison, Json.read(Json.write(comparison), Comparison.class));
  }

  @Test
  void an_abbreviated_commit_names_the_same_compiler_and_another_does_not() {
    String whole = "commit 17067e9ac6d7ecb70e50f92c1944e545188d2359";
    assertTrue(Compilers.same(whole, "1.87.0 (17067e9ac 2025-05-09)"));
    assertFalse(Compilers.same(whole, "1.87.0 (17067e9ad 2025-05-09)"));
    assertFalse(Compilers.same(whole, "1.87.0"), "a version alone is no commit");
    assertFalse(Compilers.same("1.63.0", "1.63.0 (built from a source tarball)"));
  }

  @Test
  void a_windows_program_between_two_targets_is_found_by_its_machine() {
    // ELF for i386, Mach-O for x86-64: PE for either stands between neither.
    Path elf = Fixtures.path("i686-exec");
    Path macho = Fixtures.path("macho/words-x86_64");
    assertUsage(elf, macho, Fixtures.path("pe32.dll"));
    Split split = split(Fixtures.path("hello-abort"), Fixtures.path("pe32.dll"), elf);
    assertEquals(elf.toFile().length(), split.third().size());
    assertEquals(
        Fixtures.path("hello-abort").toFile().length() - elf.toFile().length(),
        -split.instructionSet());
  }

  @Test
  void what_a_third_build_splits_is_the_answer_to_two_guesses() {
    Path elf = Fixtures.path("hello-abort");
    Path pe = Fixtures.path("pe32.dll");
    for (boolean turned : new boolean[] {false, true}) {
      Comparison comparison =
          BinaryComparison.of(
              turned ? pe : elf, turned ? elf : pe, Set.of(), Fixtures.path("i686-exec"));
      Split split = requireNonNull(comparison.split());
      Guess set = guess(comparison, "instruction-set");
      Guess format = guess(comparison, "format");
      assertEquals(split.instructionSet(), set.bytes());
      assertEquals(split.system(), format.bytes());
      // ELF for i386 stands for the one with ELF for x86-64, and for the other with PE for i386.
      assertThird(turned ? set.inA() : set.inB(), turned ? set.inB() : set.inA());
      assertThird(turned ? format.inB() : format.inA(), turned ? format.inA() : format.inB());
      assertTrue(set.sentence().endsWith("; measured by i686-exec"), set.sentence());
      assertFalse((set.sentence() + format.sentence()).contains("--also"), set.sentence());
      String text = GuessesText.of(comparison);
      assertTrue(text.lines().allMatch(line -> line.length() <= 80), text);
    }
  }

  private static void assertThird(List<Evidence> with, List<Evidence> without) {
    Evidence last = with.getLast();
    assertEquals("i686-exec", last.where(), with.toString());
    long size = Fixtures.path("i686-exec").toFile().length();
    assertTrue(last.what().endsWith(String.format(Locale.ROOT, "%,d bytes)", size)), last.what());
    assertTrue(without.stream().noneMatch(e -> e.where().equals("i686-exec")), without.toString());
  }

  private static Guess guess(Comparison comparison, String id) {
    return comparison.guesses().stream().filter(g -> g.id().equals(id)).findFirst().orElseThrow();
  }

  @Test
  void a_processor_of_its_own_is_for_the_same_instruction_set() throws IOException {
    Path elf = Fixtures.path("hello-abort");
    Path arm = forProcessor("macho/quiet-arm64", ARM64E);
    Path between = forProcessor("macho/words-x86_64", X86_64H);
    Split split = split(elf, arm, between);
    assertEquals("x86-64 (x86_64h)", split.third().fact("machine").value());
    assertEquals(Files.size(arm) - Files.size(between), split.instructionSet());
    assertEquals(Files.size(between) - Files.size(elf), split.system());
    assertUsage(elf, between, arm);
  }

  @Test
  void processors_of_one_instruction_set_are_told_apart_within_a_format() throws IOException {
    Path plain = Fixtures.path("macho/quiet-arm64");
    Path other = forProcessor("macho/quiet-arm64", ARM64E);
    assertEquals(
        "the processors differ: A AArch64, B AArch64 (arm64e)",
        machine(BinaryComparison.of(plain, other)));
    Path x86 = Fixtures.path("macho/words-x86_64");
    assertEquals(
        "the instruction sets differ: A AArch64 (arm64e), B x86-64",
        machine(BinaryComparison.of(other, x86)));
    // ELF has one word for all processors, so that this is no difference.
    Path elf = Fixtures.path("hello-abort");
    assertEquals(
        "none", machine(BinaryComparison.of(elf, forProcessor("macho/words-x86_64", X86_64H))));
  }

  private static String machine(Comparison comparison) {
    return comparison.causes().stream()
        .filter(cause -> cause.id().equals("machine"))
        .map(Comparison.Cause::sentence)
        .findFirst()
        .orElse("none");
  }

  /** A copy whose header names another {@code cpusubtype}, below what it says of capabilities. */
  private Path forProcessor(String fixture, int subtype) throws IOException {
    byte[] bytes = Files.readAllBytes(Fixtures.path(fixture));
    bytes[8] = (byte) subtype;
    return Files.write(folder.resolve("processor-" + subtype), bytes);
  }

  @Test
  void what_cannot_be_split_is_wrong_usage() {
    Path elf = Fixtures.path("hello-abort");
    Path macho = Fixtures.path("macho/quiet-arm64");
    assertUsage(elf, Fixtures.path("bare-full"), macho);
    assertUsage(elf, Fixtures.path("i686-exec"), macho);
    assertUsage(elf, Fixtures.path("macho/words-x86_64"), macho);
    assertUsage(elf, macho, elf);
    assertUsage(elf, macho, macho);
    assertUsage(elf, macho, Fixtures.path("s390x-exec"));
    assertUsage(elf, macho, Path.of("absent"));
  }

  private static Split split(Path a, Path b, Path third) {
    return requireNonNull(BinaryComparison.of(a, b, Set.of(), third).split());
  }

  private static void assertSplit(long machine, long system, Comparison comparison) {
    Split split = requireNonNull(comparison.split());
    assertEquals(machine, split.instructionSet());
    assertEquals(system, split.system());
  }

  private static void assertUsage(Path a, Path b, Path third) {
    Failure failure = assertThrows(Failure.class, () -> BinaryComparison.of(a, b, Set.of(), third));
    assertEquals(ExitCode.USAGE, failure.code(), failure.getMessage());
  }
}
