package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.bytes.Printable;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Part;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import dev.selfsame.evidence.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever bytes a file has, what is said of it can neither move the cursor nor forge a line. */
class PrintableFactsTest {
  /** How JSON writes a control character. */
  private static final Pattern ESCAPE =
      Pattern.compile("(?<!\\\\)(?:\\\\\\\\)*\\\\(?:u00[01]|[nrtbf])");

  static Stream<String> files() {
    return Stream.of(Fixtures.ELF, Fixtures.MACHO, Fixtures.PE, Fixtures.AR).flatMap(List::stream);
  }

  /** Every letter of some kind becomes an escape, a line's end, or a byte that is no UTF-8. */
  @ParameterizedTest
  @MethodSource("files")
  void no_byte_of_a_file_reaches_people_as_a_control_character(String name) throws IOException {
    byte[] whole = Files.readAllBytes(Fixtures.path(name));
    Random random = new Random(7);
    for (byte forged : new byte[] {0x1b, '\n', (byte) 0x9b}) {
      for (int share : new int[] {2, 8, 40}) {
        byte[] bytes = whole.clone();
        for (int i = 0; i < bytes.length; i++) {
          boolean letter = bytes[i] >= 'a' && bytes[i] <= 'z';
          bytes[i] = letter && random.nextInt(share) == 0 ? forged : bytes[i];
        }
        assertPrintable(InMemory.read(bytes), name);
      }
    }
  }

  private static void assertPrintable(BinaryFacts facts, String name) {
    String document = new String(Json.writeCompact(facts), StandardCharsets.UTF_8).strip();
    assertTrue(document.chars().noneMatch(Character::isISOControl), name);
    assertFalse(ESCAPE.matcher(document).find(), name);
  }

  @Test
  void what_leaves_a_sheet_is_printable() {
    String raw = "a\u001b[2Jb\n\u202e";
    String clean = "a\\x1b[2Jb\\x0a\\xe2\\x80\\xae";
    Evidence read = new Evidence(raw, 1, raw);
    FactSheet sheet = new FactSheet();
    sheet.put("x", new Fact(raw, Grade.WEAK, List.of(read), List.of(read)));
    sheet.read("y", () -> Fact.certain(raw, read));
    sheet.problem(raw);
    sheet.part(new Part(raw, "member", 0, 0, Map.of(), Map.of()));
    Evidence shown = new Evidence(clean, 1, clean);
    assertEquals(
        Map.of(
            "x",
            new Fact(clean, Grade.WEAK, List.of(shown), List.of(shown)),
            "y",
            Fact.certain(clean, shown)),
        sheet.facts());
    assertEquals(List.of(clean), sheet.problems());
    assertEquals(clean, sheet.parts().getFirst().name());
  }

  @Test
  void printable_text_stays_as_it_is() {
    for (String text : List.of("", "plain", "\\x1b", "größer 文字 😀")) {
      assertEquals(text, Printable.of(text));
    }
    assertEquals("?", Printable.of("\ud800"));
  }
}
