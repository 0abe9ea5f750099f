package dev.selfsame.build;

import dev.selfsame.build.docker.DockerEngine;
import dev.selfsame.build.sandbox.BwrapEngine;
import dev.selfsame.build.sandbox.HostPrograms;
import dev.selfsame.build.sandbox.UnshareEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
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
      case "limits" -> limits(engine, bench);
      case "hang" -> System.out.print(bench.run(engine, "sleep " + arguments[3], bench.limits()));
      default -> throw new IllegalArgumentException(arguments[2]);
    }
    System.out.flush();
    if (!bench.alive().isEmpty() || !isEmpty(folder.resolve("spool"))) {
      System.out.println("something is left");
    }
  }

  /** How commands ended that went over a limit each, and one that was interrupted: a line each. */
  private static void limits(Engine engine, Bench bench) throws Exception {
    System.out.println(bench.run(engine, bench.hog(), bench.memory(200L << 20)));
    System.out.println(bench.run(engine, bench.filler("/build"), bench.disk(50L << 20)));
    System.out.println(bench.run(engine, "yes", bench.log(100_000)));
    System.out.println("log of " + Files.size(bench.logFile()));
    System.out.println(bench.run(engine, bench.marked() + " & sleep 1000", bench.wall(2)));
    System.out.println(interrupted(engine, bench));
  }

  private static String interrupted(Engine engine, Bench bench) throws Exception {
    Thread work = Thread.currentThread();
    CountDownLatch ended = new CountDownLatch(1);
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            bench.awaitAlive(ended);
            work.interrupt();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
    try {
      return "not interrupted: " + bench.run(engine, "echo up; " + bench.marked(), bench.limits());
    } catch (InterruptedException e) {
      return "interrupted";
    } finally {
      ended.countDown();
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
