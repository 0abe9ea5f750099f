package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.macho.Commands;
import dev.selfsame.binary.macho.Extent;
import dev.selfsame.binary.macho.LoadCommand;
import dev.selfsame.binary.macho.MachoFile;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Fact;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Load commands that published files seldom have, assembled here field by field. */
class MachoCommandsTest {
  private static final int ARM64 = 0x0100_000c;

  @Test
  void a_note_has_an_owner_and_an_extent() {
    byte[] note = command(0x31, b -> b.put(text("kernel", 16)).putLong(72).putLong(5), 40);
    LoadCommand.Note read = only(file(ARM64, note, new byte[5]), LoadCommand.Note.class);
    assertEquals("kernel", read.owner());
    assertEquals(new Extent(72, 5), read.extent());
    assertEquals(
        new Range("note of kernel", Category.NOTES, 72, 5),
        ranges(file(ARM64, note, new byte[5])).getLast());
  }

  @Test
  void linker_options_are_a_list() {
    byte[] options = command(0x2d, b -> b.putInt(2).put(text("-lc", 4)).put(text("-lm", 4)), 24);
    assertEquals(
        List.of("-lc", "-lm"),
        only(file(ARM64, options), LoadCommand.LinkerOptions.class).options());
  }

  @Test
  void more_linker_options_than_are_there_are_a_problem() {
    byte[] options = command(0x2d, b -> b.putInt(9).put(text("-lc", 4)), 16);
    MachoFile file = parse(file(ARM64, options, command(0x8, b -> b, 8)));
    assertEquals(1, file.problems().size());
    assertInstanceOf(LoadCommand.Plain.class, file.commands().getFirst());
    assertFalse(file.allCommands());
  }

  @Test
  void a_file_of_a_set_has_a_name_an_address_and_an_offset() {
    byte[] entry =
        command(
            0x8000_0035L,
            b -> b.putLong(0x1000).putLong(0x4000).putInt(32).putInt(0).put(text("com.a", 8)),
            40);
    LoadCommand.FilesetEntry read = only(file(ARM64, entry), LoadCommand.FilesetEntry.class);
    assertEquals("com.a", read.name());
    assertEquals(0x1000, read.address());
    assertEquals(0x4000, read.offset());
  }

  @Test
  void the_program_counter_of_an_arm64_thread_is_found_behind_other_registers() {
    byte[] thread =
        command(
            5,
            b -> {
              b.putInt(17).putInt(2).putLong(0); // another flavour before it
              b.putInt(6).putInt(68);
              return b.putLong(b.position() + 256, 0x1_0000_4000L);
            },
            8 + 16 + 8 + 68 * 4);
    assertEquals(
        Optional.of(0x1_0000_4000L),
        only(file(ARM64, thread), LoadCommand.Registers.class).counter());
  }

  @Test
  void obsolete_commands_have_their_meaning_too() {
    MachoFile file =
        parse(
            file(
                ARM64,
                command(0x16, b -> b.putInt(4096).putInt(3), 16),
                command(0x3, b -> b.putInt(8192).putInt(7), 16),
                command(0x1a, b -> b.putLong(0x5000), 72),
                command(0x17, b -> b.putInt(0x1234), 16),
                command(0x27, b -> b.putInt(12).put(text("DYLD_X=1", 12)), 24),
                command(0x39, b -> b.putInt(12).put(text("arm64-apple-macosx", 20)), 32)));
    List<LoadCommand> all = file.commands();
    assertEquals(List.of(), file.problems());
    assertTrue(all.get(0) instanceof LoadCommand.Hints h && h.offset() == 4096 && h.count() == 3);
    assertTrue(
        all.get(1) instanceof LoadCommand.SymbolSegment s
            && s.extent().equals(new Extent(8192, 7)));
    assertTrue(all.get(2) instanceof LoadCommand.Routines r && r.address() == 0x5000);
    assertTrue(all.get(3) instanceof LoadCommand.PrebindChecksum c && c.checksum() == 0x1234);
    assertTrue(all.get(4) instanceof LoadCommand.Text t && t.text().equals("DYLD_X=1"));
    assertTrue(all.get(5) instanceof LoadCommand.Text t && t.text().equals("arm64-apple-macosx"));
  }

  @Test
  void code_that_a_store_encrypted_is_told_of_and_code_that_it_may_encrypt_is_not() {
    for (int system : new int[] {0, 1}) {
      byte[] encryption = command(0x2c, b -> b.putInt(56).putInt(16).putInt(system), 24);
      FactSheet sheet = new FactSheet();
      Readers.ranges(ByteView.of(file(ARM64, encryption, new byte[16])), sheet, 0);
      assertEquals(
          system == 0 ? "none" : "yes, by system 1",
          sheet.facts().getOrDefault("encryption", Fact.unknown()).value());
    }
  }

