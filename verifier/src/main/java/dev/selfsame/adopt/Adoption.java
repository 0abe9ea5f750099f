package dev.selfsame.adopt;

import dev.selfsame.adopt.PinChoice.Said;
import dev.selfsame.adopt.PinChoice.Wanted;
import dev.selfsame.outcome.Failure;
import dev.selfsame.pins.DebsRoot;
import dev.selfsame.pins.Pin;
import dev.selfsame.pins.PinCatalogue;
import dev.selfsame.pins.RootUse;
import dev.selfsame.source.GitState;
import dev.selfsame.source.cargo.CargoPackage;
import dev.selfsame.source.cargo.CargoProject;
import dev.selfsame.source.cargo.LockedCrates;
import dev.selfsame.source.cargo.RustVersion;
import dev.selfsame.source.cargo.ToolchainFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes the first {@code selfsame.toml} of a project. */
public final class Adoption {
  private static final int LONGEST_NAME = 64;

  private final CargoProject project;
  private final PinCatalogue catalogue;
  private final Wish wish;
  private final List<Finding> findings = new ArrayList<>();

  private Adoption(CargoProject project, PinCatalogue catalogue, Wish wish) {
    this.project = project;
    this.catalogue = catalogue;
    this.wish = wish;
  }

  /**
   * Decides what can be decided.
   *
   * @param git how far git has the project's folder
   * @throws Failure (usage) where it has no binary, or several packages with some and none is
   *     named; (undecided) where no pin fits
   */
  public static Draft draft(CargoProject project, GitState git, PinCatalogue catalogue, Wish wish) {
    return new Adoption(project, catalogue, wish).draft(git);
  }

  private Draft draft(GitState git) {
    Chosen chosen = Chosen.of(project, wish.cargoPackage());
    CargoPackage one = chosen.cargoPackage();
    findings.addAll(Obstacles.of(project, one.name(), git, wish.platform()));
    findings.addAll(chosen.findings());
    PinChoice pin = pin(one);
    NativeNeeds.Found needs = NativeNeeds.of(one, project.lock(), pin.pin());
    findings.addAll(needs.findings());
    CarriedFlags flags = CarriedFlags.of(project.settings(), wish.platform());
    findings.addAll(flags.findings());
    Map<String, String> profile = profile();
    Optional<Draft.Image> image = image(chosen, needs.linked());
    findings.sort(Comparator.comparing(Finding::kind));
    return new Draft(
        name(one),
        pin.pin().id(),
        pin.why(),
        pin.others(),
        one,
        chosen.binaries(),
        chosen.features(),
        flags.flags(),
        profile,
        project.release(),
        image,
        base(),
        findings);
  }

  private PinChoice pin(CargoPackage one) {
    Wanted wanted = wanted(one);
    PinChoice choice =
        wish.pin()
            .map(PinChoice::named)
            .orElseGet(() -> PinChoice.of(catalogue, wish.platform(), wanted));
    RustVersion rustc = choice.rustc();
    Stream.concat(wanted.stated().stream(), wanted.floor().stream())
        .filter(said -> rustc.compareTo(said.version()) < 0)
        .forEach(said ->
            findings.add(
                Finding.obstacle(
                    "%s is %s, and pin %s has rustc %s"
                        .formatted(said.where(), said.version(), choice.pin().id(), rustc))));
    wanted
        .exact()
        .filter(said -> !said.version().matches(rustc))
        .ifPresent(said ->
            findings.add(
                Finding.open(
                    "whether rustc %s will do, since no pin has the %s of %s"
                        .formatted(rustc, said.version(), said.where()))));
    if (wanted.stated().isEmpty()) {
      findings.add(
          Finding.note(
              "no rust-version is stated: the build tells whether rustc %s will do"
                  .formatted(rustc)));
    }
    return choice;
  }

