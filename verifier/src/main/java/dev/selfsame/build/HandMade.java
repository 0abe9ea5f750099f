package dev.selfsame.build;

import static java.util.Objects.requireNonNull;

import dev.selfsame.outcome.Progress;
import dev.selfsame.source.Order;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A build as a person makes it by hand: in a folder of the home, with flags of its own, nothing
 * remapped, once.
 *
 * @param folder the project
 * @param out folder for the binaries and {@code logs/}
 * @param place where the project stands within the root, such as {@code /home/dev/agent}
 * @param profileOverrides profile keys instead of the project's, such as {@code strip = none}
 * @param rustflags instead of the project's
 */
public record HandMade(
    Path folder,
    Path out,
    String place,
    Map<String, String> profileOverrides,
    List<String> rustflags) {
  private static final String LABEL = "hand-made";

  public HandMade {
    requireNonNull(folder);
    requireNonNull(out);
    requireNonNull(place);
    profileOverrides = Collections.unmodifiableMap(new TreeMap<>(profileOverrides));
    rustflags = List.copyOf(rustflags);
  }

  /**
   * What it gave.
   *
   * @param out the folder with the binaries and {@code logs/hand-made.log}
   * @param binaries their names, sorted
   * @param seconds wall time of the build
   */
  public record Result(Path out, List<String> binaries, double seconds) {
    public Result {
      requireNonNull(out);
      binaries = List.copyOf(binaries);
    }

    /** A binary. */
    public Path binary(String name) {
      return out.resolve(name);
    }
  }

  /**
   * All that it needs is there.
   *
   * @param crates how many crates it compiles, for the progress
   */
  record Ready(
      HandMade request,
      BuildStage stage,
      Prepared prepared,
      OutputFolder output,
      Progress progress,
      int crates) {
    /** With half of the memory and disk, for a build beside another. */
    Ready halved() {
      return new Ready(request, stage.halved(), prepared, output, progress, crates);
    }

    Result run() throws InterruptedException {
      String place = request.place();
      String home = place.substring(0, Math.max(1, place.lastIndexOf('/')));
      Layout layout = new Layout(place, place + "/target", home + "/.cargo", home + "/.home");
      CargoCall cargo = new CargoCall(Recipes.byHand(prepared.recipe(), request), prepared.tools());
      Map<String, String> environment = cargo.plain(layout, request.rustflags());
      environment.put("USER", "dev");
      BuildStage.Job job =
          new BuildStage.Job(
              LABEL,
              "build by hand",
              cargo.build(0),
              environment,
              layout,
              new Sandbox.Identity(1000, "dev-machine", 0022, 0, false),
              Order.FORWARD);
      Compiled compiled;
      try (Progress.Step step = progress.begin(job.title(), crates, Progress.Unit.ITEMS)) {
        List<String> names = prepared.recipe().binaries();
        compiled = stage.compile(job, names, cargo.profileFolder(), step);
      }
      return switch (compiled) {
        case Compiled.Failed failed -> throw failed.why();
        case Compiled.Built built -> keep(built);
      };
    }

    private Result keep(Compiled.Built built) {
      output.replace(folder -> {
        Path logs = Files.createDirectories(folder.resolve("logs"));
        Files.copy(built.log(), logs.resolve(LABEL + ".log"));
        for (Map.Entry<String, Path> binary : built.binaries().entrySet()) {
          Files.copy(binary.getValue(), folder.resolve(binary.getKey()));
        }
      });
      double seconds = Math.round(built.wall().toMillis() / 10.0) / 100.0;
      return new Result(request.out(), List.copyOf(built.binaries().keySet()), seconds);
    }
  }
}
