package dev.selfsame.compare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.selfsame.binary.BinaryReader;
import dev.selfsame.binary.Fixtures;
import dev.selfsame.binary.MadeMacho;
import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.macho.Commands;
import dev.selfsame.binary.macho.LoadCommand;
import dev.selfsame.binary.macho.MachoFile;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Verdict;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is declared not to matter, and nothing else, is left out. */
class EquivalenceTest {
  @TempDir private @Nullable Path folder;

  @Test
  void another_build_id_alone_is_equivalent_where_it_is_declared() throws IOException {
    Path a = Fixtures.path("hello-abort");
    Path b = flipped(a, offsetOfFact(a, "build-id"));
    assertEquivalent(a, b, Ignorable.BUILD_ID);
    assertDiffers(a, b, Ignorable.SIGNATURE);
    assertDiffers(a, b, Ignorable.DEBUG, Ignorable.SYMBOLS, Ignorable.NOTES);
    assertDiffers(a, flipped(b, offsetOf(a, ".text")), Ignorable.BUILD_ID);
  }

  @Test
  void the_same_bytes_are_identical_whatever_is_declared() {
    Path a = Fixtures.path("hello-abort");
    assertEquals(new Verdict.Identical(), verdict(a, a, Set.of(Ignorable.values())));
  }

  @Test
  void the_verdict_lists_what_was_declared_in_one_order() throws IOException {
    Path a = Fixtures.path("hello-abort");
    long at = offsetOfFact(a, "build-id");
    assertEquals(
        new Verdict.Equivalent(List.of("build-id", "signature"), at),
        verdict(a, flipped(a, at), Set.of(Ignorable.SIGNATURE, Ignorable.BUILD_ID)));
  }

  @Test
  @Needs(Component.BINUTILS)
  void what_strip_takes_away_is_debug_and_symbols() throws Exception {
    for (String name : List.of("bare-full", "hello-symbols", "i686-exec")) {
      Path full = Fixtures.path(name);
      Path stripped = tool("strip", full);
      assertEquivalent(full, stripped, Ignorable.DEBUG, Ignorable.SYMBOLS);
      assertDiffers(full, stripped, Ignorable.BUILD_ID, Ignorable.SIGNATURE, Ignorable.NOTES);
    }
    Path full = Fixtures.path("bare-full");
    assertDiffers(full, tool("strip", full), Ignorable.SYMBOLS);
    assertDiffers(full, tool("strip", full), Ignorable.DEBUG);
  }

  @Test
  @Needs(Component.BINUTILS)
  void comments_are_notes_and_what_is_loaded_is_not_left_out() throws Exception {
    Path full = Fixtures.path("hello-abort");
    Path silent = tool("objcopy", full, "--remove-section=.comment");
    assertEquivalent(full, silent, Ignorable.NOTES);
    assertDiffers(full, silent, Ignorable.DEBUG, Ignorable.SYMBOLS);
    Path loaded = flipped(full, offsetOf(full, ".note.ABI-tag") + 16);
    assertDiffers(full, loaded, Ignorable.values());
  }

  @Test
  @Needs(Component.BINUTILS)
  void a_byte_beside_what_is_left_out_is_never_left_out_too() throws Exception {
    Path full = Fixtures.path("bare-full");
    Path stripped = tool("strip", full);
    for (Range range : BinaryReader.read(stripped).ranges()) {
      if (range.name().equals(".shstrtab") || range.name().equals("section headers")) {
        continue; // read as names and numbers: a flip may make another file of it, or none
      }
      boolean looked =
          switch (range.category()) {
            case NOTES, PADDING, HEADERS -> false;
            default -> true;
          };
      if (looked) {
        Path other = flipped(stripped, range.offset() + range.size() / 2);
        assertDiffers(full, other, Ignorable.values());
      }
    }
    byte[] longer = Arrays.copyOf(Files.readAllBytes(stripped), (int) Files.size(stripped) + 9);
    longer[longer.length - 1] = 1;
    assertDiffers(full, written(longer), Ignorable.values());
  }