  private Wanted wanted(CargoPackage one) {
    Optional<Said> stated =
        one.rustVersion().map(version -> new Said(version, "rust-version of " + one.name()));
    Stream<Said> floors =
        Stream.of(
                edition(one),
                project
                    .lock()
                    .map(LockedCrates::version)
                    .filter(version -> version == 4)
                    .map(_ -> new Said(new RustVersion(1, 78, -1), "Cargo.lock's version 4")))
            .flatMap(Optional::stream);
    return new Wanted(stated, floors.max(Comparator.comparing(Said::version)), exact());
  }

  private static Optional<Said> edition(CargoPackage one) {
    Optional<RustVersion> first =
        switch (one.edition()) {
          case "2015" -> Optional.empty();
          case "2018" -> Optional.of(new RustVersion(1, 31, -1));
          case "2021" -> Optional.of(new RustVersion(1, 56, -1));
          case "2024" -> Optional.of(new RustVersion(1, 85, -1));
          default ->
              throw Failure.usage(
                  "an edition that this version does not know: " + one.edition(),
                  "name a pin with --pin, and a known edition in Cargo.toml");
        };
    return first.map(version -> new Said(version, "the first rustc of edition " + one.edition()));
  }

  private Optional<Said> exact() {
    if (project.toolchain().isEmpty()) {
      return Optional.empty();
    }
    ToolchainFile file = project.toolchain().get();
    if (!file.targets().isEmpty()) {
      findings.add(
          Finding.open(
              "whether the targets of %s matter (%s): the pin's own target alone is built"
                  .formatted(file.file(), String.join(", ", file.targets()))));
    }
    String channel = file.channel().orElse("stable");
    Optional<RustVersion> version = RustVersion.parse(channel);
    if (version.isEmpty() && !channel.startsWith("stable")) {
      findings.add(
          Finding.open(
              "%s asks for %s: pins have releases, and whether one will do the build tells"
                  .formatted(file.file(), channel)));
    }
    return version.map(exact -> new Said(exact, "the channel of " + file.file()));
  }

  /** What strips the binary, unless the project has its own mind about that. */
  private Map<String, String> profile() {
    if (project.release().containsKey("strip")) {
      return Map.of();
    }
    String debug = project.release().getOrDefault("debug", "false");
    if (!List.of("false", "0", "none").contains(debug)) {
      findings.add(
          Finding.open(
              "whether debug information (debug = %s) is to be in the binary".formatted(debug)));
      return Map.of();
    }
    return Map.of("strip", "symbols");
  }

  private Optional<Draft.Image> image(Chosen chosen, List<String> linked) {
    if (!wish.image()) {
      return Optional.empty();
    }
    Optional<String> base = base();
    if (base.isEmpty()) {
      throw Failure.undecided(
          "no pin is a base of images for " + wish.platform(),
          "make one (selfsame pins lock --use runtime), or leave --image out");
    }
    if (!linked.isEmpty()) {
      findings.add(
          Finding.open(
              "whether the image has what the binary links (selfsame inspect shows it): %s"
                  .formatted(String.join(", ", linked))));
    }
    String usual = chosen.cargoPackage().defaultRun().orElse(chosen.binaries().getFirst());
    String binary = chosen.binaries().contains(usual) ? usual : chosen.binaries().getFirst();
    return Optional.of(new Draft.Image(base.get(), binary));
  }

  /** What an image can be made on for the platform. */
  private Optional<String> base() {
    return catalogue.entries().stream()
        .map(PinCatalogue.Entry::pin)
        .filter(pin -> pin.platform().equals(wish.platform()))
        .filter(pin -> pin.root() instanceof DebsRoot root && root.use() == RootUse.RUNTIME)
        .map(Pin::id)
        .findFirst();
  }

  /** A package's name in the form that registries take. */
  private String name(CargoPackage one) {
    return wish.name()
        .orElseGet(() -> {
          String name =
              one.name()
                  .toLowerCase(Locale.ROOT)
                  .replaceAll("[^a-z0-9]+", "-")
                  .replaceAll("^-+", "");
          String cut = name.substring(0, Math.min(name.length(), LONGEST_NAME));
          String clean = cut.replaceAll("-+$", "");
          return clean.isEmpty() ? "program" : clean;
        });
  }
}
