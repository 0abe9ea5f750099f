package dev.selfsame.build;

import dev.selfsame.build.docker.DockerEngine;
import dev.selfsame.build.sandbox.BwrapEngine;
import dev.selfsame.build.sandbox.HostPrograms;
import dev.selfsame.build.sandbox.UnshareEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** A JVM of its own for what a test cannot do in its own: be another user, or be killed. */
public final class ChildMain {
  private ChildMain() {}

  /** Arguments: engine, folder, what to do. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[1]);
    Engine engine = engine(arguments[0], folder.resolve("spool"));
    Bench bench = new Bench(folder);
    switch (arguments[2]) {
      case "world" -> System.out.print(bench.shell(engine, World.PROBE));
      case "build" -> System.out.print(SmallCrate.build(engine, folder));
      case "bomb" -> System.out.print(bench.run(engine, bench.bomb(), bench.processes(60)));
      case "hang" -> System.out.print(bench.run(engine, "sleep " + arguments[3], bench.limits()));
      default -> throw new IllegalArgumentException(arguments[2]);
    }
    System.out.flush();
    if (!bench.alive().isEmpty() || !isEmpty(folder.resolve("spool"))) {
      System.out.println("something is left");
    }
  }

  private static boolean isEmpty(Path spool) throws IOException {
    if (!Files.exists(spool)) {
      return true;
    }
    try (Stream<Path> left = Files.list(spool)) {
      return left.findAny().isEmpty();
    }
  }

  static Engine engine(String name, Path spool) {
    HostPrograms programs = HostPrograms.onPath(System.getenv().getOrDefault("PATH", ""));
    return switch (name) {
      case "bwrap" -> new BwrapEngine(programs, spool);
      case "unshare" -> new UnshareEngine(programs, spool);
      case "docker" -> DockerEngine.docker(Map.of(), TestRoot::image);
      case "podman" -> DockerEngine.podman(Map.of(), TestRoot::image);
      default -> throw new IllegalArgumentException(name);
    };
  }
}
