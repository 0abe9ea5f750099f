package dev.selfsame.binary.symbols;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.Fixtures;
import dev.selfsame.compare.BinaryComparison;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.HoldingDelta;
import dev.selfsame.evidence.Comparison.Piece;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the numbers of a comparison are, against the symbol table as it is read here anew. */
class PiecesTest {
  private static final String WRITE = "_RNvNtCsgEmfK2I1SDS_4core3fmt5write";

  @TempDir private Path folder;

  /**
   * A symbol of an ELF file of 64 bits.
   *
   * @param entry where its entry is
   * @param offset where its bytes are
   */
  private record Symbol(String name, int entry, long offset, long size) {}

  private static List<Symbol> symbols(ByteBuffer file) {
    List<Symbol> symbols = new ArrayList<>();
    int headers = (int) file.getLong(0x28);
    for (int section = 0; section < file.getShort(0x3c); section++) {
      int header = headers + 64 * section;
      if (file.getInt(header + 4) != 2) { // SHT_SYMTAB
        continue;
      }
      int names = (int) file.getLong(headers + 64 * file.getInt(header + 40) + 24);
      int table = (int) file.getLong(header + 24);
      for (int entry = table; entry < table + file.getLong(header + 32); entry += 24) {
        int in = headers + 64 * file.getShort(entry + 6);
        if ((file.get(entry + 4) & 15) == 2) { // STT_FUNC
          long within = file.getLong(entry + 8) - file.getLong(in + 16);
          symbols.add(
              new Symbol(
                  text(file, names + file.getInt(entry)),
                  entry,
                  file.getLong(in + 24) + within,
                  file.getLong(entry + 16)));
        }
      }
    }
    return symbols;
  }

  private static String text(ByteBuffer file, int at) {
    int end = at;
    while (file.get(end) != 0) {
      end++;
    }
    return new String(file.array(), at, end - at, StandardCharsets.UTF_8);
  }

  /** A program, and the same whose table says that one function is 42 bytes shorter. */
  private Comparison shortened(Symbol function, byte[] bytes) throws IOException {
    ByteBuffer other = ByteBuffer.wrap(bytes.clone()).order(ByteOrder.LITTLE_ENDIAN);
    other.putLong(function.entry() + 16, function.size() - 42);
    return BinaryComparison.of(
        Fixtures.path("hello-symbols"),
        Files.write(folder.resolve("hello-symbols"), other.array()));
  }

  @Test
  void every_number_of_a_crate_and_a_function_leads_to_its_bytes() throws IOException {
    byte[] bytes = Files.readAllBytes(Fixtures.path("hello-symbols"));
    List<Symbol> symbols = symbols(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    Symbol write =
        symbols.stream().filter(symbol -> symbol.name().equals(WRITE)).findFirst().orElseThrow();
    Comparison comparison = shortened(write, bytes);

    HoldingDelta function = row(comparison.functions(), "core::fmt::write");
    assertEquals(List.of(new Piece(".text", write.offset(), write.size())), function.inA());
    assertEquals(List.of(new Piece(".text", write.offset(), write.size() - 42)), function.inB());

    HoldingDelta crate = row(comparison.crates(), "core");
    assertEquals(-42, crate.delta());
    assertEquals(HoldingDelta.PIECES, crate.inA().size());
    for (Piece piece : crate.inA()) {
      assertTrue(
          symbols.stream()
              .filter(symbol -> symbol.offset() == piece.offset())
              .anyMatch(
                  symbol -> symbol.size() == piece.size() && symbol.name().contains("_4core")),
          piece.toString());
    }
    assertOnce(comparison.a(), comparison.functions().stream().map(HoldingDelta::inA).toList());
    assertOnce(comparison.b(), comparison.functions().stream().map(HoldingDelta::inB).toList());
    assertOnce(comparison.a(), comparison.crates().stream().map(HoldingDelta::inA).toList());
    assertOnce(comparison.b(), comparison.crates().stream().map(HoldingDelta::inB).toList());
  }

  private static HoldingDelta row(List<HoldingDelta> rows, String name) {
    return rows.stream()
        .filter(row -> row.name().equals(name) && row.category() == Category.CODE)
        .findFirst()
        .orElseThrow(() -> new AssertionError(rows.toString()));
  }

  /** Each piece is within the range that it names, and no byte is in two. */
  private static void assertOnce(BinaryFacts facts, List<List<Piece>> told) {
    List<Piece> pieces =
        told.stream()
            .flatMap(List::stream)
            .sorted(Comparator.comparingLong(Piece::offset))
            .toList();
    long end = 0;
    for (Piece piece : pieces) {
      assertTrue(piece.offset() >= end, piece + " begins within another one");
      end = piece.offset() + piece.size();
      assertTrue(
          facts.ranges().stream()
              .filter(range -> range.name().equals(piece.section()))
              .anyMatch(range ->
                  range.offset() <= piece.offset()
                      && piece.offset() + piece.size() <= range.offset() + range.size()),
          piece.toString());
    }
  }
}