  @Test
  @Needs(Component.BINUTILS)
  void another_name_or_attribute_of_a_section_is_a_difference() throws Exception {
    Path full = Fixtures.path("hello-abort");
    Path renamed = tool("objcopy", full, "--rename-section=.rodata=.constants");
    assertDiffers(full, renamed, Ignorable.values());
    Path added = tool("objcopy", full, "--add-section=.hidden=" + Fixtures.path("i686.o"));
    assertDiffers(full, added, Ignorable.values());
  }

  @Test
  void a_file_that_is_not_read_in_full_is_never_equivalent() throws IOException {
    byte[] whole = Files.readAllBytes(Fixtures.path("bare-full"));
    Path a = written(Arrays.copyOf(whole, whole.length - 100));
    Path b = written(Arrays.copyOf(whole, whole.length - 101));
    assertDiffers(a, b, Ignorable.values());
    Path text = Files.writeString(requireNonNull(folder).resolve("text"), "words");
    assertDiffers(a, text, Ignorable.values());
  }

  @Test
  void a_signature_of_mach_o_is_left_out_with_its_load_command() throws IOException {
    for (String name : List.of("macho/quiet-arm64", "macho/words-chained")) {
      Path signed = Fixtures.path(name);
      Path unsigned = withoutSignature(signed);
      assertEquivalent(signed, unsigned, Ignorable.SIGNATURE);
      assertDiffers(signed, unsigned, Ignorable.BUILD_ID, Ignorable.NOTES);
      Path changed = flipped(unsigned, offsetOf(unsigned, "__TEXT,__text"));
      assertDiffers(signed, changed, Ignorable.values());
      // Behind the load commands, where a command was: there is room to hide in.
      Path hidden = flipped(unsigned, endOfCommands(unsigned) + 20);
      assertDiffers(signed, hidden, Ignorable.values());
    }
  }

  @Test
  void a_uuid_is_mach_o_s_build_id_in_each_slice() throws IOException {
    Path a = Fixtures.path("macho/words-x86_64");
    assertEquivalent(a, flipped(a, offsetOfFact(a, "uuid") + 9), Ignorable.BUILD_ID);
    assertDiffers(a, flipped(a, offsetOfFact(a, "uuid") + 9), Ignorable.SIGNATURE);
    Path fat = Fixtures.path("macho/quiet-fat");
    long library = uuid(BinaryReader.read(fat).parts().getFirst());
    assertEquivalent(fat, flipped(fat, library), Ignorable.BUILD_ID);
    assertEquivalent(fat, flipped(fat, library), Ignorable.BUILD_ID, Ignorable.SIGNATURE);
    assertDiffers(fat, flipped(fat, library + 20), Ignorable.BUILD_ID);
    // The other slice is signed: by one flipped bit its signature no longer holds.
    long program = uuid(BinaryReader.read(fat).parts().getLast());
    assertDiffers(fat, flipped(fat, program), Ignorable.BUILD_ID);
  }

  /** As Go's linker does it: a segment that takes no memory. */
  private static MadeMacho made(String code) {
    return new MadeMacho().segment("__TEXT", "__text", 5, 0x8000_0400, code.getBytes(UTF_8));
  }

  private static byte[] debug(char letter) {
    return String.valueOf(letter).repeat(40).getBytes(UTF_8);
  }

  @Test
  void debug_information_of_mach_o_is_left_out_where_no_program_can_read_it() throws IOException {
    int debug = MadeMacho.FOR_DEBUGGERS;
    Path a = written(made("code").unmapped("__DWARF", "__debug_x", 0, debug, debug('a')).bytes());
    Path b = written(made("code").unmapped("__DWARF", "__debug_x", 0, debug, debug('b')).bytes());
    assertEquivalent(a, b, Ignorable.DEBUG);
    assertDiffers(a, b, Ignorable.SYMBOLS, Ignorable.SIGNATURE);
    Path c = written(made("evil").unmapped("__DWARF", "__debug_x", 0, debug, debug('a')).bytes());
    assertDiffers(a, c, Ignorable.values());
    Path dsym = Fixtures.path("macho/words-dsym");
    long names = offsetOf(dsym, "__DWARF,__debug_str");
    assertEquivalent(dsym, flipped(dsym, names), Ignorable.DEBUG);
  }

