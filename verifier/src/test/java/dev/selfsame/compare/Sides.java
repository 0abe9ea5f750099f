package dev.selfsame.compare;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Composition;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A side of a comparison, made by hand: sections of such sizes, and such facts. */
final class Sides {
  private final List<Range> ranges = new ArrayList<>();
  private final Map<Category, Long> categories = new EnumMap<>(Category.class);
  private final Map<String, Fact> facts = new TreeMap<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  Sides() {
    fact("format", "ELF");
  }

  Sides section(String name, Category category, byte[] content) {
    ranges.add(new Range(name, category, bytes.size(), content.length));
    categories.merge(category, (long) content.length, Long::sum);
    bytes.writeBytes(content);
    return this;
  }

  Sides section(String name, Category category, int size) {
    return section(name, category, new byte[size]);
  }

  Sides fact(String name, String value) {
    facts.put(name, Fact.certain(value, new Evidence("made by hand", -1, value)));
    return this;
  }

  Sides fact(String name, Fact fact) {
    facts.put(name, fact);
    return this;
  }

  BinaryFacts facts() {
    byte[] all = bytes.toByteArray();
    return new BinaryFacts(
        BinaryFacts.SCHEMA,
        "side",
        all.length,
        Digest.sha256(all),
        ranges,
        categories,
        facts,
        List.of(),
        Composition.none(),
        List.of());
  }

  Pair against(Sides b) {
    return new Pair(
        facts(), ByteView.of(bytes.toByteArray()), b.facts(), ByteView.of(b.bytes.toByteArray()));
  }
}
