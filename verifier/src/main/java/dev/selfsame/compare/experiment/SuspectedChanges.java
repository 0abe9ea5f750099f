package dev.selfsame.compare.experiment;

import dev.selfsame.build.RecipeBuilds;
import dev.selfsame.compare.CrateVersions;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.Recipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which settings the bytes of a build and of b show to differ, and which values b may have had. The
 * causes are those that {@code compare} names; here each is turned into what Cargo or rustc takes.
 */
final class SuspectedChanges {
  /** Debug information that differs by less than one part in so many follows from the rest. */
  private static final long DEBUG_SHARE = 20;

  /** In the order in which they are changed. */
  private static final List<String> ORDER =
      List.of(
          "format",
          "machine",
          "rustc",
          "distribution",
          "strip",
          "paths",
          "debug",
          "panic",
          "optimise",
          "lto",
          "codegen-units",
          "overflow-checks",
          "debug-assertions",
          "mangling",
          "frame-pointers",
          "linking",
          "pie",
          "relro",
          "linker",
          "crates");

  private final RecipeBuilds builds;
  private final Comparison toB;
  private final BinaryFacts now;
  private final BinaryFacts b;
  private final Recipe recipe;

  /**
   * @param toB the last build against b
   * @param recipe the last build's
   */
  SuspectedChanges(RecipeBuilds builds, Comparison toB, Recipe recipe) {
    this.builds = builds;
    this.toB = toB;
    this.now = toB.a();
    this.b = toB.b();
    this.recipe = recipe;
  }

  /** Whether this setting still seems to differ. */
  boolean names(String id) throws InterruptedException {
    return suspect(id, named().contains(id)).isPresent();
  }

  private Set<String> named() {
    return toB.causes().stream().map(Cause::id).collect(Collectors.toSet());
  }

