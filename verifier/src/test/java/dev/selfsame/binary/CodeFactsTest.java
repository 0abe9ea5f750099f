package dev.selfsame.binary;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How code was made, as Mach-O and PE tell it. Each rule meets a file where a simpler rule would be
 * wrong.
 */
class CodeFactsTest {
  private static final String RUSTC = "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860";
  private static final int MANY = 2_400;

  /** Instructions for AArch64. */
  private static final int SAVE = 0xa9bf7bfd; // stp x29, x30, [sp, #-16]!

  private static final int SAVE_OTHERS = 0xa9014ff4; // stp x20, x19, [sp, #16]
  private static final int SAVE_BEHIND = 0xa9027bfd; // stp x29, x30, [sp, #32]
  private static final int ROOM = 0xd100c3ff; // sub sp, sp, #48
  private static final int FRAME = 0x910083fd; // add x29, sp, #32
  private static final int NOTHING = 0xd503201f; // nop
  private static final int RETURN = 0xd65f03c0; // ret

  private static final byte[] PUSH_AND_TAKE = {0x55, 0x48, (byte) 0x89, (byte) 0xe5};
  private static final byte[] PUSH_ALONE = {0x55, 0x41, 0x57, 0x53};

  private static byte[] words(int... instructions) {
    ByteBuffer out = ByteBuffer.allocate(4 * instructions.length).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(instructions).forEach(out::putInt);
    return out.array();
  }

  /** Functions of this size, all alike. */
  private static byte[] code(int size, byte[] begin) {
    byte[] code = new byte[size * MANY];
    for (int i = 0; i < MANY; i++) {
      System.arraycopy(begin, 0, code, size * i, begin.length);
    }
    return code;
  }

  private static long[] places(IntUnaryOperator place) {
    return IntStream.range(0, MANY).map(place).mapToLong(at -> MadeMacho.address(0) + at).toArray();
  }

  private static BinaryFacts macho(int cpu, byte[] code, long... functions) {
    return InMemory.read(
        new MadeMacho()
            .cpu(cpu)
            .segment("__TEXT", "__text", 5, MadeMacho.CODE, code)
            .functions(functions)
            .bytes());
  }

  private static BinaryFacts macho(int cpu, int size, byte[] begin) {
    return macho(cpu, code(size, begin), places(i -> 16 + size * i));
  }

  private static void assertFact(String value, Grade grade, String where, Fact fact) {
    assertEquals(value, fact.value(), fact.toString());
    assertEquals(grade, fact.grade());
    assertEquals(where, fact.evidence().getFirst().where());
    assertTrue(fact.evidence().getFirst().offset() > 0, fact.toString());
  }

  /** That it is not known, and the words that say why. */
  private static void assertUnknown(String why, Fact fact) {
    assertEquals("unknown", fact.value(), fact.toString());
    assertEquals(Grade.UNKNOWN, fact.grade());
    assertTrue(fact.evidence().getFirst().what().contains(why), fact.toString());
  }

  @Test
  void a_mach_o_program_for_speed_has_its_functions_at_multiples_of_16() {
    byte[] code = new byte[64];
    Fact speed = macho(MadeMacho.X86_64, code, places(i -> 16 + 48 * i)).fact("optimise");
    assertFact("speed (opt-level 1 to 3)", Grade.MEDIUM, "function starts", speed);
    assertEquals(
        "2,400 of 2,400 functions begin at a multiple of 16", speed.evidence().getFirst().what());
    Fact size = macho(MadeMacho.X86_64, code, places(i -> 16 + 49 * i)).fact("optimise");
    assertFact("size (opt-level s or z)", Grade.STRONG, "function starts", size);
    Fact not = macho(MadeMacho.X86_64, code, places(i -> 16 + 16 * i)).fact("optimise");
    assertFact("not (opt-level 0)", Grade.WEAK, "function starts", not);
  }

  /** There no function is aligned to more than an instruction, whatever it was optimised for. */
  @Test
  void functions_for_aarch64_that_are_not_aligned_are_not_taken_for_small_ones() {
    Fact fact = macho(MadeMacho.ARM64, new byte[64], places(i -> 16 + 52 * i)).fact("optimise");
    assertUnknown("aligned to 4 bytes for speed too", fact);
  }

