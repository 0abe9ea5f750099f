package dev.selfsame.cli;

import static dev.selfsame.evidence.Category.CODE;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Composition.Holding;
import dev.selfsame.evidence.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A binary that is larger than the memory that the program is given: in a process of its own, since
 * a heap has its limit from its beginning.
 */
@Timeout(300)
class LargeBinaryTest {
  /** More than the heap, each. The disk keeps nothing of what nobody wrote. */
  private static final long LARGE = 150L << 20;

  private static final String HEAP = "-Xmx128m";
  private static final int CRATES = 100;
  private static final int FUNCTIONS = 50_000;
  private static final int FUNCTION = 16;
  private static final int NAME = "_ZN9agent00008step000017h0123456789abcdefE".length() + 1;
  private static final int HEADER = 64;
  private static final int SYMBOL = 24;
  private static final int SECTIONS = 7;
  private static final long ADDRESS = 0x40_0000;

  @TempDir private Path folder;

  @Test
  void a_binary_larger_than_the_heap_is_read_whole() throws Exception {
    Path file = large();
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder program =
        OwnProcess.of(folder, "inspect", "--binary", file.toString(), "--json");
    program.command().add(1, HEAP);
    Process process = program.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    try {
      assertEquals(0, process.waitFor(), Files.readString(err));
    } finally {
      process.destroyForcibly();
    }
    BinaryFacts facts = Json.read(Files.readAllBytes(out), BinaryFacts.class);
    assertEquals(Files.size(file), facts.size());
    assertEquals(List.of(), facts.problems());
    assertEquals(LARGE, facts.categories().get(Category.RODATA));
    assertEquals(LARGE, facts.categories().get(Category.DEBUG));
    List<Holding> crates =
        facts.composition().crates().stream().filter(row -> row.category() == CODE).toList();
    assertEquals(CRATES, crates.size());
    long each = (long) FUNCTIONS / CRATES * FUNCTION;
    assertTrue(crates.stream().allMatch(row -> row.bytes() == each), crates.toString());
  }

  /** Code with a symbol for each function, and much that is neither. */
  private Path large() throws IOException {
    byte[] names = "\0.text\0.rodata\0.debug_str\0.symtab\0.strtab\0".getBytes(US_ASCII);
    long headers = HEADER;
    long text = headers + SECTIONS * HEADER;
    long symbols = text + FUNCTIONS * FUNCTION;
    long strings = symbols + (FUNCTIONS + 1) * SYMBOL;
    long own = strings + 1 + FUNCTIONS * NAME;
    long constants = (own + names.length + 15) & ~15;
    ByteBuffer out = ByteBuffer.allocate((int) constants).order(ByteOrder.LITTLE_ENDIAN);
    out.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
    out.putShort((short) 2).putShort((short) 62).putInt(1).putLong(0).putLong(0).putLong(headers);
    out.putInt(0).putShort((short) HEADER).putShort((short) 56).putShort((short) 0);
    out.putShort((short) HEADER).putShort((short) SECTIONS).putShort((short) 6);
    out.position(HEADER + HEADER);
    section(out, 1, 1, 6, text, FUNCTIONS * FUNCTION, 0);
    section(out, 7, 1, 2, constants, LARGE, 0);
    section(out, 15, 1, 0, constants + LARGE, LARGE, 0);
    section(out, 26, 2, 0, symbols, (FUNCTIONS + 1) * SYMBOL, 5);
    section(out, 34, 3, 0, strings, 1 + FUNCTIONS * NAME, 0);
    section(out, 34, 3, 0, own, names.length, 0);
    for (int i = 0; i < FUNCTIONS; i++) {
      out.position((int) symbols + (i + 1) * SYMBOL).putInt(1 + i * NAME);
      out.put((byte) 2).put((byte) 0).putShort((short) 1); // a function in .text
      out.putLong(ADDRESS + text + i * FUNCTION).putLong(FUNCTION);
      String name = "_ZN9agent%04d8step%04d17h%016xE".formatted(i % CRATES, i / CRATES, i);
      out.position((int) strings + 1 + i * NAME).put(name.getBytes(US_ASCII));
    }
    out.position((int) own).put(names).rewind().limit(out.capacity());
    Path file = folder.resolve("large");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(out);
      channel.write(ByteBuffer.allocate(1), constants + 2 * LARGE - 1);
    }
    return file;
  }

  private static void section(
      ByteBuffer out, int name, int type, int flags, long place, long size, int link) {
    out.putInt(name).putInt(type).putLong(flags).putLong(flags == 0 ? 0 : ADDRESS + place);
    out.putLong(place).putLong(size).putInt(link).putInt(type == 2 ? 1 : 0);
    out.putLong(type == 2 ? 8 : 1).putLong(type == 2 ? SYMBOL : 0);
  }
}