  /** The kernel maps by protection, whatever the name. */
  @ParameterizedTest
  @CsvSource({
    "__DWARF, 5, 0x02000000",
    "__DWARF, 3, 0x02000000",
    "__DWARF, 1, 0x02000000",
    "__DWARF, 5, 0x80000400",
    "__DATA,  3, 0x02000000",
    "__TEXT2, 5, 0x02000000",
  })
  void a_segment_that_is_mapped_is_never_left_out(String name, int protection, String flags)
      throws IOException {
    int attributes = (int) (long) Long.decode(flags);
    Path a =
        written(
            made("code").segment(name, "__debug_x", protection, attributes, debug('a')).bytes());
    Path b =
        written(
            made("code").segment(name, "__debug_x", protection, attributes, debug('b')).bytes());
    assertDiffers(a, b, Ignorable.values());
  }

  @Test
  void what_another_segment_maps_too_is_never_left_out() throws IOException {
    int debug = MadeMacho.FOR_DEBUGGERS;
    List<Path> files = new ArrayList<>();
    for (char letter : new char[] {'a', 'b'}) {
      byte[] bytes =
          made("code")
              .unmapped("__DWARF", "__debug_x", 0, debug, debug(letter))
              .segment("__RUN", "", 5, 0, new byte[0])
              .bytes();
      ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      int dwarf = 32 + 72 + 80;
      int run = dwarf + 72 + 80;
      out.putLong(run + 40, out.getLong(dwarf + 40)).putLong(run + 48, out.getLong(dwarf + 48));
      out.putInt(run + 64, 0).putInt(run + 4, 72); // no section of its own
      out.putInt(20, out.getInt(20) - 80).put(run + 72, new byte[80]);
      files.add(written(bytes));
    }
    assertDiffers(files.getFirst(), files.getLast(), Ignorable.values());
  }

  private static long uuid(BinaryFacts.Part slice) {
    return slice.fact("uuid").evidence().getFirst().offset() + 9;
  }

  @Test
  void a_signature_of_a_windows_program_is_left_out_with_its_checksum() throws IOException {
    Path plain = Fixtures.path("msvc.exe");
    Path signed = Fixtures.path("signed.exe");
    assertEquivalent(plain, signed, Ignorable.SIGNATURE);
    assertDiffers(plain, signed, Ignorable.BUILD_ID);
    assertDiffers(plain, flipped(signed, offsetOf(plain, ".text")), Ignorable.values());
    byte[] behind = Arrays.copyOf(Files.readAllBytes(signed), (int) Files.size(signed) + 8);
    behind[behind.length - 1] = 1;
    assertDiffers(plain, written(behind), Ignorable.values());
  }

  @Test
  void symbols_are_left_out_where_nothing_links_or_binds_by_them() throws IOException {
    for (String name : List.of("hello-symbols", "macho/words-x86_64")) {
      Path file = Fixtures.path(name);
      assertEquivalent(file, flipped(file, inSymbols(file)), Ignorable.SYMBOLS);
      assertDiffers(file, flipped(file, inSymbols(file)), Ignorable.DEBUG);
    }
    for (String name : List.of("i686.o", "s390x.o", "macho/words.o", "msvc.obj")) {
      Path object = Fixtures.path(name);
      assertDiffers(object, flipped(object, inSymbols(object)), Ignorable.values());
    }
  }

  /** The first letter of a name: no table's structure. */
  private static long inSymbols(Path file) {
    Range range =
        BinaryReader.read(file).ranges().stream()
            .filter(r -> r.category() == Category.SYMBOLS)
            .reduce((first, second) -> second)
            .orElseThrow();
    return range.offset() + 5;
  }

  @Test
  void damaged_headers_give_a_verdict_and_never_a_fault() throws IOException {
    Random random = new Random(1);
    for (String name :
        List.of(
            "i686-exec", "bare-stripped", "macho/quiet-fat", "macho/quiet-arm64", "signed.exe")) {
      Path whole = Fixtures.path(name);
      byte[] bytes = Files.readAllBytes(whole);
      for (int i = 0; i < 150; i++) {
        byte[] damaged = bytes.clone();
        int header = i % 3 == 0 ? bytes.length : Math.min(1000, bytes.length);
        damaged[random.nextInt(header)] ^= (byte) (1 << random.nextInt(8));
        Path other = Files.write(requireNonNull(folder).resolve("damaged"), damaged);
        Verdict verdict = verdict(whole, other, Set.of(Ignorable.values()));
        assertFalse(verdict instanceof Verdict.Identical, name);
      }
    }
  }

