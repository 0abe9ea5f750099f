package dev.selfsame.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.Fixtures;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Guess;
import dev.selfsame.evidence.Guess.Answer;
import dev.selfsame.view.GuessesText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What two files say about settings and about the usual guesses. */
class GuessesTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "bare-symbols,  bare-full,        debug-symbols,     YES",
    "bare-full,     bare-full,        debug-symbols,     NONE",
    "hello-symbols, hello-abort,      debug-symbols,     YES",
    "hello-symbols, hello-abort,      toolchain,         NO",
    "bare-full,     hello-abort,      toolchain,         YES",
    "powerpc-exec,  bare-full,        optimisation,      CANNOT_BE_TOLD",
    "hello-symbols, hello-abort,      system-libraries,  NO",
    "bare-full,     hello-abort,      system-libraries,  YES",
    "hello-abort,   macho/quiet-arm64, system-libraries, NO",
    "hello-abort,   msvc.exe,         system-libraries,  CANNOT_BE_TOLD",
    "bare-symbols,  bare-full,        build-environment, NO",
    "bare-symbols,  bare-full,        optimisation,      NO",
    "gnu.a,         kernel32.lib,     build-environment, CANNOT_BE_TOLD",
    "hello-symbols, hello-abort,      optimisation,      CANNOT_BE_TOLD",
    "powerpc-exec,  bare-full,        build-environment, CANNOT_BE_TOLD",
    "powerpc-exec,  bare-full,        instruction-set,   YES",
    "hello-symbols, hello-abort,      instruction-set,   NO",
    "hello-abort,   macho/quiet-arm64, format,           YES",
    "hello-abort,   macho/quiet-arm64, signature,        YES",
    "bare-symbols,  bare-full,        signature,         NO",
  })
  void a_guess_has_the_answer_that_the_files_give(String a, String b, String id, String answer) {
    Comparison comparison = compare(a, b);
    String given =
        comparison.guesses().stream()
            .filter(guess -> guess.id().equals(id))
            .map(Guess::answer)
            .map(Answer::name)
            .findFirst()
            .orElse("NONE");
    assertEquals(answer, given, comparison.guesses().toString());
  }

  @ParameterizedTest
  @CsvSource({
    "'libc.so.6, libm.so.6', 'libm.so.6, libc.so.6', NO,             none of their code",
    "'libc.so.6, libm.so.6', libc.so.6,              CANNOT_BE_TOLD, 'only A loads libm.so.6, only B none'",
    "libc.so.6,              libssl.so.3,            CANNOT_BE_TOLD, 'A loads libc.so.6, only B libssl.so.3'",
    "libc.so.6,              unknown,                CANNOT_BE_TOLD, which libraries B loads",
    "unknown,                libc.so.6,              CANNOT_BE_TOLD, which libraries A loads",
    "unknown,                unknown,                CANNOT_BE_TOLD, which libraries either loads",
  })
  void only_the_same_libraries_are_a_no(String inA, String inB, String answer, String why) {
    Sides a = program(1).fact("linking", "dynamic").fact("glibc-floor", "2.34");
    Sides b = program(2).fact("linking", "dynamic").fact("glibc-floor", "2.34");
    if (!inA.equals("unknown")) {
      a.fact("needed", inA);
    }
    if (!inB.equals("unknown")) {
      b.fact("needed", inB);
    }
    Guess guess = guess(a, b, "system-libraries");
    assertGuess(answer, why, guess);
    assertEquals(answer.equals("NO") ? Long.valueOf(0) : null, guess.bytes());
  }

  @ParameterizedTest
  @CsvSource({
    "2.34,    2.34,    NO,             none of their code",
    "2.34,    2.28,    CANNOT_BE_TOLD, 'of glibc A needs 2.34, B 2.28'",
    "unknown, 2.28,    CANNOT_BE_TOLD, which glibc A was built with cannot be read",
    "unknown, unknown, CANNOT_BE_TOLD, which glibc A was built with cannot be read",
  })
  void another_glibc_is_not_ruled_out(String inA, String inB, String answer, String why) {
    Sides a = program(1).fact("linking", "dynamic").fact("needed", "libc.so.6");
    Sides b = program(2).fact("linking", "dynamic").fact("needed", "libc.so.6");
    if (!inA.equals("unknown")) {
      a.fact("glibc-floor", inA);
    }
    if (!inB.equals("unknown")) {
      b.fact("glibc-floor", inB);
    }
    assertGuess(answer, why, guess(a, b, "system-libraries"));
  }

  /** In the case that began all this, rustc was suspected, and another linker moves as much. */
  @ParameterizedTest
  @CsvSource({
    "1.96.0, LLD 22, 1.96.0,  LLD 22,  NO,             'rustc 1.96.0, and linked by LLD 22'",
    "1.96.0, LLD 22, 1.96.0,  Wild 1,  YES,            'but the linkers differ: A LLD 22, B Wild'",
    "1.96.0, LLD 22, 1.96.0,  unknown, CANNOT_BE_TOLD, '1.96.0; B does not say what linked it'",
    "1.96.0, weak,   1.96.0,  weak,    CANNOT_BE_TOLD, '1.96.0; A does not say what linked it'",
    "1.96.0, LLD 22, 1.85.1,  LLD 22,  YES,            'A by rustc 1.96.0, B by rustc 1.85.1'",
    "1.96.0, LLD 22, unknown, LLD 22,  CANNOT_BE_TOLD, B does not say which rustc made it",
  })
  void a_toolchain_is_its_compiler_and_its_linker(
      String rustcA, String linkerA, String rustcB, String linkerB, String answer, String why) {
    Sides a = linked(program(1).fact("rustc", rustcA), linkerA).fact("distribution", "Debian");
    Sides b = linked(program(2), linkerB).fact("distribution", "Debian");
    if (!rustcB.equals("unknown")) {
      b.fact("rustc", rustcB);
    }
    assertGuess(answer, why, guess(a, b, "toolchain"));
  }

  @Test
  void another_linker_for_another_format_is_neither_a_yes_nor_a_no() {
    Sides a = linked(program(1), "LLD 22").fact("rustc", "1.96.0").fact("distribution", "rustup");
    Sides b = linked(program(2), "Apple ld").fact("rustc", "1.96.0").fact("distribution", "rustup");
    b.fact("format", "Mach-O");
    assertGuess("CANNOT_BE_TOLD", "A was linked by LLD 22, B by Apple", guess(a, b, "toolchain"));
  }

  private static Sides linked(Sides side, String linker) {
    return switch (linker) {
      case "unknown" -> side;
      case "weak" ->
          side.fact("linker", new Fact("GNU ld (likely)", Fact.Grade.WEAK, List.of(), List.of()));
      default -> side.fact("linker", linker);
    };
  }

  @Test
  void who_built_the_compiler_is_not_ruled_out_where_it_is_not_told() {
    Sides a = linked(program(1), "LLD 22").fact("rustc", "1.96.0").fact("distribution", "rustup");
    Sides b = linked(program(2), "LLD 22").fact("rustc", "1.96.0");
    assertGuess("CANNOT_BE_TOLD", "B does not say who built", guess(a, b, "toolchain"));
  }

  @Test
  void who_built_the_compiler_is_not_ruled_out_by_a_weak_sign_of_it() {
    Fact weak = new Fact("rustup", Fact.Grade.WEAK, List.of(), List.of());
    Sides a = linked(program(1), "LLD 22").fact("rustc", "1.96.0").fact("distribution", weak);
    Sides b = linked(program(2), "LLD 22").fact("rustc", "1.96.0").fact("distribution", "rustup");
    assertGuess("CANNOT_BE_TOLD", "A does not say who built", guess(a, b, "toolchain"));
    assertGuess("CANNOT_BE_TOLD", "B does not say who built", guess(b, a, "toolchain"));
  }

  @Test
  void a_compiler_of_another_distribution_is_another_toolchain() {
    Sides a = linked(program(1), "LLD 22").fact("rustc", "1.96.0").fact("distribution", "rustup");
    Sides b = linked(program(2), "LLD 22").fact("rustc", "1.96.0").fact("distribution", "Debian");
    Guess guess = guess(a, b, "toolchain");
    assertGuess("YES", "but the toolchains come from different places: A rustup, B Debian", guess);
    assertEquals("rustup", guess.inA().getFirst().what());
    assertEquals("Debian", guess.inB().getFirst().what());
  }

  @ParameterizedTest
  @CsvSource({
    "static,  static,  CANNOT_BE_TOLD, both carry their libraries inside",
    "static,  dynamic, YES,            'A is linked static, B dynamic'",
    "static,  unknown, CANNOT_BE_TOLD, how one of them is linked cannot be read",
  })
  void how_libraries_are_linked_is_told_as_far_as_it_shows(
      String inA, String inB, String answer, String why) {
    Sides a = program(1).fact("linking", inA);
    Sides b = inB.equals("unknown") ? program(2) : program(2).fact("linking", inB);
    assertGuess(answer, why, guess(a, b, "system-libraries"));
  }

  @ParameterizedTest
  @CsvSource({
    "stripped, stripped, 0, 0, NO,             both are stripped",
    "full,     full,     1, 1, NO,             both are full",
    "full,     full,     1, 2, CANNOT_BE_TOLD, 'both are full, and as much is left'",
    "full,     stripped, 1, 0, YES,            'A is full, B stripped'",
    "full,     unknown,  1, 1, CANNOT_BE_TOLD, for debuggers cannot be read",
  })
  void debug_symbols_are_told_by_state_and_by_content(
      String inA, String inB, byte left, byte right, String answer, String why) {
    Sides a = debug(program(1), left).fact("strip", inA);
    Sides b = debug(program(2), right);
    Guess guess = guess(a, inB.equals("unknown") ? b : b.fact("strip", inB), "debug-symbols");
    assertGuess(answer, why, guess);
    boolean counted = !answer.equals("CANNOT_BE_TOLD");
    Long moved = (right == 0 ? 0L : 8L) - (left == 0 ? 0L : 8L);
    assertEquals(counted ? moved : null, guess.bytes());
  }

  @Test
  void debug_information_of_one_program_is_a_difference_of_its_own() {
    Sides a = debug(program(1), (byte) 1).fact("strip", "full");
    Sides b = debug(program(1), (byte) 2).fact("strip", "full");
    assertGuess("YES", "both are full, but not the same is left", guess(a, b, "debug-symbols"));
  }

  private static Sides debug(Sides side, byte content) {
    byte[] bytes = new byte[content == 0 ? 0 : 8];
    Arrays.fill(bytes, content);
    return bytes.length == 0 ? side : side.section(".debug_info", Category.DEBUG, bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "optimise,         size,  speed, YES, 'what was optimised for differs: A size, B speed'",
    "lto,              fat,   off,   YES, 'link-time optimisation differs: A fat, B off'",
    "debug-assertions, on,    off,   YES, 'debug assertions differ: A on, B off'",
    "optimise,         speed, speed, CANNOT_BE_TOLD, only a rebuild tells",
  })
  void a_setting_of_the_optimiser_is_a_yes_and_its_absence_no_no(
      String fact, String inA, String inB, String answer, String why) {
    Guess guess = guess(program(1).fact(fact, inA), program(2).fact(fact, inB), "optimisation");
    assertGuess(answer, why, guess);
    if (guess.answer() == Answer.YES) {
      assertEquals(inA, guess.inA().getFirst().what());
      assertEquals(inB, guess.inB().getFirst().what());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "instruction-set, machine, x86-64, x86-64,  NO",
    "instruction-set, machine, x86-64, AArch64, YES",
    "instruction-set, machine, x86-64, unknown, CANNOT_BE_TOLD",
    "format,          format,  ELF,    ELF,     NO",
    "format,          format,  ELF,    Mach-O,  YES",
  })
  void what_was_missing_from_the_list_is_answered_too(
      String id, String fact, String inA, String inB, String answer) {
    Sides b = inB.equals("unknown") ? program(2) : program(2).fact(fact, inB);
    assertEquals(answer, guess(program(1).fact(fact, inA), b, id).answer().name());
  }

  /** Anything else is wrong usage of {@code --also}. */
  @ParameterizedTest
  @CsvSource({
    "ELF,     x86-64,  PE,     AArch64,          true,  true",
    "ELF,     x86-64,  ELF,    AArch64,          false, false",
    "ELF,     x86-64,  PE,     x86-64,           false, false",
    "ELF,     x86-64,  PE,     unknown,          false, false",
    "unknown, x86-64,  PE,     AArch64,          false, false",
    "ELF,     AArch64, Mach-O, AArch64 (arm64e), false, false",
  })
  void a_third_build_is_advised_only_where_it_can_stand_between_the_two(
      String formatA, String machineA, String formatB, String machineB, boolean set, boolean form) {
    Sides a = target(program(1), formatA, machineA);
    Sides b = target(program(2), formatB, machineB);
    assertEquals(set, guess(a, b, "instruction-set").sentence().contains("--also"));
    assertEquals(form, guess(a, b, "format").sentence().contains("--also"));
  }

  private static Sides target(Sides side, String format, String machine) {
    side.fact("format", format.equals("unknown") ? Fact.unknown() : certain(format));
    return side.fact("machine", machine.equals("unknown") ? Fact.unknown() : certain(machine));
  }

  private static Fact certain(String value) {
    return new Fact(value, Fact.Grade.CERTAIN, List.of(), List.of());
  }

  @Test
  void another_processor_of_one_instruction_set_is_neither_a_yes_nor_a_no() {
    Sides a = target(program(1), "Mach-O", "AArch64");
    Sides b = target(program(2), "Mach-O", "AArch64 (arm64e)");
    Guess guess = guess(a, b, "instruction-set");
    assertGuess("CANNOT_BE_TOLD", "A says AArch64, B AArch64 (arm64e)", guess);
    assertNull(guess.bytes(), guess.toString());
  }

  @ParameterizedTest
  @CsvSource({"relocations, RELOCS", "unwind, UNWIND", "signature, SIGNATURE"})
  void what_is_counted_is_told_in_bytes_with_its_place(String id, Category category) {
    Guess yes =
        guess(program(1).section("x", category, 8), program(2).section("x", category, 24), id);
    assertGuess("YES", "8 bytes in A, 24 in B", yes);
    assertEquals(16, yes.bytes());
    assertEquals("x", yes.inA().getFirst().where());
    assertEquals(1, yes.inB().getFirst().offset());
    Guess no =
        guess(program(1).section("x", category, 8), program(2).section("x", category, 8), id);
    assertGuess("NO", "as many bytes on both sides", no);
    assertEquals(0, no.bytes());
  }

  private static void assertGuess(String answer, String why, Guess guess) {
    assertEquals(answer, guess.answer().name(), guess.toString());
    assertTrue(guess.sentence().contains(why), guess.toString());
  }

  private static final String OLD = "/rustc/4eb161250e340c8f48f66e2b929ef4a5bed7c181";
  private static final String NEW = "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860";

  @ParameterizedTest
  @CsvSource({
    // Two releases of rustc on one machine.
    "'(relative), /home/ci/.cargo/registry/src/mirror.example-6f17d22bba15001f',"
        + "'(relative), /home/ci/.cargo/registry/src/mirror.example-1949cf8c6b5b557f', CANNOT_BE_TOLD, false",
    "'/usr/src/rustc-1.85.0, /work', '/rust/deps, /work', CANNOT_BE_TOLD, false",
    // Another home.
    "/home/ci/.cargo/registry/src/mirror.example-6f17d22bba15001f,"
        + "/home/dev/.cargo/registry/src/mirror.example-6f17d22bba15001f, YES, true",
    "'', '', CANNOT_BE_TOLD, false",
    "'', /work, CANNOT_BE_TOLD, false",
  })
  void the_standard_library_and_the_index_tell_nothing_of_the_machine(
      String inA, String inB, String answer, boolean suspected) {
    Sides a = program(1).fact("source-paths", inA.isEmpty() ? OLD : inA + ", " + OLD);
    Sides b = program(2).fact("source-paths", inB.isEmpty() ? NEW : inB + ", " + NEW);
    Guess guess = guess(a, b, "build-environment");
    assertEquals(answer, guess.answer().name(), guess.sentence());
    // Nobody has measured how many bytes that moves in these two.
    String folders = "the source folders differ: that alone breaks identity";
    assertEquals(answer.equals("YES"), guess.sentence().equals(folders), guess.sentence());
    assertEquals(
        suspected,
        new FactCauses(a.facts(), b.facts()).all().stream().anyMatch(c -> c.id().equals("paths")));
  }

  @Test
  void the_bytes_of_what_only_a_rebuild_tells_are_not_known() {
    Comparison comparison = compare("bare-full", "hello-abort");
    for (Guess guess : comparison.guesses()) {
      boolean counted =
          Set.of("debug-symbols", "relocations", "unwind", "signature").contains(guess.id());
      assertEquals(counted || guess.answer() == Answer.NO, guess.bytes() != null, guess.toString());
    }
  }

  private static Sides program(int code) {
    return new Sides().section(".text", Category.CODE, new byte[] {(byte) code});
  }

  private static Guess guess(Sides a, Sides b, String id) {
    return new Guesses(a.facts(), b.facts(), SectionTable.of(a.against(b)), Optional.empty())
        .all().stream().filter(guess -> guess.id().equals(id)).findFirst().orElseThrow();
  }

  @Test
  void the_bytes_of_debug_symbols_are_those_of_both_categories() {
    Comparison comparison = compare("bare-stripped", "bare-full");
    Guess guess =
        comparison.guesses().stream().filter(g -> g.id().equals("debug-symbols")).findAny().get();
    long bytes =
        comparison.causes().stream()
            .filter(c -> c.id().equals("debug-info") || c.id().equals("symbols"))
            .mapToLong(Cause::bytes)
            .sum();
    assertEquals(bytes, guess.bytes());
  }

  @ParameterizedTest
  @CsvSource({
    "hello-symbols, hello-abort,       panic,         true",
    "bare-symbols,  bare-full,         panic,         false",
    "bare-full,     hello-abort,       linking,       true",
    "hello-symbols, hello-abort,       linking,       false",
    "bare-full,     hello-abort,       pie,           true",
    "hello-abort,   hello-symbols,     linker,        false",
    "bare-symbols,  bare-full,         paths,         false",
    "hello-abort,   macho/quiet-arm64, unwind-format, true",
    "hello-symbols, hello-abort,       unwind-format, false",
  })
  void a_setting_is_suspected_only_where_the_files_differ_in_it(
      String a, String b, String id, boolean suspected) {
    Comparison comparison = compare(a, b);
    assertEquals(
        suspected,
        comparison.causes().stream().anyMatch(cause -> cause.id().equals(id)),
        comparison.causes().toString());
  }

  @Test
  void what_is_suspected_moves_no_bytes_and_stands_before_what_is_unexplained() {
    Comparison comparison = compare("hello-symbols", "hello-abort");
    var ids = comparison.causes().stream().map(Cause::id).toList();
    assertTrue(ids.indexOf("panic") < ids.indexOf("program"), ids.toString());
    for (Cause cause : comparison.causes()) {
      assertEquals(cause.grade() == Cause.Grade.SUSPECTED, cause.moved() == null, cause.toString());
    }
  }

  @Test
  void identical_files_need_no_guesses() throws IOException {
    Path copy = Files.copy(Fixtures.path("bare-full"), folder.resolve("copy"));
    Comparison comparison = BinaryComparison.of(Fixtures.path("bare-full"), copy);
    assertTrue(comparison.guesses().isEmpty());
    assertEquals("", GuessesText.of(comparison));
  }

  @Test
  void the_text_fits_80_columns_and_names_every_guess() {
    Comparison comparison = compare("hello-abort", "macho/quiet-arm64");
    String text = GuessesText.of(comparison);
    assertTrue(text.lines().allMatch(line -> line.length() <= 80), text);
    comparison.guesses().forEach(guess -> assertTrue(text.contains(guess.question()), text));
    assertFalse(text.contains("null"), text);
  }

  private static Comparison compare(String a, String b) {
    return BinaryComparison.of(Fixtures.path(a), Fixtures.path(b));
  }
}
