package dev.selfsame.build;

import dev.selfsame.build.crates.SparseRegistry;
import dev.selfsame.build.sandbox.BwrapEngine;
import dev.selfsame.build.sandbox.HostPrograms;
import dev.selfsame.evidence.BuildRecord.Crate;
import dev.selfsame.files.UserFolders;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.PinCatalogue;
import dev.selfsame.pins.fetch.Mirrors;
import dev.selfsame.pins.root.RootCache;
import dev.selfsame.source.Dirt;
import dev.selfsame.source.Repositories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.jspecify.annotations.Nullable;

/**
 * A small Cargo project in git, and what it takes to build it: bubblewrap, the shipped trixie pin,
 * a cache of its own (roots alone are the user's, since they are large), crates from loopback.
 */
public final class TestProject implements AutoCloseable {
  public static final String PIN = "trixie-rust-1.85.1";

  public final Path folder;
  public final Path cache;
  public final Path out;
  public final SparseRegistry registry = new SparseRegistry();
  public final Engine engine;
  private Sandbox.Limits limits =
      new Sandbox.Limits(Duration.ofMinutes(5), 4L << 30, 512, 2L << 30, 16L << 20);

  public TestProject(Path temporary) throws IOException {
    folder = Files.createDirectory(temporary.resolve("project"));
    cache = temporary.resolve("cache");
    out = temporary.resolve("out");
    engine =
        new BwrapEngine(
            HostPrograms.onPath(System.getenv().getOrDefault("PATH", "")), cache.resolve("work"));
    write(
        "selfsame.toml",
        """
        name = "small"
        pin = "%s"
        [cargo]
        binaries = ["small"]
        """
            .formatted(PIN));
    manifest("");
    lock();
    write("src/main.rs", "fn main() { println!(\"hello\"); }\n");
  }

  public TestProject write(String name, String text) throws IOException {
    Repositories.write(folder, name, text);
    return this;
  }

  /** Cargo.toml, with further lines. */
  public TestProject manifest(String more) throws IOException {
    return write(
        "Cargo.toml",
        """
        [package]
        name = "small"
        version = "0.1.0"
        edition = "2021"
        %s
        """
            .formatted(more));
  }

  /** A Cargo.lock that names these crates as direct dependencies. */
  public TestProject lock(Crate... crates) throws IOException {
    StringBuilder text = new StringBuilder("version = 4\n");
    StringBuilder packages = new StringBuilder();
    for (Crate crate : crates) {
      packages.append(
          """

          [[package]]
          name = "%s"
          version = "%s"
          source = "registry+https://github.com/rust-lang/crates.io-index"
          checksum = "%s"
          """
              .formatted(crate.name(), crate.version(), crate.checksum().hex()));
    }
    String own = "\n[[package]]\nname = \"small\"\nversion = \"0.1.0\"\n";
    if (crates.length > 0) {
      List<String> names = Stream.of(crates).map(c -> "\"" + c.name() + "\"").toList();
      own += "dependencies = [" + String.join(", ", names) + "]\n";
    }
    return write("Cargo.lock", text.append(packages).append(own).toString());
  }

  /** A build script, which gives the value of {@code fact} to the program as its text. */
  public TestProject script(String body) throws IOException {
    write("src/main.rs", "fn main() { println!(\"{}\", env!(\"FACT\")); }\n");
    return write(
        "build.rs",
        """
        use std::process::Command;
        fn main() {
            let fact: String = { %s };
            println!("cargo:rustc-env=FACT={}", fact.replace('\\n', " "));
        }
        """
            .formatted(body));
  }

  public TestProject limits(Sandbox.Limits other) {
    limits = other;
    return this;
  }

  Sandbox.Limits limits() {
    return limits;
  }

  public BuildHost host(Engine with) {
    return host(with, Progress.SILENT);
  }

  BuildHost host(Engine with, Progress progress) {
    Map<String, String> environment = new HashMap<>();
    environment.put("HOME", cache.resolve("home").toString());
    environment.put("CARGO_SOURCE_CRATES_IO_REPLACE_WITH", "test");
    environment.put("CARGO_REGISTRIES_TEST_INDEX", "sparse+" + registry.index());
    RootCache roots =
        new RootCache(
            UserFolders.of(System.getenv()).cache(),
            Mirrors.ofMachine(Path.of("/etc/apt")),
            Progress.SILENT);
    return new BuildHost(
        with,
        PinCatalogue.shipped(),
        roots,
        cache,
        environment,
        Clock.systemUTC(),
        progress,
        limits);
  }

  public BuildRequest request(BuildRequest.Checks checks, @Nullable Duration timeout) {
    return new BuildRequest(folder, out, Dirt.REFUSED, checks, null, Map.of(), timeout, 0);
  }

  /** Commits all, and builds. */
  public BuildResult build(BuildRequest.Checks checks) throws Exception {
    return build(checks, null);
  }

  public BuildResult build(BuildRequest.Checks checks, @Nullable Duration timeout)
      throws Exception {
    commit();
    return new Builder(host(engine)).build(request(checks, timeout));
  }

  /** The same by another engine. */
  public BuildResult buildBy(Engine with, BuildRequest.Checks checks) throws Exception {
    commit();
    return new Builder(host(with)).build(request(checks, null));
  }

  public void commit() throws IOException, GitAPIException {
    try (Git git = Repositories.init(folder)) {
      Repositories.commitAll(git);
    }
  }

  /** What is left in the work folder: nothing, once a build has ended. */
  public List<String> left() throws IOException {
    Path work = cache.resolve("work");
    if (!Files.exists(work)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(work)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Override
  public void close() {
    registry.close();
  }
}
