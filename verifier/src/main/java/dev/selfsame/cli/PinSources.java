package dev.selfsame.cli;

import dev.selfsame.pins.PinCatalogue;
import dev.selfsame.pins.fetch.Mirrors;
import dev.selfsame.pins.root.RootCache;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Options of every command that reads pins or fetches what they name. */
final class PinSources {
  private static final Path APT = Path.of("/etc/apt");

  @Option(
      names = "--pin-file",
      paramLabel = "PATH",
      description = "Further pins: a file or a folder of them. Repeatable.")
  private List<Path> pinFiles = List.of();

  @Option(
      names = "--mirror",
      paramLabel = "[ARCHIVE=]URL",
      description =
          "Take packages or images from there first. ARCHIVE: debian, when left out,"
              + " debian-security, or an image's registry. Repeatable.")
  private List<String> mirrors = List.of();

  PinCatalogue catalogue() {
    return PinCatalogue.of(pinFiles);
  }

  Mirrors mirrors(Surroundings surroundings) {
    return Mirrors.of(mirrors, APT).through(surroundings.environment());
  }

  RootCache roots(Surroundings surroundings) {
    return new RootCache(
        surroundings.folders().cache(), mirrors(surroundings), surroundings.console().progress());
  }
}
