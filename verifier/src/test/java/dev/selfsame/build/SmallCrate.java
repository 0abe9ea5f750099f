package dev.selfsame.build;

import dev.selfsame.digest.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A program with two dependencies, a build script and a proc macro, built without network. */
public final class SmallCrate {
  private static final String SCRIPT =
      "cargo build --release --offline --locked --target-dir /build/target"
          + " && cp /build/target/release/small /out/small";

  private SmallCrate() {}

  /** Builds it with this engine and gives the SHA-256 of the program. */
  public static Digest build(Engine engine, Path folder) throws Exception {
    Path source = Files.createDirectories(folder.resolve("small"));
    Path out = Files.createDirectories(folder.resolve("built"));
    copy(Path.of(System.getProperty("selfsame.test.crate", "src/test/resources/small")), source);
    Sandbox sandbox =
        new Sandbox(
            TestRoot.folder(),
            TestRoot.diffId(),
            List.of("/bin/sh", "-c", SCRIPT),
            Map.of("PATH", "/usr/bin:/bin", "CARGO_HOME", "/cargo", "HOME", "/build"),
            "/src",
            List.of(
                new Sandbox.Mount(source, "/src", Sandbox.Access.READ_ONLY),
                new Sandbox.Mount(out, "/out", Sandbox.Access.WRITABLE)),
            List.of("/build", "/cargo"),
            new Sandbox.Identity(1000, "selfsame", 022, 0, false),
            new Sandbox.Limits(Duration.ofMinutes(5), 4L << 30, 500, 2L << 30, 1 << 20),
            folder.resolve("small.log"));
    Ending ending = engine.run(sandbox);
    if (!(ending instanceof Ending.Exited(int status, Duration wall)) || status != 0) {
      throw new AssertionError(ending + "\n" + Files.readString(sandbox.log()));
    }
    return Digest.sha256(out.resolve("small"));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.sorted().toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }
}