  @Test
  void what_a_few_functions_or_a_mixture_show_is_not_enough() {
    long[] few = Arrays.copyOf(places(i -> 16 + 49 * i), 1_999);
    assertUnknown("1999 functions", macho(MadeMacho.X86_64, new byte[64], few).fact("optimise"));
    long[] mixed = places(i -> i < 1_680 ? 16 + 48 * i : 16 + 48 * 1_680 + 49 * (i - 1_680) + 1);
    assertUnknown(
        "of 2,400 functions begin at a multiple of 16",
        macho(MadeMacho.X86_64, new byte[64], mixed).fact("optimise"));
  }

  @Test
  void a_mach_o_file_that_lists_no_functions_says_so() {
    byte[] plain =
        new MadeMacho().segment("__TEXT", "__text", 5, MadeMacho.CODE, new byte[64]).bytes();
    assertUnknown("no list of function starts", InMemory.read(plain).fact("optimise"));
    assertUnknown("no list of function starts", InMemory.read(plain).fact("frame-pointers"));
  }

  /** To push the frame pointer is not to take a frame: it is a register like others. */
  @Test
  void a_frame_for_x86_64_is_taken_and_not_only_saved() {
    byte[] taken = new byte[16 + 12 * MANY];
    System.arraycopy(code(12, PUSH_AND_TAKE), 0, taken, 16, 12 * MANY);
    byte[] saved = new byte[16 + 12 * MANY];
    System.arraycopy(code(12, PUSH_ALONE), 0, saved, 16, 12 * MANY);
    long[] places = places(i -> 16 + 12 * i);
    assertFact(
        "in most functions",
        Grade.STRONG,
        "function starts",
        macho(MadeMacho.X86_64, taken, places).fact("frame-pointers"));
    assertFact(
        "in few functions",
        Grade.STRONG,
        "function starts",
        macho(MadeMacho.X86_64, saved, places).fact("frame-pointers"));
  }

  /** Registers that a function saves first do not hide it; x29 that is only saved is no frame. */
  @Test
  void a_frame_for_aarch64_is_taken_behind_what_is_saved_first() {
    byte[] taken = words(ROOM, SAVE_OTHERS, SAVE_BEHIND, FRAME, RETURN);
    byte[] saved = words(SAVE, NOTHING, NOTHING, NOTHING, RETURN);
    assertFact(
        "in most functions",
        Grade.STRONG,
        "function starts",
        macho(MadeMacho.ARM64, code(20, taken), places(i -> 20 * i + 20)).fact("frame-pointers"));
    assertFact(
        "in few functions",
        Grade.STRONG,
        "function starts",
        macho(MadeMacho.ARM64, code(20, saved), places(i -> 20 * i + 20)).fact("frame-pointers"));
  }

  /** What the next function does is none of the one before it. */
  @Test
  void a_short_function_does_not_borrow_the_frame_of_the_next() {
    byte[] leafAndOther = words(RETURN, SAVE_BEHIND, FRAME, RETURN);
    byte[] code = new byte[16 + 16 * MANY];
    System.arraycopy(code(16, leafAndOther), 0, code, 16, 16 * MANY);
    // Every leaf and every function with a frame is listed: half of them have one.
    long[] places = new long[2 * 1_000];
    for (int i = 0; i < places.length; i++) {
      places[i] = MadeMacho.address(0) + 16 + 16L * (i / 2) + 4L * (i % 2);
    }
    assertUnknown(
        "1,000 of 2,000 functions begin with a frame",
        macho(MadeMacho.ARM64, code, places).fact("frame-pointers"));
  }

  /** A header for x86-64 in general has code for one processor alone in it, too. */
  @Test
  void a_processor_in_general_says_nothing_of_the_instructions_used() {
    byte[] wide = {(byte) 0xc5, (byte) 0xfd, (byte) 0xef, (byte) 0xc0}; // vpxor ymm0, ymm0, ymm0
    BinaryFacts facts = macho(MadeMacho.X86_64, 16, wide);
    assertUnknown("made for x86_64, whatever target-cpu was", facts.fact("isa-level"));
  }

