package dev.selfsame.cli;

import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BuildRecord;
import dev.selfsame.evidence.BuildRecord.EngineFacts;
import dev.selfsame.evidence.BuildRecord.EnvironmentPin;
import dev.selfsame.evidence.BuildRecord.Output;
import dev.selfsame.evidence.BuildRecord.Reproducibility;
import dev.selfsame.evidence.BuildRecord.Run;
import dev.selfsame.evidence.BuildRecord.RunKind;
import dev.selfsame.evidence.BuildRecord.Toolchain;
import dev.selfsame.evidence.Recipe;
import dev.selfsame.evidence.Source;
import dev.selfsame.files.UserFolders;
import dev.selfsame.outcome.Progress;
import dev.selfsame.promote.Promoter;
import dev.selfsame.store.ArtifactName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGeneratorFactory;

/**
 * The runs from which the launcher's AOT caches are made. The first makes a registry of its own in
 * a folder; of the others, which alone are watched, one has a verification and a help page over it,
 * one inspects and compares, and one serves. Every class in a cache costs each later start that
 * uses it, so those that only write a registry stay out of the first two.
 */
public final class Training {
  private static final int BINARY_BYTES = 1 << 20;
  private static final String PIN = "training";

  private Training() {}

  /**
   * {@code prepare FOLDER}, then {@code verify FOLDER}, {@code compare FOLDER} or {@code serve
   * FOLDER}; the folder exists and is empty before.
   *
   * @throws IllegalStateException where the promotion or the verification was no yes, or a server
   *     gave another answer than it has to
   */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[1]);
    switch (args[0]) {
      case "prepare" -> prepare(folder);
      case "verify" -> verify(folder);
      case "compare" -> compare(folder);
      case "serve" -> ServeTraining.run(surroundings(folder), folder, PIN);
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  private static void prepare(Path folder) throws IOException {
    Path binary = folder.resolve("binary");
    byte[] bytes = new byte[BINARY_BYTES];
    RandomGeneratorFactory.of("SplittableRandom").create(1).nextBytes(bytes);
    Files.write(binary, bytes);
    DemoRegistry registry = DemoRegistry.create(folder, PIN, Clock.systemUTC(), Progress.SILENT);
    registry.submit(binary, record(Digest.sha256(bytes)), Optional.empty());
    Promoter.Result result = registry.promote(new ArtifactName(PIN), binary);
    if (!(result instanceof Promoter.Done)) {
      throw new IllegalStateException("the training binary was not promoted: " + result);
    }
  }

  /** Of what every JDK has: shared libraries of two sizes, and one file against itself. */
  private static void compare(Path folder) {
    Path libraries = Path.of(System.getProperty("java.home"), "lib");
    String one = libraries.resolve("libnet.so").toString();
    String other = libraries.resolve("libnio.so").toString();
    for (String[] command :
        new String[][] {
          {"inspect", one},
          {"compare", one, one},
          {"compare", "--guesses", one, other},
          {"compare", "--json", one, other}
        }) {
      int status = Main.quiet(surroundings(folder), folder).run(command);
      if (status > 1) {
        throw new IllegalStateException(
            "the training %s exited with %d".formatted(command[0], status));
      }
    }
  }

  /** What is remembered of the training's registry stays in its folder. */
  private static Surroundings surroundings(Path folder) {
    Surroundings process = Surroundings.ofProcess();
    return new Surroundings(
        process.environment(),
        process.clock(),
        new UserFolders(folder.resolve("cache"), folder.resolve("config"), folder.resolve("data")),
        folder,
        process.console());
  }

  private static void verify(Path folder) {
    Main main = Main.quiet(surroundings(folder), folder);
    int verified =
        main.run(
            "verify",
            "--binary",
            "binary",
            "--registry",
            "registry",
            "--trust-root",
            "trust-root.json");
    if (verified != 0) {
      throw new IllegalStateException("the training verification exited with " + verified);
    }
    main.run("--help");
  }

  private static BuildRecord record(Digest output) {
    Instant now = Instant.now();
    Digest some = Digest.sha256(new byte[0]);
    Map<String, Digest> outputs = Map.of(PIN, output);
    return new BuildRecord(
        BuildRecord.SCHEMA,
        PIN,
        new Source(null, "0".repeat(40), "0".repeat(40), "", now, some, 0, false),
        new Recipe(
            PIN,
            some,
            "x86_64-unknown-linux-gnu",
            null,
            List.of(PIN),
            "release",
            Map.of(),
            List.of(),
            true,
            List.of(),
            Map.of(),
            Map.of(),
            0),
        new Toolchain("rustc", "cargo", "ld"),
        new EnvironmentPin(PIN, "debs", some, some, null),
        List.of(),
        some,
        new EngineFacts("bwrap", "0", Map.of()),
        List.of(
            new Run(RunKind.CONTROL, List.of(), 0, some, outputs, null),
            new Run(RunKind.CONTROL, List.of(), 0, some, outputs, null),
            new Run(RunKind.VARIED, List.of("path"), 0, some, outputs, null)),
        new Reproducibility(true, true, List.of()),
        List.of(new Output(PIN, BINARY_BYTES, output, "stripped", Map.of())),
        null,
        now,
        now);
  }
}
