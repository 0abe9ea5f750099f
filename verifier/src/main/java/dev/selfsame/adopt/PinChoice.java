package dev.selfsame.adopt;

import dev.selfsame.outcome.Failure;
import dev.selfsame.pins.DebsRoot;
import dev.selfsame.pins.ImageRoot;
import dev.selfsame.pins.Pin;
import dev.selfsame.pins.PinCatalogue;
import dev.selfsame.pins.RootUse;
import dev.selfsame.source.cargo.RustVersion;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The pin that fits a project.
 *
 * @param why one line
 * @param others ids of further pins that fit
 */
record PinChoice(Pin pin, String why, List<String> others) {
  PinChoice {
    others = List.copyOf(others);
  }

  /**
   * What a project asks of its environment.
   *
   * @param stated the oldest rustc that it says it compiles with
   * @param floor the oldest rustc that can read it at all
   * @param exact the one rustc that rustup would take
   */
  record Wanted(Optional<Said> stated, Optional<Said> floor, Optional<Said> exact) {
    private boolean fit(RustVersion rustc) {
      return Stream.concat(stated.stream(), floor.stream())
          .allMatch(said -> rustc.compareTo(said.version()) >= 0);
    }

    /** The newer of the two bounds. */
    private Said highest() {
      return Stream.concat(stated.stream(), floor.stream())
          .max(Comparator.comparing(Said::version))
          .orElseThrow();
    }
  }

  /** A version and where it was read. */
  record Said(RustVersion version, String where) {}

  /**
   * Chooses among the pins that a build can run in.
   *
   * <p>Where the toolchain file names a version, that one. Else the nearest at or above what the
   * project says it compiles with, since that is what it is tested with; and where it says nothing,
   * the newest. Locked packages go before images: their root is the same without any daemon.
   *
   * @param platform {@code linux/amd64} or {@code linux/arm64}
   * @throws Failure (undecided) where none fits
   */
  static PinChoice of(PinCatalogue catalogue, String platform, Wanted wanted) {
    List<Pin> all =
        catalogue.entries().stream()
            .map(PinCatalogue.Entry::pin)
            .filter(pin -> pin.platform().equals(platform))
            .filter(PinChoice::buildsRust)
            .toList();
    List<Pin> fit = all.stream().filter(pin -> wanted.fit(version(pin))).toList();
    if (fit.isEmpty()) {
      throw none(all, platform, wanted);
    }
    Optional<Pin> exact =
        fit.stream()
            .filter(pin ->
                wanted.exact().filter(said -> said.version().matches(version(pin))).isPresent())
            .min(byRoot().thenComparing(Pin::id));
    if (exact.isPresent()) {
      return choice(exact.get(), fit, wanted.exact().orElseThrow().where() + " names its rustc");
    }
    Optional<Said> aim = wanted.stated().or(wanted::exact);
    if (aim.isEmpty()) {
      return choice(
          newest(fit),
          fit,
          "the newest rustc%s, since no rust-version is stated".formatted(among(newest(fit), fit)));
    }
    List<Pin> above =
        fit.stream().filter(pin -> version(pin).compareTo(aim.get().version()) >= 0).toList();
    if (above.isEmpty()) {
      return choice(newest(fit), fit, "the newest rustc that there is" + among(newest(fit), fit));
    }
    Pin nearest = first(above, byRoot().thenComparing(PinChoice::version));
    return choice(
        nearest,
        fit,
        "%s is %s, and this is the nearest at or above it%s"
            .formatted(aim.get().where(), aim.get().version(), among(nearest, above)));
  }

  /**
   * A pin that the user named.
   *
   * @throws Failure (usage) where no build of Rust can run in it
   */
  static PinChoice named(Pin pin) {
    if (!buildsRust(pin)) {
      throw Failure.usage(
          "no Rust builds in pin " + pin.id(), "selfsame pins list shows which have a rustc");
    }
    return new PinChoice(pin, "--pin names it", List.of());
  }

  RustVersion rustc() {
    return version(pin);
  }

  private static PinChoice choice(Pin pin, List<Pin> fit, String why) {
    return new PinChoice(
        pin, why, fit.stream().map(Pin::id).filter(id -> !id.equals(pin.id())).toList());
  }

  /** One with an image may have come nearer; those with locked packages go before. */
  private static String among(Pin chosen, List<Pin> pins) {
    boolean locked = chosen.root() instanceof DebsRoot;
    return locked && pins.stream().anyMatch(pin -> pin.root() instanceof ImageRoot)
        ? " with a root of locked packages, which needs no daemon"
        : "";
  }

  private static Pin newest(List<Pin> pins) {
    return first(pins, byRoot().thenComparing(Comparator.comparing(PinChoice::version).reversed()));
  }

  private static Pin first(List<Pin> pins, Comparator<Pin> order) {
    return pins.stream().min(order.thenComparing(Pin::id)).orElseThrow();
  }

  private static Comparator<Pin> byRoot() {
    return Comparator.comparing(pin ->
        switch (pin.root()) {
          case DebsRoot _ -> 0;
          case ImageRoot _ -> 1;
        });
  }

  private static boolean buildsRust(Pin pin) {
    boolean builds =
        switch (pin.root()) {
          case DebsRoot root -> root.use() == RootUse.BUILD;
          case ImageRoot _ -> true;
        };
    return builds
        && pin.rustcVersion() != null
        && RustVersion.parse(pin.rustcVersion()).isPresent();
  }

  private static RustVersion version(Pin pin) {
    return RustVersion.parse(String.valueOf(pin.rustcVersion())).orElseThrow();
  }

  private static Failure none(List<Pin> all, String platform, Wanted wanted) {
    String hint =
        "make one (selfsame pins lock --help) and name it with --pin-file, or force --pin ID";
    if (all.isEmpty()) {
      return Failure.undecided("no pin has a rustc for " + platform, hint);
    }
    Said said = wanted.highest();
    Pin newest =
        all.stream()
            .max(Comparator.comparing(PinChoice::version).thenComparing(Pin::id))
            .orElseThrow();
    return Failure.undecided(
        "%s is %s, and the newest pin has rustc %s (%s)"
            .formatted(said.where(), said.version(), version(newest), newest.id()),
        hint);
  }
}