  @Test
  void a_header_for_one_processor_alone_is_what_a_file_needs() {
    byte[] haswell =
        new MadeMacho().segment("__TEXT", "__text", 5, MadeMacho.CODE, new byte[4]).bytes();
    haswell[8] = 8;
    Fact needed = InMemory.read(haswell).fact("isa-level");
    assertFact("at least x86-64-v3 (x86_64h)", Grade.STRONG, "Mach-O header", needed);
    assertEquals(4, needed.evidence().getFirst().offset());
    byte[] signed =
        new MadeMacho()
            .cpu(MadeMacho.ARM64)
            .segment("__TEXT", "__text", 5, MadeMacho.CODE, new byte[4])
            .bytes();
    signed[8] = 2;
    assertEquals("at least ARMv8.3-A (arm64e)", InMemory.read(signed).fact("isa-level").value());
  }

  private static Fact lto(String symbol) {
    return InMemory.read(
            new MadeMacho()
                .segment("__TEXT", "__text", 5, MadeMacho.CODE, new byte[16])
                .symbol(symbol)
                .bytes())
        .fact("lto");
  }

  @Test
  void thin_lto_is_known_by_what_it_adds_to_a_name_of_the_programs_own() {
    Fact thin = lto("__ZN5agent3run17h0123456789abcdefE.llvm.1234");
    assertFact("thin-local (the default) or thin", Grade.STRONG, "string table", thin);
  }

  /** The standard library comes compiled with ThinLTO, however a program is. */
  @Test
  void thin_lto_of_the_standard_library_is_none_of_the_program() {
    assertUnknown(
        "no name of the program's own", lto("__ZN3std2io5Write17h0123456789abcdefE.llvm.1234"));
    assertUnknown("no name of the program's own", lto("__ZN5agent3run17h0123456789abcdefE"));
  }

  @Test
  void a_stripped_program_does_not_tell_of_lto() {
    assertUnknown(
        "only names of symbols tell",
        BinaryReader.read(Fixtures.path("macho/quiet-arm64")).fact("lto"));
    assertUnknown(
        "only names of symbols tell",
        BinaryReader.read(Fixtures.path("gnu-stripped.exe")).fact("lto"));
    assertUnknown(
        "no name of the program's own",
        BinaryReader.read(Fixtures.path("gnu-symbols.exe")).fact("lto"));
  }

  /** An entry of the exception directory for x86-64: begin, end, unwind information. */
  private static void entry(ByteBuffer out, int begin, int information) {
    out.putInt(begin).putInt(begin + 8).putInt(information);
  }

  /** Unwind information: without a frame, with one in RBP, and of a part of a function. */
  private static final byte[] INFORMATION = {
    1, 0, 0, 0, 1, 0, 0, 5, 1 | 4 << 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  };

  private static final int PLAIN = 0;
  private static final int FRAMED = 4;
  private static final int PART = 8;

