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
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * The runs from which the launcher's AOT caches are made. The first makes a registry of its own in
 * a folder; of the others, which alone are watched, one has a verification and a help page over it,
 * one the gate, one looks into a container, one inspects and compares, and one serves. Every class
 * in a cache costs each later start that uses it, so there are several, and those that only write a
 * registry stay out of the first.
 */
public final class Training {
  private static final int BINARY_BYTES = 1 << 20;
  private static final String PIN = "training";
  private static final String BINARY = "--binary";

  private Training() {}

  /**
   * {@code prepare FOLDER}, then {@code verify}, {@code gate}, {@code container}, {@code compare}
   * or {@code serve} and the folder, which exists and is empty before.
   *
   * @throws IllegalStateException where a command did not end as it should, or a server gave
   *     another answer than it has to
   */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[1]);
    switch (args[0]) {
      case "prepare" -> prepare(folder);
      case "verify" -> verify(folder);
      case "gate" -> gate(folder);
      case "container" -> container(folder);
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
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(Files.newOutputStream(folder.resolve("binary.tar")))) {
      tar.putArchiveEntry(new TarArchiveEntry(binary, "binary"));
      tar.write(bytes);
      tar.closeArchiveEntry();
    }
  }

  /** Of what every JDK has: shared libraries of two sizes, and one file against itself. */
  private static void compare(Path folder) {
    Path libraries = Path.of(System.getProperty("java.home"), "lib");
    String one = libraries.resolve("libnet.so").toString();
    String other = libraries.resolve("libnio.so").toString();
    Main main = Main.quiet(surroundings(folder), folder);
    expect(main, 0, "inspect", one);
    expect(main, 0, "compare", one, one);
    expect(main, 1, "compare", "--guesses", one, other);
    expect(main, 1, "compare", "--json", one, other);
  }

  private static void verify(Path folder) {
    Main main = Main.quiet(surroundings(folder), folder);
    expect(main, 0, inRegistry("verify", BINARY, "binary"));
    expect(main, 0, "--help");
  }

  private static void gate(Path folder) {
    expect(Main.quiet(surroundings(folder), folder), 0, inRegistry("gate", BINARY, "binary"));
  }

  /** Of an engine that is the training's own. */
  private static void container(Path folder) throws IOException {
    Surroundings usual = surroundings(folder);
    Path socket = folder.resolve("s");
    Map<String, String> environment = Map.of("DOCKER_HOST", "unix://" + socket);
    Surroundings asking =
        new Surroundings(environment, usual.clock(), usual.folders(), folder, usual.console());
    Main main = Main.quiet(asking, folder);
    try (TrainingEngine _ =
        TrainingEngine.start(socket, folder.resolve("binary.tar"), folder.resolve("binary"))) {
      expect(main, 0, inRegistry("verify", BINARY, "docker:training:/opt/binary"));
      // It says that its main process is this one, which is in no container and not promoted.
      main.run(inRegistry("verify", BINARY, "docker:training"));
    }
  }

  private static String[] inRegistry(String... command) {
    return Stream.concat(
            Stream.of(command),
            Stream.of("--registry", "registry", "--trust-root", "trust-root.json"))
        .toArray(String[]::new);
  }

  private static void expect(Main main, int status, String... command) {
    int ended = main.run(command);
    if (ended != status) {
      throw new IllegalStateException(
          "the training's %s exited with %d, not %d"
              .formatted(String.join(" ", command), ended, status));
    }
  }

  /**
   * What is remembered of the training's registry stays in its folder. Without the environment, by
   * which a gate would tell a pipeline its verdict of the training's own binary.
   */
  private static Surroundings surroundings(Path folder) {
    Surroundings process = Surroundings.ofProcess();
    return new Surroundings(
        Map.of(),
        process.clock(),
        new UserFolders(folder.resolve("cache"), folder.resolve("config"), folder.resolve("data")),
        folder,
        process.console());
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
        new EnvironmentPin(PIN, "debs", some, some, null, null),
        List.of(),
        some,
        new EngineFacts("bwrap", "0", Map.of()),
        List.of(
            new Run(RunKind.CONTROL, List.of(), 0, some, outputs, null),
            new Run(RunKind.CONTROL, List.of(), 0, some, outputs, null),
            new Run(RunKind.VARIED, List.of("path"), 0, some, outputs, null)),
        some,
        new Reproducibility(true, true, List.of()),
        List.of(new Output(PIN, BINARY_BYTES, output, "stripped", Map.of())),
        null,
        now,
        now);
  }
}
