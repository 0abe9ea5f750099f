package dev.selfsame.cli;

import dev.selfsame.build.Engine;
import dev.selfsame.build.EngineChoice;
import dev.selfsame.build.docker.DockerEngine;
import dev.selfsame.build.sandbox.BwrapEngine;
import dev.selfsame.build.sandbox.HostPrograms;
import dev.selfsame.build.sandbox.UnshareEngine;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.pins.PinCatalogue;
import dev.selfsame.pins.root.RootCache;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** {@code --engine}, of every command that builds. */
final class EngineOption {
  @Option(
      names = "--engine",
      paramLabel = "NAME",
      description = "bwrap, unshare, docker, podman, or auto: the first that works.")
  private String name = EngineChoice.AUTO;

  /** The engine asked for, tried and working. */
  Engine choose(Surroundings surroundings, PinSources sources) {
    return new EngineChoice(engines(surroundings, sources), surroundings.console().progress())
        .choose(name);
  }

  /** Every engine, in the order in which {@code auto} tries them. */
  static List<Engine> engines(Surroundings surroundings, PinSources sources) {
    Map<String, String> environment = surroundings.environment();
    HostPrograms programs = HostPrograms.onPath(environment.getOrDefault("PATH", ""));
    Path spool = surroundings.folders().cache().resolve("work");
    Function<Digest, Path> images = diffId -> image(surroundings, sources, diffId);
    return List.of(
        new BwrapEngine(programs, spool),
        new UnshareEngine(programs, spool),
        DockerEngine.docker(environment, images),
        DockerEngine.podman(environment, images));
  }

  /** A daemon takes the root as an image; the cache makes it of the root with this DiffID. */
  private static Path image(Surroundings surroundings, PinSources sources, Digest diffId) {
    RootCache roots = sources.roots(surroundings);
    return sources.catalogue().entries().stream()
        .map(PinCatalogue.Entry::pin)
        .filter(pin -> roots.find(pin).filter(root -> root.diffId().equals(diffId)).isPresent())
        .findFirst()
        .map(pin -> roots.image(pin).file())
        .orElseThrow(() ->
            Failure.undecided(
                "no pin has the root " + diffId, "fetch it: selfsame pins fetch ID --image"));
  }
}