  private static ByteBuffer directory(int entries) {
    return ByteBuffer.allocate(12 * entries).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static BinaryFacts pe(ByteBuffer directory) {
    return InMemory.read(
        new MadePe(MadePe.X86_64)
            .section(".text", MadePe.CODE, new byte[64])
            .section(".rdata", MadePe.CONSTANTS, INFORMATION)
            .directory(MadePe.EXCEPTIONS, ".pdata", directory.array())
            .bytes());
  }

  /** A function is cut in parts, each with an entry of its own, which begins anywhere. */
  @Test
  void parts_of_functions_are_not_counted_as_functions_that_are_not_aligned() {
    ByteBuffer directory = directory(2 * MANY);
    for (int i = 0; i < MANY; i++) {
      entry(directory, MadePe.rva(0) + 64 * i, MadePe.rva(1) + PLAIN);
      entry(directory, MadePe.rva(0) + 64 * i + 37, MadePe.rva(1) + PART);
    }
    Fact fact = pe(directory).fact("optimise");
    assertFact("speed (opt-level 0 to 3)", Grade.MEDIUM, "exception directory", fact);
    assertEquals(
        "2,400 of 2,400 functions begin at a multiple of 16", fact.evidence().getFirst().what());
  }

  @Test
  void a_windows_program_for_size_has_its_functions_anywhere() {
    ByteBuffer directory = directory(MANY);
    IntStream.range(0, MANY)
        .forEach(i -> entry(directory, MadePe.rva(0) + 37 * i, MadePe.rva(1) + PLAIN));
    Fact fact = pe(directory).fact("optimise");
    assertFact("size (opt-level s or z)", Grade.STRONG, "exception directory", fact);
  }

  private static Fact frames(int framed) {
    ByteBuffer directory = directory(MANY);
    for (int i = 0; i < MANY; i++) {
      entry(directory, MadePe.rva(0) + 32 * i, MadePe.rva(1) + (i < framed ? FRAMED : PLAIN));
    }
    return pe(directory).fact("frame-pointers");
  }

  /** Functions that catch have a frame in every build. */
  @Test
  void frames_of_functions_that_catch_are_no_setting() {
    assertUnknown("1,080 of 2,400 functions have their frame in RBP", frames(1_080));
    assertFact("in few functions", Grade.STRONG, "exception directory", frames(480));
    assertFact("in most functions", Grade.STRONG, "exception directory", frames(2_300));
  }

  /** It was made for size, without frames, and panics by aborting; its library was not. */
  @Test
  void what_the_library_of_a_small_program_is_like_is_not_taken_for_the_program() {
    BinaryFacts facts = BinaryReader.read(Fixtures.path("hello-gnu.exe"));
    assertUnknown("372 functions: so few", facts.fact("optimise"));
    assertUnknown("372 functions: so few", facts.fact("frame-pointers"));
    assertFact("abort", Grade.STRONG, ".rdata", facts.fact("panic"));
    assertEquals(List.of(), facts.fact("panic").contradictions());
  }

  @Test
  void a_windows_program_for_aarch64_has_its_frames_read_from_its_code() {
    byte[] taken = words(ROOM, SAVE_OTHERS, SAVE_BEHIND, FRAME, RETURN);
    ByteBuffer directory = ByteBuffer.allocate(8 * MANY).order(ByteOrder.LITTLE_ENDIAN);
    // Packed: all of the unwind information is in the entry.
    IntStream.range(0, MANY).forEach(i -> directory.putInt(MadePe.rva(0) + 20 * i).putInt(1));
    BinaryFacts facts =
        InMemory.read(
            new MadePe(MadePe.ARM64)
                .section(".text", MadePe.CODE, code(20, taken))
                .directory(MadePe.EXCEPTIONS, ".pdata", directory.array())
                .bytes());
    assertFact(
        "in most functions", Grade.STRONG, "exception directory", facts.fact("frame-pointers"));
    assertUnknown("aligned to 4 bytes for speed too", facts.fact("optimise"));
    assertUnknown("no field of the format", facts.fact("isa-level"));
  }

  private static Fact panic(String constants, String... functions) {
    return InMemory.read(
            new MadePe(MadePe.X86_64)
                .section(".rdata", MadePe.CONSTANTS, constants.getBytes(US_ASCII))
                .directory(
                    MadePe.IMPORTS, ".idata", MadePe.imports(1, "VCRUNTIME140.dll", functions))
                .bytes())
        .fact("panic");
  }

  private static final String RUST = RUSTC + "/library/core/src/fmt/mod.rs";

  @Test
  void what_a_windows_program_can_throw_tells_how_it_panics() {
    assertFact(
        "unwind",
        Grade.MEDIUM,
        "import names",
        panic(RUST, "memcpy", "__CxxFrameHandler3", "_CxxThrowException"));
    assertUnknown("no import of _CxxThrowException", panic(RUST, "memcpy"));
    // It is no Rust program.
    assertEquals(Fact.unknown(), panic("no path", "_CxxThrowException"));
  }

  /** The standard library's own landing pads are in every program. */
  @Test
  void landing_pads_alone_do_not_make_a_windows_program_unwind() {
    Fact fact = panic(RUST, "__CxxFrameHandler3", "memcpy");
    assertEquals("abort", fact.value());
    assertEquals(Grade.MEDIUM, fact.grade());
  }

  /** C++ in the program throws by the same function. */
  @Test
  void what_cpp_throws_is_not_taken_for_a_panic() {
    Fact fact = panic(RUST, "_CxxThrowException", "__std_exception_copy", "__CxxFrameHandler3");
    assertUnknown("imports _CxxThrowException", fact);
    assertEquals("imports __std_exception_copy", fact.contradictions().getFirst().what());
  }

  /** A name that only begins or ends like the one looked for is another's. */
  @Test
  void an_import_is_known_by_its_whole_name() {
    assertEquals("abort", panic(RUST, "__CxxFrameHandler3", "_CxxThrowExceptionNot").value());
    assertUnknown("no import", panic(RUST, "my__CxxFrameHandler3"));
  }

  private static Fact located(String path, boolean pointed) {
    String text = RUST + path;
    ByteBuffer location = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    location.putLong(MadePe.BASE + MadePe.rva(0) + RUST.length()).putLong(path.length());
    location.putInt(7).putInt(5);
    return InMemory.read(
            new MadePe(MadePe.X86_64)
                .section(".rdata", MadePe.CONSTANTS, text.getBytes(US_ASCII))
                .section(".data", MadePe.CONSTANTS, pointed ? location.array() : new byte[24])
                .directory(MadePe.IMPORTS, ".idata", MadePe.imports(2, "KERNEL32.dll", "Sleep"))
                .bytes())
        .fact("panic");
  }

  @ParameterizedTest
  @ValueSource(strings = {"abort", "unwind"})
  void a_panic_location_within_a_runtime_proves_that_it_is_there(String strategy) {
    String path = "%s/library\\panic_%s\\src\\lib.rs".formatted(RUSTC, strategy);
    assertFact(strategy, Grade.STRONG, ".rdata", located(path, true));
    // A program may have the same words for its users.
    assertUnknown("no import of _CxxThrowException", located(path, false));
    String other = "%s/project/panic_%s/src/lib.rs".formatted(RUSTC, strategy);
    assertUnknown("no import of _CxxThrowException", located(other, true));
  }

  @Test
  void checks_are_found_by_their_messages_and_not_missed_where_there_is_no_rust() {
    String message = "attempt to add with overflow";
    byte[] pe =
        new MadePe(MadePe.X86_64)
            .section(".rdata", MadePe.CONSTANTS, (RUST + message).getBytes(US_ASCII))
            .bytes();
    byte[] macho =
        new MadeMacho()
            .segment("__TEXT", "__const", 5, 0, (RUST + message).getBytes(US_ASCII))
            .bytes();
    assertFact(
        "on, at least in part", Grade.MEDIUM, ".rdata", InMemory.read(pe).fact("overflow-checks"));
    assertFact(
        "on, at least in part",
        Grade.MEDIUM,
        "__TEXT,__const",
        InMemory.read(macho).fact("overflow-checks"));
    byte[] foreign =
        new MadeMacho()
            .segment("__TEXT", "__const", 5, 0, "a C program".getBytes(US_ASCII))
            .bytes();
    assertEquals("unknown", InMemory.read(foreign).fact("overflow-checks").value());
    // In code and in what is written to, a text is no message of a check.
    byte[] elsewhere =
        new MadeMacho()
            .segment("__TEXT", "__const", 5, 0, RUST.getBytes(US_ASCII))
            .segment("__DATA", "__data", 3, 0, message.getBytes(US_ASCII))
            .bytes();
    assertEquals(Fact.NO_SIGN, InMemory.read(elsewhere).fact("overflow-checks").value());
  }

  private static byte[] elf(String constants) {
    return new MadeElf(2)
        .section(".rodata", MadeElf.ALLOC, 0x40_1000, constants.getBytes(US_ASCII))
        .bytes();
  }

  /** The messages are the standard library's own; a profile may turn on either check alone. */
  @Test
  void debug_assertions_are_known_by_preconditions_that_are_checked() {
    String message = RUST + "unsafe precondition(s) violated: hint::assert_unchecked must not fail";
    byte[] pe = MadePe.of(".rdata", message.getBytes(US_ASCII));
    byte[] macho =
        new MadeMacho().segment("__TEXT", "__const", 5, 0, message.getBytes(US_ASCII)).bytes();
    for (byte[] made : List.of(pe, macho, elf(message))) {
      Fact asserts = InMemory.read(made).fact("debug-assertions");
      assertEquals("on, at least in part", asserts.value(), asserts.toString());
      assertEquals(Grade.MEDIUM, asserts.grade());
      assertEquals("unsafe precondition(s) violated: ", asserts.evidence().getFirst().what());
    }
    BinaryFacts facts = InMemory.read(elf(message));
    assertEquals(
        List.of(new Evidence(".rodata", 64 + RUST.length(), "unsafe precondition(s) violated: ")),
        facts.fact("debug-assertions").evidence());
    assertEquals(Fact.NO_SIGN, facts.fact("overflow-checks").value());
    BinaryFacts checked = InMemory.read(elf(RUST + "attempt to subtract with overflow"));
    assertEquals("on, at least in part", checked.fact("overflow-checks").value());
    assertEquals(Fact.NO_SIGN, checked.fact("debug-assertions").value());
  }
}
