package dev.selfsame.binary;

import dev.selfsame.binary.bytes.MalformedInputException;
import dev.selfsame.binary.bytes.Printable;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Part;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Facts and problems as they are found. Whatever bytes of a file they hold, what leaves the sheet
 * is printable: it can neither move a terminal's cursor nor forge a line.
 */
final class FactSheet {
  private static final int SHOWN = 20;

  private final Map<String, Fact> facts = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();
  private final List<Part> parts = new ArrayList<>();
  private int unshown;
  private boolean onlyUnclaimedUnshown = true;

  /** Adds a fact. */
  void put(String name, Fact fact) {
    facts.put(name, printable(fact));
  }

  /** Says of facts that nobody has read that they are not known. */
  void unknown(List<String> names) {
    names.forEach(name -> facts.putIfAbsent(name, Fact.unknown()));
  }

  /** Adds a fact, or an unknown one and the problem that kept it from being read. */
  void read(String name, Supplier<Fact> reader) {
    put(name, attempt(reader, Fact.unknown()));
  }

  /** What could be read, or {@code otherwise} and a problem. */
  <T> T attempt(Supplier<T> reader, T otherwise) {
    try {
      return reader.get();
    } catch (MalformedInputException e) {
      problem(e);
      return otherwise;
    }
  }

  void problem(MalformedInputException e) {
    problem(String.valueOf(e.getMessage()));
  }

  /** Adds a problem once; of very many, the first are kept and the rest counted. */
  void problem(String said) {
    String line = Printable.of(said);
    if (problems.contains(line)) {
      return;
    }
    if (problems.size() < SHOWN) {
      problems.add(line);
    } else {
      unshown++;
      onlyUnclaimedUnshown &= line.endsWith(BinaryFacts.UNCLAIMED);
    }
  }

  /** Adds a file within the file. */
  void part(Part part) {
    String name = Printable.of(part.name());
    parts.add(
        name.equals(part.name())
            ? part
            : new Part(
                name, part.kind(), part.offset(), part.size(), part.categories(), part.facts()));
  }

  private static Fact printable(Fact fact) {
    return new Fact(
        Printable.of(fact.value()),
        fact.grade(),
        fact.evidence().stream().map(FactSheet::printable).toList(),
        fact.contradictions().stream().map(FactSheet::printable).toList());
  }

  private static Evidence printable(Evidence read) {
    return new Evidence(Printable.of(read.where()), read.offset(), Printable.of(read.what()));
  }

  List<Part> parts() {
    return parts;
  }

  Map<String, Fact> facts() {
    return facts;
  }

  List<String> problems() {
    List<String> all = new ArrayList<>(problems);
    if (unshown > 0) {
      all.add(
          "and %d more %s"
              .formatted(
                  unshown, onlyUnclaimedUnshown ? "runs of " + BinaryFacts.UNCLAIMED : "problems"));
    }
    return all;
  }
}