  @Test
  void a_text_that_lies_outside_of_its_command_is_a_problem() {
    byte[] dylib = command(0xc, b -> b.putInt(400).putInt(0).putInt(0).putInt(0), 24);
    MachoFile file = parse(file(ARM64, dylib));
    assertEquals(List.of(), file.commands());
    assertTrue(file.problems().toString().contains("LC_LOAD_DYLIB"));
  }

  @ParameterizedTest
  @CsvSource({
    "0x1d, code signature, signature",
    "0x1e, segment split info, relocs",
    "0x26, function starts, function-table",
    "0x29, data in code, function-table",
    "0x2b, requirements on libraries, signature",
    "0x2e, linker optimisation hints, relocs",
    "0x80000033, export trie, dynlink",
    "0x80000034, chained fixups, relocs",
    "0x36, atom info, symbols",
    "0x37, function variants, dynlink",
    "0x38, function variant fixups, relocs",
  })
  void a_table_has_a_name_and_a_category(String number, String name, String category) {
    byte[] table = command(Long.decode(number), b -> b.putInt(48).putInt(16), 16);
    Range range = ranges(file(ARM64, table, new byte[16])).getLast();
    assertEquals(name, range.name());
    assertEquals(category, range.category().word());
    assertEquals(16, range.size());
  }

  @Test
  void all_tables_of_the_dynamic_symbols_are_claimed() {
    byte[] tables =
        command(
            0xb,
            b -> {
              b.position(32); // behind the parts of the symbol table
              int at = 112;
              for (int size : new int[] {8, 56, 4, 4, 8, 8}) {
                b.putInt(at).putInt(1);
                at += size;
              }
              return b;
            },
            80);
    List<String> names =
        ranges(file(ARM64, tables, new byte[88])).stream().skip(2).map(Range::name).toList();
    assertEquals(
        List.of(
            "table of contents",
            "module table",
            "referenced symbols",
            "indirect symbols",
            "external relocations",
            "local relocations"),
        names);
  }

  @Test
  void tables_that_overlap_are_told_of_and_counted_once() {
    byte[] one = command(0x26, b -> b.putInt(64).putInt(16), 16);
    byte[] two = command(0x29, b -> b.putInt(72).putInt(16), 16);
    FactSheet sheet = new FactSheet();
    ByteView bytes = ByteView.of(file(ARM64, one, two, new byte[24]));
    long sum = Readers.ranges(bytes, sheet, 0).stream().mapToLong(Range::size).sum();
    assertEquals(bytes.size(), sum);
    assertTrue(
        sheet.problems().contains("offset 72: data in code overlaps other structures by 8 bytes"),
        sheet.problems().toString());
  }

  @Test
  void every_number_has_its_name() {
    assertEquals("LC_SEGMENT", Commands.name(1));
    assertEquals("LC_DYLD_INFO", Commands.name(0x22));
    assertEquals("LC_DYLD_INFO_ONLY", Commands.name(0x8000_0022L));
    assertEquals("LC_MAIN", Commands.name(0x8000_0028L));
    assertEquals("LC 0x28", Commands.name(0x28));
    assertEquals("LC_FUNCTION_VARIANT_FIXUPS", Commands.name(0x38));
    assertEquals("LC 0x4242", Commands.name(0x4242));
  }

  private interface Body {
    ByteBuffer into(ByteBuffer buffer);
  }

  /** A command: number and size, then what the body puts. */
  private static byte[] command(long number, Body body, int size) {
    ByteBuffer buffer = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    body.into(buffer.putInt((int) number).putInt(size));
    return buffer.array();
  }

  private static byte[] text(String text, int size) {
    return Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), size);
  }

  /** A library of these commands; what is shorter than a command or begins with 0 follows them. */
  private static byte[] file(int cpu, byte[]... parts) {
    int size = 32;
    int commands = 0;
    int sized = 0;
    for (byte[] part : parts) {
      size += part.length;
      boolean isCommand = part.length >= 8 && part[0] != 0;
      commands += isCommand ? 1 : 0;
      sized += isCommand ? part.length : 0;
    }
    ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(0xfeed_facf).putInt(cpu).putInt(0).putInt(6);
    file.putInt(commands).putInt(sized).putInt(0).putInt(0);
    for (byte[] part : parts) {
      file.put(part);
    }
    return file.array();
  }

  private static MachoFile parse(byte[] bytes) {
    return MachoFile.parse(ByteView.of(bytes));
  }

  private static <T extends LoadCommand> T only(byte[] bytes, Class<T> kind) {
    MachoFile file = parse(bytes);
    assertEquals(List.of(), file.problems());
    return assertInstanceOf(kind, file.commands().getFirst());
  }

  private static List<Range> ranges(byte[] bytes) {
    return Readers.ranges(ByteView.of(bytes), new FactSheet(), 0);
  }
}
