package dev.selfsame.adopt;

import dev.selfsame.pins.DebsRoot;
import dev.selfsame.pins.ImageRoot;
import dev.selfsame.pins.Pin;
import dev.selfsame.source.cargo.BuildScript;
import dev.selfsame.source.cargo.CargoPackage;
import dev.selfsame.source.cargo.LockedCrates;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which native libraries a package may need, and whether a pin's root has them. */
final class NativeNeeds {
  /**
   * What was found.
   *
   * @param linked libraries that may be linked dynamically
   */
  record Found(List<Finding> findings, List<String> linked) {
    Found {
      findings = List.copyOf(findings);
      linked = List.copyOf(linked);
    }
  }

  private final Pin pin;
  private final NativeCrates crates = NativeCrates.shipped();
  private final List<Finding> findings = new ArrayList<>();
  private final List<String> linked = new ArrayList<>();

  private NativeNeeds(Pin pin) {
    this.pin = pin;
  }

  /** What is to be said of a package that is to be built in a pin's root. */
  static Found of(CargoPackage wanted, Optional<LockedCrates> lock, Pin pin) {
    NativeNeeds needs = new NativeNeeds(pin);
    lock.ifPresent(found -> needs.locked(wanted, found));
    wanted
        .links()
        .ifPresent(library ->
            needs.findings.add(
                Finding.open(
                    "the package links %s itself: whether the pin has it".formatted(library))));
    wanted.buildScript().ifPresent(needs::script);
    return new Found(needs.findings, needs.linked);
  }

  private void locked(CargoPackage wanted, LockedCrates lock) {
    List<String> unknown = new ArrayList<>();
    for (LockedCrates.Locked crate : lock.reached(wanted.name())) {
      crates.find(crate.name()).ifPresent(known -> known(known, crate));
      if (crates.isUnknown(crate.name())) {
        unknown.add(crate.name());
      }
    }
    if (!unknown.isEmpty()) {
      findings.add(
          Finding.open(
              "what native library these need, if any, cannot be told from their names: %s"
                  .formatted(String.join(", ", unknown))));
    }
  }

  private void known(NativeCrate known, LockedCrates.Locked crate) {
    Held held = held(known.debian());
    if (known.way() != NativeCrate.Way.OWN && known.way() != NativeCrate.Way.PROGRAM) {
      linked.add(known.library());
    }
    switch (known.way()) {
      case OWN -> own(known, held);
      case EITHER ->
          findings.add(
              Finding.note(
                  "%s takes %s from the pin where it is there (%s), else compiles its own source"
                      .formatted(known.name(), known.library(), held.words())));
      case CHOICE -> choice(known, crate, held);
      case SYSTEM -> needed(known, "links", held);
      case PROGRAM -> needed(known, "may need", held);
    }
  }

  private void own(NativeCrate known, Held held) {
    if (held.lacks()) {
      findings.add(
          Finding.open(
              "%s compiles %s, which may need what the pin has not: %s"
                  .formatted(known.name(), known.library(), held.words())));
    } else {
      findings.add(
          Finding.note(
              "%s compiles %s from its own source".formatted(known.name(), known.library())));
    }
  }

  private void choice(NativeCrate known, LockedCrates.Locked crate, Held held) {
    boolean source =
        known.source().isPresent()
            && crate.dependencies().stream()
                .anyMatch(text -> text.split(" ", -1)[0].equals(known.source().get()));
    if (source) {
      findings.add(
          Finding.open(
              "whether %s compiles %s itself (its lock names %s) or links the system's: %s"
                  .formatted(known.name(), known.library(), known.source().get(), held.words())));
    } else {
      needed(known, "links", held);
    }
  }

  private void needed(NativeCrate known, String does, Held held) {
    String text = "%s %s %s: %s".formatted(known.name(), does, known.library(), held.words());
    findings.add(held.lacks() ? Finding.open(text) : Finding.note(text));
  }

  /** Which of some packages a root has. */
  private record Held(boolean lacks, String words) {}

  private Held held(List<String> debian) {
    if (debian.isEmpty()) {
      return new Held(false, "nothing more is needed");
    }
    String names = String.join(", ", debian);
    return switch (pin.root()) {
      case ImageRoot _ ->
          new Held(true, "whether the image of pin %s has %s".formatted(pin.id(), names));
      case DebsRoot root -> {
        Set<String> there = new HashSet<>();
        root.debs().forEach(deb -> there.add(deb.name()));
        List<String> lacking = debian.stream().filter(name -> !there.contains(name)).toList();
        yield lacking.isEmpty()
            ? new Held(false, "the pin has " + names)
            : new Held(true, "pin %s lacks %s".formatted(pin.id(), String.join(", ", lacking)));
      }
    };
  }

  private void script(BuildScript script) {
    if (!script.libraries().isEmpty()) {
      findings.add(
          Finding.open(
              "whether the pin has what %s links: %s"
                  .formatted(script.path(), String.join(", ", script.libraries()))));
    }
    if (!script.programs().isEmpty()) {
      findings.add(
          Finding.open(
              "whether the pin has what %s starts: %s"
                  .formatted(script.path(), String.join(", ", script.programs()))));
    }
    if (script.readsClock()) {
      findings.add(
          Finding.open("%s reads the clock: two builds may then differ".formatted(script.path())));
    }
  }
}
