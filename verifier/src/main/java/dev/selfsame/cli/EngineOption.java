package dev.selfsame.cli;

import dev.selfsame.build.Engine;
import dev.selfsame.build.EngineChoice;
import dev.selfsame.build.sandbox.BwrapEngine;
import dev.selfsame.build.sandbox.HostPrograms;
import dev.selfsame.build.sandbox.UnshareEngine;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** {@code --engine}, of every command that builds. */
final class EngineOption {
  @Option(
      names = "--engine",
      paramLabel = "NAME",
      description = "bwrap, unshare, docker, podman, or auto: the first that works.")
  private String name = EngineChoice.AUTO;

  /** The engine asked for, tried and working. */
  Engine choose(Surroundings surroundings) {
    return new EngineChoice(engines(surroundings), surroundings.console().progress()).choose(name);
  }

  private static List<Engine> engines(Surroundings surroundings) {
    HostPrograms programs =
        HostPrograms.onPath(surroundings.environment().getOrDefault("PATH", ""));
    Path spool = surroundings.folders().cache().resolve("work");
    return List.of(new BwrapEngine(programs, spool), new UnshareEngine(programs, spool));
  }
}
