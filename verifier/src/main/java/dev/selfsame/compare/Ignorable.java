package dev.selfsame.compare;

import dev.selfsame.outcome.Failure;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What may be declared not to matter when two binaries are compared. */
public enum Ignorable {
  /** The build's own mark: ELF's GNU build-id, Mach-O's UUID, the GUID of a PDB file. */
  BUILD_ID,
  /** A code signature, with what signing writes elsewhere: its load command, PE's checksum. */
  SIGNATURE,
  /** Debug information that is not loaded. */
  DEBUG,
  /** The symbol table and its names, where running does not need them: not of objects. */
  SYMBOLS,
  /** Notes and comments that are not loaded, such as ELF's {@code .comment}. */
  NOTES;

  /** The stable word, such as {@code build-id}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The words of these, in the order of this enumeration. */
  public static List<String> words(Set<Ignorable> ignored) {
    return ignored.stream().sorted().map(Ignorable::word).toList();
  }

  /**
   * The things of these words.
   *
   * @throws Failure (usage) where a word is none of them
   */
  public static Set<Ignorable> parse(List<String> words) {
    Set<Ignorable> parsed = EnumSet.noneOf(Ignorable.class);
    for (String word : words) {
      parsed.add(
          Arrays.stream(values())
              .filter(value -> value.word().equals(word))
              .findFirst()
              .orElseThrow(
                  () -> Failure.usage("cannot ignore \"%s\"".formatted(word), "known: " + all())));
    }
    return parsed;
  }

  private static String all() {
    return Arrays.stream(values()).map(Ignorable::word).collect(Collectors.joining(", "));
  }
}