  @Test
  void a_segment_that_the_file_does_not_hold_leaves_no_form() throws IOException {
    Path a = Fixtures.path("hello-abort");
    byte[] bytes = Files.readAllBytes(a);
    bytes[64 + 8 + 7] ^= (byte) 0x40; // p_offset of the first program header
    Path far = written(bytes);
    assertDiffers(far, flipped(far, offsetOf(a, ".comment")), Ignorable.NOTES);
  }

  @Test
  void a_word_that_is_not_known_is_wrong_usage() {
    Failure failure =
        assertThrows(Failure.class, () -> Ignorable.parse(List.of("build-id", "code")));
    assertEquals(ExitCode.USAGE, failure.code());
  }

  private static void assertEquivalent(Path a, Path b, Ignorable... ignored) {
    Verdict verdict = verdict(a, b, Set.of(ignored));
    assertEquals(Verdict.Equivalent.class, verdict.getClass(), a + " and " + b);
  }

  private static void assertDiffers(Path a, Path b, Ignorable... ignored) {
    Verdict verdict = verdict(a, b, Set.of(ignored));
    assertEquals(Verdict.Differs.class, verdict.getClass(), a + " and " + b);
  }

  private static Verdict verdict(Path a, Path b, Set<Ignorable> ignored) {
    return BinaryComparison.of(a, b, ignored, null).verdict();
  }

  private static long offsetOfFact(Path file, String name) {
    return BinaryReader.read(file).fact(name).evidence().getFirst().offset();
  }

  private static long offsetOf(Path file, String range) {
    return BinaryReader.read(file).ranges().stream()
        .filter(r -> r.name().equals(range))
        .findFirst()
        .orElseThrow()
        .offset();
  }

  private static long endOfCommands(Path file) throws IOException {
    MachoFile macho = MachoFile.parse(ByteView.of(Files.readAllBytes(file)));
    return macho.header().size() + macho.header().commandsSize();
  }

  private Path flipped(Path file, long offset) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) offset] ^= 1;
    return written(bytes);
  }

  private Path written(byte[] bytes) throws IOException {
    return Files.write(Files.createTempFile(requireNonNull(folder), "made", ""), bytes);
  }

  /** As Apple's {@code codesign --remove-signature} does, for a signature at the very end. */
  private Path withoutSignature(Path signed) throws IOException {
    byte[] bytes = Files.readAllBytes(signed);
    MachoFile file = MachoFile.parse(ByteView.of(bytes));
    LoadCommand.Table table = file.table(Commands.CODE_SIGNATURE).orElseThrow();
    ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int end = (int) (file.header().size() + file.header().commandsSize());
    int at = (int) table.frame().offset();
    int after = (int) (at + table.frame().size());
    System.arraycopy(bytes, after, bytes, at, end - after);
    Arrays.fill(bytes, end - (after - at), end, (byte) 0);
    out.putInt(16, (int) file.header().commandCount() - 1);
    out.putInt(20, (int) file.header().commandsSize() - (after - at));
    for (LoadCommand.SegmentLoad load : file.all(LoadCommand.SegmentLoad.class).toList()) {
      if (load.segment().name().equals("__LINKEDIT")) {
        long offset = load.frame().offset();
        out.putLong((int) offset + 48, table.extent().offset() - load.segment().offset());
      }
    }
    return written(Arrays.copyOf(bytes, (int) table.extent().offset()));
  }

  private Path tool(String name, Path file, String... options)
      throws IOException, InterruptedException {
    Path made = Files.createTempFile(requireNonNull(folder), name, "");
    List<String> command = new ArrayList<>(List.of(name));
    if (name.equals("strip")) {
      command.addAll(List.of("-o", made.toString(), file.toString()));
    } else {
      command.addAll(List.of(options));
      command.addAll(List.of(file.toString(), made.toString()));
    }
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertEquals(0, process.waitFor(), command.toString());
    return made;
  }
}
