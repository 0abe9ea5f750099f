package dev.selfsame.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Part;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FactsTextTest {
  @Test
  void the_longest_facts_stay_under_two_kilobytes_and_say_what_is_left_out() {
    for (int facts : List.of(2, 60)) {
      BinaryFacts worst = worst(facts, 40, 50, 4_000);
      String text = FactsText.of(worst, Ink.NONE, false);
      assertTrue(text.getBytes(StandardCharsets.UTF_8).length < 2048, text);
      assertTrue(text.lines().allMatch(line -> line.length() <= 80), text);
      assertTrue(text.startsWith("made: ELF, "), text);
      assertTrue(text.contains("\nproblem: ") && text.contains("\nmore problems: "), text);
      assertTrue(text.contains("\n" + worst.sha256() + "\n"), text);
      assertTrue(text.contains("\nbytes          code "), text);
      assertTrue(text.contains("\nwithin it ") && text.contains(" more "), text);
      assertEquals(facts > 2, text.contains(" more; --json has them\n"), text);
    }
  }

  @Test
  void what_has_room_is_told_whole() {
    BinaryFacts few = worst(2, 2, 2, 100);
    String text = FactsText.of(few, Ink.NONE, false);
    assertTrue(text.contains("[strong, .place at 7]"), text);
    assertFalse(text.contains("…") || text.contains(" more"), text);
    assertTrue(text.getBytes(StandardCharsets.UTF_8).length < 2048, text);
  }

  /** Which facts are told does not depend on the terminal. */
  @Test
  void colour_leaves_nothing_out() {
    for (BinaryFacts facts : List.of(worst(14, 4, 3, 60), worst(60, 40, 50, 4_000))) {
      String coloured = FactsText.of(facts, new Ink(true), false);
      assertTrue(coloured.contains("\u001b["));
      assertEquals(
          FactsText.of(facts, Ink.NONE, false), coloured.replaceAll("\u001b\\[[0-9]*m", ""));
    }
  }

  @Test
  void where_sections_are_asked_for_nothing_gives_way_to_them() {
    BinaryFacts worst = worst(60, 12, 50, 120);
    String text = FactsText.of(worst, Ink.NONE, true);
    assertFalse(text.contains(" more"), text);
    for (String name : worst.facts().keySet().stream().filter(n -> n.startsWith("x-")).toList()) {
      assertTrue(text.contains("\n" + name + " "), name);
    }
  }

  /** So many facts, parts and problems, each of so many characters, with proof and doubt. */
  private static BinaryFacts worst(int facts, int parts, int problems, int length) {
    BinaryFacts sample = Samples.comparison().a();
    String words = "word ".repeat(length / 5).strip();
    Map<String, Fact> told = new TreeMap<>();
    told.put("format", sample.fact("format"));
    Evidence proof = new Evidence(".place", 7, words);
    Evidence doubt = new Evidence(".doubt", 9, "it " + words);
    for (int i = 0; i < facts; i++) {
      told.put(
          "x-name-of-16-%03d".formatted(i),
          new Fact(words, Fact.Grade.STRONG, List.of(proof), List.of(doubt)));
    }
    return new BinaryFacts(
        BinaryFacts.SCHEMA,
        "made",
        sample.size(),
        sample.sha256(),
        sample.ranges(),
        sample.categories(),
        told,
        IntStream.range(0, parts)
            .mapToObj(i ->
                new Part(
                    "member-%d-%s".formatted(i, "m".repeat(20)),
                    "member",
                    i,
                    1,
                    Map.of(Category.CODE, 1L),
                    Map.of()))
            .toList(),
        sample.composition(),
        IntStream.range(0, problems).mapToObj(i -> "offset %d: %s".formatted(i, words)).toList());
  }
}
