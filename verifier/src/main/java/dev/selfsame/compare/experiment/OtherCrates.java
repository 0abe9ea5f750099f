package dev.selfsame.compare.experiment;

import dev.selfsame.build.RecipeBuilds;
import dev.selfsame.build.crates.CargoLock;
import dev.selfsame.compare.CrateVersions;
import dev.selfsame.evidence.BuildRecord.Crate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Cargo.lock with b's releases of crates, and nothing else changed: what {@code cargo update
 * --precise} does where a release needs no other crates than the one before it. Where it needs
 * others, Cargo refuses the lock, and that is told.
 */
final class OtherCrates {
  private OtherCrates() {}

  /**
   * The step to the releases that b's record names. Crates of which either side has none or several
   * are left as they are.
   */
  static Optional<Change> recorded(CargoLock lock, List<Crate> ofB) {
    List<Crate> from = new ArrayList<>();
    List<Crate> to = new ArrayList<>();
    for (Crate other : ofB) {
      boolean alone = ofB.stream().filter(one -> one.name().equals(other.name())).count() == 1;
      Optional<Crate> here =
          lock.only(other.name()).filter(crate -> !crate.version().equals(other.version()));
      if (alone && here.isPresent()) {
        from.add(here.get());
        to.add(other);
      }
    }
    return to.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Change(
                Proof.CRATES,
                names(from),
                names(to),
                recipe -> recipe,
                now -> now.of(now.builds().with(now.builds().lock().with(to)))));
  }

  /**
   * The step to the releases that b's bytes name, with their checksums as the registry's index has
   * them: no Cargo.lock vouches for these. Only where b's bytes are met do they prove anything.
   */
  static Suspect suspected(RecipeBuilds builds, List<CrateVersions.Other> others) {
    List<CrateVersions.Other> known =
        others.stream()
            .filter(other -> other.inA().size() == 1 && other.inB().size() == 1)
            .filter(other -> builds.lock().only(other.name()).isPresent())
            .toList();
    if (known.isEmpty()) {
      return Suspect.none(
          Proof.CRATES, "which release of which crate is another cannot be told from B's bytes");
    }
    return Suspect.of(
        Proof.CRATES,
        List.of(
            new Change(
                Proof.CRATES,
                names(known, true),
                names(known, false),
                recipe -> recipe,
                now -> {
                  List<Crate> published = new ArrayList<>();
                  for (CrateVersions.Other other : known) {
                    published.add(now.builds().published(other.name(), other.inB().getFirst()));
                  }
                  return now.of(now.builds().with(now.builds().lock().with(published)));
                })));
  }

  private static String names(List<Crate> crates) {
    return crates.stream()
        .map(crate -> crate.name() + " " + crate.version())
        .collect(Collectors.joining(", "));
  }

  private static String names(List<CrateVersions.Other> others, boolean here) {
    return others.stream()
        .map(other -> other.name() + " " + (here ? other.inA() : other.inB()).getFirst())
        .collect(Collectors.joining(", "));
  }
}
