package dev.selfsame.binary;

import dev.selfsame.binary.rust.Mark;
import dev.selfsame.binary.rust.SourceFiles;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a program's constants tell of its source and its checks, the same in every format.
 *
 * @param parts its constants
 * @param whole whether these are all of them: else what was not found proves nothing
 */
record RustConstants(List<LoadedPart> parts, boolean whole) {
  private static final List<String> OVERFLOWS =
      List.of(
          "attempt to add with overflow",
          "attempt to subtract with overflow",
          "attempt to multiply with overflow");

  /** Written by what only {@code debug-assertions} turns on, since 1.78. */
  private static final List<String> PRECONDITIONS = List.of("unsafe precondition(s) violated: ");

  /**
   * Puts {@code overflow-checks} and {@code debug-assertions}.
   *
   * @param constants empty where the file is not linked, or they could not be read
   */
  static void checks(FactSheet sheet, Optional<RustConstants> constants) {
    boolean rust = sheet.facts().getOrDefault("rustc", Fact.unknown()).grade() != Grade.UNKNOWN;
    sheet.put(
        "overflow-checks",
        constants.map(found -> found.checks(OVERFLOWS, rust)).orElse(Fact.unknown()));
    sheet.put(
        "debug-assertions",
        constants.map(found -> found.checks(PRECONDITIONS, rust)).orElse(Fact.unknown()));
  }

  /**
   * Puts {@code source-paths}, {@code cargo} and {@code crates}.
   *
   * @param listed the list of cargo-auditable, where the file has one
   */
  static void sources(
      FactSheet sheet, Supplier<PanicLocations> locations, Supplier<Optional<Fact>> listed) {
    SourceFiles files = sheet.attempt(() -> locations.get().files(), new SourceFiles());
    sheet.put("source-paths", files.roots());
    files.panicRuntime().ifPresent(runtime -> panic(sheet, runtime));
    sheet.put("cargo", files.cargoAge());
    sheet.read("crates", () -> listed.get().orElseGet(files::crates));
  }

  /**
   * A panic location within one of the two runtimes proves that its code is there, and a program is
   * linked with one alone. It settles what the marks of a format leave open.
   */
  private static void panic(FactSheet sheet, Mark runtime) {
    Fact known = sheet.facts().getOrDefault("panic", Fact.unknown());
    boolean open = known.grade() == Grade.UNKNOWN || known.grade() == Grade.WEAK;
    if (open && sheet.facts().containsKey("panic")) {
      String value = runtime.text().contains("panic_unwind") ? "unwind" : "abort";
      boolean other = known.grade() == Grade.WEAK && !known.value().equals(value);
      List<Evidence> against = other ? known.evidence() : List.of();
      sheet.put("panic", new Fact(value, Grade.STRONG, List.of(runtime.evidence()), against));
    }
  }

  /**
   * Checks that panic with a message of their own. No message is a weak sign that there are none:
   * the optimiser may have shown that none can fail.
   */
  private Fact checks(List<String> messages, boolean rust) {
    for (LoadedPart part : parts) {
      for (String message : messages) {
        long at = part.bytes().indexOf(message, 0);
        if (at >= 0) {
          Evidence seen = new Evidence(part.name(), part.bytes().start() + at, message);
          return new Fact("on, at least in part", Grade.MEDIUM, List.of(seen), List.of());
        }
      }
    }
    Evidence absent = new Evidence("constants", -1, "no message such as: " + messages.getFirst());
    return rust && whole
        ? new Fact(Fact.NO_SIGN, Grade.WEAK, List.of(absent), List.of())
        : Fact.unknown();
  }
}
