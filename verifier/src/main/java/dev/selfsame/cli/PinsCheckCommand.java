package dev.selfsame.cli;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.pins.DebsRoot;
import dev.selfsame.pins.ImageRoot;
import dev.selfsame.pins.Pin;
import dev.selfsame.pins.PinCatalogue;
import dev.selfsame.pins.fetch.CachedBlobs;
import dev.selfsame.pins.lock.Keyring;
import dev.selfsame.pins.lock.Locker;
import dev.selfsame.pins.root.CacheCheck;
import dev.selfsame.pins.root.RootCache;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pins check}: whether pin files are well-formed and the cache is what they say. */
@Command(
    name = "check",
    description = "Checks pin files, and hashes again what the cache has of them.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame pins check",
      "  selfsame pins check trixie-rust-1.85.1 --repair",
      "  selfsame pins check --newer",
      "",
      "Exit codes:",
      "  0  every pin file is well-formed and nothing in the cache is damaged",
      "  1  something in the cache is damaged",
      "  2  no such pin, a malformed pin file, or wrong usage",
      "  3  the cache cannot be read; --newer: no mirror could be reached",
      "  4  --newer: a release's signature does not hold",
    })
final class PinsCheckCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private PinSources sources = new PinSources();

  @Parameters(arity = "0..*", paramLabel = "ID", description = "The pins' ids; all when left out.")
  private List<String> ids = List.of();

  @Option(names = "--repair", description = "Remove what is damaged, so that it is fetched anew.")
  private boolean repair;

  @Option(names = "--newer", description = "Ask the mirrors whether a suite has a newer release.")
  private boolean newer;

  @Option(
      names = "--keyring",
      paramLabel = "FILE",
      description = "The archive's keys, for --newer. Default: ${DEFAULT-VALUE}")
  private Path keyring = Keyring.DEBIAN;

  PinsCheckCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    PinCatalogue catalogue = sources.catalogue();
    List<Pin> pins =
        ids.isEmpty()
            ? catalogue.entries().stream().map(PinCatalogue.Entry::pin).toList()
            : ids.stream().map(catalogue::find).toList();
    RootCache roots = sources.roots(surroundings);
    boolean damaged = false;
    for (Pin pin : pins) {
      CacheCheck check = roots.check(pin, repair);
      damaged |= !check.damage().isEmpty();
      surroundings.console().line(pin.id() + ": " + words(check));
      check.damage().forEach(this::tellDamaged);
      if (newer && pin.root() instanceof DebsRoot debs) {
        tellNewer(debs);
      }
    }
    if (ids.isEmpty() || pins.stream().anyMatch(pin -> pin.root() instanceof ImageRoot)) {
      damaged |= !soundOthers(pins);
    }
    return damaged ? ExitCode.NO.status() : ExitCode.YES.status();
  }

  /** Layers of images, and indices: no pin says which are its own. */
  private boolean soundOthers(List<Pin> pins) {
    Set<Digest> looked = new HashSet<>();
    for (Pin pin : pins) {
      if (pin.root() instanceof DebsRoot debs) {
        debs.debs().forEach(deb -> looked.add(deb.sha256()));
      }
    }
    CachedBlobs.Check check = new CachedBlobs(surroundings.folders().cache()).check(looked, repair);
    if (check.count() > 0) {
      surroundings
          .console()
          .line(
              "other downloads: %d cached, %s"
                  .formatted(check.count(), check.damaged().isEmpty() ? "sound" : "DAMAGED"));
    }
    check.damaged().forEach(blob -> tellDamaged(blob.toString()));
    return check.damaged().isEmpty();
  }

  private void tellDamaged(String what) {
    surroundings.console().line("  damaged" + (repair ? " (removed)" : "") + ": " + what);
  }

  private void tellNewer(DebsRoot debs) {
    Locker locker =
        new Locker(
            surroundings.folders().cache(),
            sources.mirrors(surroundings),
            keyring,
            surroundings.clock(),
            surroundings.console().progress());
    for (DebsRoot.Release release : debs.releases()) {
      boolean same = locker.currentRelease(release).equals(release.inRelease());
      surroundings
          .console()
          .line(
              "  %s: %s"
                  .formatted(release.suite(), same ? "the newest release" : "has a newer release"));
    }
  }

  private static String words(CacheCheck check) {
    String packages =
        check.packages() == 0
            ? ""
            : "%d of %d packages cached, ".formatted(check.packagesPresent(), check.packages());
    String root = check.rootPresent() ? "root cached" : "no root cached";
    return packages + root + (check.damage().isEmpty() ? ", sound" : ", DAMAGED");
  }
}
