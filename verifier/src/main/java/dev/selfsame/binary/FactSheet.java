package dev.selfsame.binary;

import dev.selfsame.binary.bytes.MalformedInputException;
import dev.selfsame.evidence.BinaryFacts.Part;
import dev.selfsame.evidence.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Facts and problems as they are found. */
final class FactSheet {
  private static final int SHOWN = 20;

  private final Map<String, Fact> facts = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();
  private final List<Part> parts = new ArrayList<>();
  private int unshown;

  /** Adds a fact. */
  void put(String name, Fact fact) {
    facts.put(name, fact);
  }

  /** Adds a fact, or an unknown one and the problem that kept it from being read. */
  void read(String name, Supplier<Fact> reader) {
    facts.put(name, attempt(reader, Fact.unknown()));
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
  void problem(String line) {
    if (problems.contains(line)) {
      return;
    }
    if (problems.size() < SHOWN) {
      problems.add(line);
    } else {
      unshown++;
    }
  }

  /** Adds a file within the file. */
  void part(Part part) {
    parts.add(part);
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
      all.add("and %d more problems".formatted(unshown));
    }
    return all;
  }
}
