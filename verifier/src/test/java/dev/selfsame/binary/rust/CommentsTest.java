package dev.selfsame.binary.rust;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A linker that names itself is told from compilers, which name themselves in the same place. */
class CommentsTest {
  private static final String RUSTC = "rustc version 1.95.0 (59807616e 2026-04-14)";

  private static Comments of(String... texts) {
    List<Mark> marks = new ArrayList<>();
    for (String text : texts) {
      marks.add(new Mark(".comment", 300 + 100L * marks.size(), text));
    }
    return new Comments(marks);
  }

  @ParameterizedTest
  @CsvSource({
    "Linker: LLD 22.1.2 (/checkout/src/llvm-project/llvm 05f9846f), LLD 22.1.2",
    "Linker: LLD 17.0.6, LLD 17.0.6",
    "Linker: Debian LLD 19.1.7, Debian LLD 19.1.7",
    "Linker: Ubuntu LLD 18.1.3 (compatible with GNU linkers), Ubuntu LLD 18.1.3",
    "mold 2.37.1 (compatible with GNU ld), mold 2.37.1",
    "Linker: Wild version 0.7.0 (6321c81f) (compatible with GNU linkers), Wild 0.7.0",
    "Linker: Wild 0.10.0 6321c81f (compatible with GNU linkers), Wild 0.10.0",
    "mold 1.6.0 (323ad30e25c2c81efdb07ab76601a119335a40c8; compatible with GNU ld), mold 1.6.0",
  })
  void a_linker_that_names_itself_is_known(String comment, String linker) {
    Evidence named = new Evidence(".comment", 500, comment);
    assertEquals(
        new Fact(linker, Grade.STRONG, List.of(named), List.of()),
        of("GCC: (Debian 14.2.0-19) 14.2.0", RUSTC, comment).linker(true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GCC: (Debian 14.2.0-19) 14.2.0",
        "clang version 19.1.7",
        "Debian clang version 19.1.7 (3+b1)",
        "clang version 17.0.6 with LLD 17.0.6",
        "moldy 2.37.1",
        "Wilder 0.7.0",
        RUSTC
      })
  void a_compiler_is_no_linker(String comment) {
    Evidence silent = new Evidence(".comment", 300, "no linker names itself");
    assertEquals(
        new Fact("GNU ld (likely)", Grade.WEAK, List.of(silent), List.of()),
        of(comment).linker(true));
  }

  @Test
  void without_comments_not_even_a_silent_linker_is_likely() {
    assertEquals(Fact.unknown(), of().linker(true));
  }

  @Test
  void an_object_was_linked_only_where_a_linker_says_so() {
    assertEquals(Fact.unknown(), of(RUSTC).linker(false));
    assertEquals("LLD 22.1.2", of(RUSTC, "Linker: LLD 22.1.2").linker(false).value());
  }
}
