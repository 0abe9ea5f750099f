package dev.selfsame.binary;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.symbols.SymbolMarks;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Grade;
import org.junit.jupiter.api.Test;

class ManglingTest {
  private static Fact mangling(int v0, boolean all) {
    ByteView names = ByteView.of("\0_RNvCs1234_5agent1f\0".getBytes(US_ASCII));
    return ElfSymbols.mangling(
        new SymbolMarks(0, v0, -1, v0 == 0 ? -1 : 1, -1, all), ".strtab", names);
  }

  @Test
  void it_is_certain_only_where_every_name_was_read() {
    assertEquals("v0", mangling(1, true).value());
    assertEquals(Grade.CERTAIN, mangling(1, true).grade());
    assertEquals("v0", mangling(1, false).value());
    assertEquals(Grade.MEDIUM, mangling(1, false).grade());
    assertEquals(mangling(1, true).evidence(), mangling(1, false).evidence());
    assertEquals(Fact.unknown(), mangling(0, false));
  }
}