  /** The first suspect that is not among those. */
  Optional<Suspect> next(Set<String> tried) throws InterruptedException {
    Set<String> named = named();
    for (String id : ORDER) {
      if (!tried.contains(id)) {
        Optional<Suspect> suspect = suspect(id, named.contains(id));
        if (suspect.isPresent()) {
          return suspect.map(found -> new Suspect(id, found.candidates(), found.why()));
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Suspect> suspect(String id, boolean named) throws InterruptedException {
    return switch (id) {
      case "strip" -> differs("strip") ? Optional.of(strip()) : Optional.empty();
      case "debug" -> debug();
      case "paths" -> paths(named);
      case "mangling" -> named ? mangling() : Optional.empty();
      default -> named ? Optional.of(setting(id)) : Optional.empty();
    };
  }

  private Suspect setting(String id) throws InterruptedException {
    return switch (id) {
      case "rustc", "distribution" -> pin(id);
      case "panic" -> profile("panic", value("panic"));
      case "optimise" -> optimise();
      case "lto" -> lto();
      case "codegen-units" -> codegenUnits();
      case "overflow-checks", "debug-assertions" ->
          profile(id, value(id).startsWith("on") ? "true" : "false");
      case "frame-pointers" -> framePointers();
      case "relro" -> relro();
      case "linker" -> linker();
      case "linking" -> linking();
      case "pie" -> pie();
      case "crates" -> OtherCrates.suspected(builds, CrateVersions.between(now, b));
      default -> Suspect.none(id, "a pinned root builds for its own target alone");
    };
  }

  private String value(String fact) {
    return b.fact(fact).value();
  }

  private boolean differs(String fact) {
    return known(now, fact) && known(b, fact) && !now.fact(fact).value().equals(value(fact));
  }

  private static boolean known(BinaryFacts facts, String fact) {
    return !facts.fact(fact).value().equals("unknown");
  }

  private Suspect strip() {
    return switch (value("strip")) {
      case "full" -> profile("strip", "none");
      case "debug-stripped" -> profile("strip", "debuginfo");
      default -> profile("strip", "symbols");
    };
  }

  /** Only where both have debug information, and one has clearly more. */
  private Optional<Suspect> debug() {
    long here = now.categories().getOrDefault(Category.DEBUG, 0L);
    long there = b.categories().getOrDefault(Category.DEBUG, 0L);
    if (here == 0 || there == 0 || Math.abs(there - here) * DEBUG_SHARE < Math.max(here, there)) {
      return Optional.empty();
    }
    return Optional.of(
        there > here
            ? profile("debug", "2", "1", "line-tables-only")
            : profile("debug", "0", "line-tables-only", "1"));
  }

  private Optional<Suspect> paths(boolean named) {
    Optional<Change> change = Paths.towards(now, b, recipe);
    if (change.isPresent()) {
      return Optional.of(Suspect.of(Flags.PATHS, List.of(change.get())));
    }
    return named
        ? Optional.of(Suspect.none(Flags.PATHS, "B does not say where its crates stood"))
        : Optional.empty();
  }

  private Suspect optimise() {
    return switch (value("optimise").split(" ", 2)[0]) {
      case "size" -> profile("opt-level", "s", "z");
      case "not" -> profile("opt-level", "0");
      default -> profile("opt-level", "3", "2", "1");
    };
  }

  private Suspect lto() {
    return switch (value("lto")) {
      case "fat" -> profile("lto", "fat");
      case "off" -> profile("lto", "off");
      default -> profile("lto", "false", "thin");
    };
  }

  /** Sixteen written out gives other bytes than sixteen by default. */
  private Suspect codegenUnits() {
    String units = value("codegen-units");
    if (!units.matches("[1-9][0-9]{0,3}")) {
      return Suspect.none("codegen-units", "B's number is not known exactly: " + units);
    }
    boolean set = recipe.profileOverrides().containsKey("codegen-units");
    return set && units.equals("16")
        ? profile("codegen-units", null, "16")
        : profile("codegen-units", units);
  }

  private Optional<Suspect> mangling() {
    String here = scheme(now.fact("mangling").value());
    String there = scheme(value("mangling"));
    if (here.equals(there)) {
      return Optional.empty();
    }
    boolean set = !Flags.of(recipe.rustflags(), "mangling").isEmpty();
    if (!there.equals("legacy") && !here.equals("v0")) {
      return Optional.of(flags("mangling", List.of(List.of("-Csymbol-mangling-version=v0"))));
    }
    return Optional.of(
        set
            ? flags("mangling", List.of(List.of()))
            : Suspect.none("mangling", "a stable rustc does not take the legacy scheme as a flag"));
  }

  private Suspect framePointers() {
    if (value("frame-pointers").contains("most")) {
      return flags("frame-pointers", List.of(List.of("-Cforce-frame-pointers=yes")));
    }
    boolean set = !Flags.of(recipe.rustflags(), "frame-pointers").isEmpty();
    return flags("frame-pointers", List.of(set ? List.of() : List.of("-Cforce-frame-pointers=no")));
  }

  private static String scheme(String mangling) {
    return mangling.split(":", 2)[0];
  }

  private Suspect relro() {
    return switch (value("relro")) {
      case "none" ->
          flags(
              "relro", List.of(List.of("-Crelro-level=off"), List.of("-Clink-arg=-Wl,-z,norelro")));
      default -> flags("relro", List.of(List.of("-Crelro-level=" + value("relro"))));
    };
  }

  /**
   * Cargo gives these flags to procedural macros too, which then do not load: where the project has
   * one, the build fails and that is told. Added to the features of the target that are set.
   */
  private Suspect linking() {
    String to =
        "-Ctarget-feature=%scrt-static".formatted(value("linking").equals("static") ? "+" : "-");
    return Suspect.of(
        "linking",
        List.of(
            new Change(
                "linking",
                now.fact("linking").value(),
                "%s (%s)".formatted(value("linking"), to),
                other -> {
                  List<String> flags = new ArrayList<>(other.rustflags());
                  flags.add(to);
                  return other.withRustflags(flags);
                })));
  }

  private Suspect pie() {
    String model = value("pie").equals("no") ? "static" : "pie";
    return flags("pie", List.of(List.of("-Crelocation-model=" + model)));
  }

  private Suspect linker() throws InterruptedException {
    String named = value("linker");
    String kind =
        named.contains("LLD")
            ? "lld"
            : named.contains("mold") ? "mold" : named.contains("gold") ? "gold" : "bfd";
    return builds.has(recipe, "ld." + kind)
        ? flags("linker", List.of(List.of("-Clink-arg=-fuse-ld=" + kind)))
        : Suspect.none("linker", "pin %s has no ld.%s".formatted(recipe.pin(), kind));
  }

  /** A pin of the same platform with b's rustc. */
  private Suspect pin(String id) {
    String[] words = value("rustc").split("[ ()]+", 3);
    List<Change> candidates = new ArrayList<>();
    for (var pin : builds.pins(recipe)) {
      String commit = pin.rustcCommit();
      boolean fits =
          words[0].equals(pin.rustcVersion())
              && (commit == null || words.length < 2 || commit.startsWith(words[1]));
      if (fits && !pin.id().equals(recipe.pin())) {
        candidates.add(
            new Change("pin", recipe.pin(), pin.id(), other -> builds.within(other, pin)));
      }
    }
    return candidates.isEmpty()
        ? Suspect.none(id, "no pin has rustc %s: selfsame pins lock".formatted(words[0]))
        : Suspect.of(id, candidates);
  }

  private Suspect profile(String key, @Nullable String... values) {
    String from = recipe.profileOverrides().get(key);
    List<Change> candidates = new ArrayList<>();
    for (@Nullable String to : values) {
      String shown = to == null ? Change.UNSET : to;
      candidates.add(
          new Change(
              key,
              from == null ? Change.UNSET : from,
              shown,
              other -> RecordedChanges.set(other, key, to)));
    }
    return Suspect.of(key, candidates);
  }

  private Suspect flags(String setting, List<List<String>> values) {
    String from = Flags.words(recipe.rustflags(), setting);
    List<Change> candidates =
        values.stream()
            .map(to ->
                new Change(
                    setting,
                    from,
                    to.isEmpty() ? Change.UNSET : String.join(" ", to),
                    other -> other.withRustflags(Flags.replaced(other.rustflags(), setting, to))))
            .toList();
    return Suspect.of(setting, candidates);
  }
}
