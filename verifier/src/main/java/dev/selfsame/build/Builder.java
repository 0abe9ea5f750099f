package dev.selfsame.build;

import dev.selfsame.binary.BinaryReader;
import dev.selfsame.build.crates.CargoConfiguration;
import dev.selfsame.build.crates.CargoLock;
import dev.selfsame.build.crates.CrateFetch;
import dev.selfsame.build.crates.CrateOrigin;
import dev.selfsame.build.crates.LocalRegistry;
import dev.selfsame.build.crates.Proxies;
import dev.selfsame.evidence.BuildRecord;
import dev.selfsame.evidence.Json;
import dev.selfsame.evidence.Recipe;
import dev.selfsame.files.FileTree;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.DebsRoot;
import dev.selfsame.pins.ImageRoot;
import dev.selfsame.pins.Pin;
import dev.selfsame.pins.RootUse;
import dev.selfsame.pins.fetch.DiskTrouble;
import dev.selfsame.pins.root.Root;
import dev.selfsame.source.Order;
import dev.selfsame.source.SourcePackage;
import dev.selfsame.source.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Builds a project from its commit, several times, and records what was seen.
 *
 * <p>The steps: package the source, read {@code selfsame.toml} and {@code Cargo.lock} from the
 * package, provide the root and the crates, ask Cargo whether all fits, build, compare, write the
 * result. Every step leaves the machine as it was when it fails or is interrupted.
 */
public final class Builder {
  private final BuildHost host;

  public Builder(BuildHost host) {
    this.host = host;
  }

  /**
   * Builds. The result is written also where the builds differ: then with the bytes of each.
   *
   * @throws Failure (usage) where the project does not allow a build, (undecided) where a build
   *     failed, (bad evidence) where a crate's bytes are not those of Cargo.lock
   * @throws InterruptedException when the calling thread was interrupted; nothing is left
   */
  public BuildResult build(BuildRequest request) throws InterruptedException {
    return interruptible(() -> {
      try (OutputFolder out = OutputFolder.claim(request.out(), host.cache().resolve("locks"));
          WorkFolder work = WorkFolder.make(host.cache().resolve("work"))) {
        return build(request, out, work);
      }
    });
  }

  /**
   * Builds once the way a person would by hand: no check, no remapped path, other places. It shows
   * what becomes of the same source and crates without a recipe.
   *
   * @throws Failure as {@link #build}
   * @throws InterruptedException as {@link #build}
   */
  public HandMade.Result build(HandMade request) throws InterruptedException {
    return interruptible(() -> {
      try (OutputFolder out = OutputFolder.claim(request.out(), host.cache().resolve("locks"));
          WorkFolder work = WorkFolder.make(host.cache().resolve("work"))) {
        BuildRequest plain = BuildRequest.of(request.folder(), request.out());
        Prepared prepared = prepare(plain, work);
        BuildStage stage = new BuildStage(host.engine(), prepared, work);
        int crates = preflight(stage, prepared).crates();
        return request.run(stage, prepared, out, host.progress(), crates);
      }
    });
  }

  private BuildResult build(BuildRequest request, OutputFolder out, WorkFolder work)
      throws InterruptedException {
    Instant started = now();
    Prepared asked = prepare(request, work);
    Preflight.Found found = preflight(new BuildStage(host.engine(), asked, work), asked);
    String target = Preflight.target(found.toolchain().rustc());
    Prepared prepared = asked.with(Recipes.withTarget(asked.recipe(), target));
    Trials trials =
        new Trials(
            new BuildStage(host.engine(), prepared, work),
            prepared,
            host.progress(),
            found.crates(),
            request.jobs(),
            HostFacts.cpus());
    BuildRecord.Reproducibility seen = trials.run(request.checks());
    BuildRecord record = record(prepared, found, trials, seen, started);
    refuseFailed(trials, record, out, work);
    out.replace(folder -> write(folder, record, trials.trials(), work));
    return new BuildResult(record, request.out());
  }

  private Preflight.Found preflight(BuildStage stage, Prepared prepared)
      throws InterruptedException {
    try (Progress.Step _ = host.progress().begin("asking cargo", 0, Progress.Unit.NONE)) {
      return Preflight.run(stage, prepared);
    }
  }

  private Prepared prepare(BuildRequest request, WorkFolder work) throws InterruptedException {
    SourcePackage packed;
    try (SourceTree tree = SourceTree.open(request.folder());
        Progress.Step _ = host.progress().begin("packaging source", 0, Progress.Unit.NONE)) {
      packed = tree.pack(work.at("source.tar"), request.dirt());
    }
    Path plain = work.at("plain");
    packed.unpack(plain, Order.FORWARD);
    ProjectFile project = ProjectFile.read(plain);
    CargoLock lock = CargoLock.read(plain);
    warn(plain);
    Pin pin = host.pins().find(request.pin() == null ? project.pin() : request.pin());
    if (pin.root() instanceof DebsRoot debs && debs.use() != RootUse.BUILD) {
      throw Failure.usage(
          "nothing is built in %s: programs run on it".formatted(pin.id()),
          "name a pin to build in: selfsame pins list");
    }
    Root root = host.roots().provide(pin);
    RootTools tools = RootTools.find(root.directory(), pin.id());
    Path registry = registry(request.folder(), lock, work);
    Recipe recipe = Recipes.of(project, request, pin, root.diffId(), packed.source());
    Duration wall = request.timeout() == null ? project.timeout() : request.timeout();
    Sandbox.Limits limits = host.limits(wall);
    remove(plain);
    return new Prepared(packed, project, lock, pin, root, tools, registry, recipe, limits);
  }

  private Path registry(Path project, CargoLock lock, WorkFolder work) throws InterruptedException {
    CargoConfiguration cargo = CargoConfiguration.read(project, host.environment());
    Proxies proxies = new Proxies(host.environment(), cargo);
    Path registry = work.at("crates");
    try (CrateOrigin origin = new CrateOrigin(cargo.index(), proxies, Duration.ofMillis(500))) {
      Path cache = host.cache().resolve("crates");
      CrateFetch fetch = new CrateFetch(cache, origin, host.progress());
      LocalRegistry.make(registry, fetch.provide(lock.crates()));
      return registry;
    } catch (IOException e) {
      throw DiskTrouble.failure("making the local registry", registry, e);
    }
  }

  /** Flags in Cargo's own configuration would be passed over in silence. */
  private void warn(Path source) {
    for (String name : List.of("config.toml", "config")) {
      Path file = source.resolve(".cargo").resolve(name);
      try {
        if (Files.isRegularFile(file) && Files.readString(file).contains("rustflags")) {
          host.progress()
              .note(
                  "note: rustflags in .cargo/%s are not used; selfsame.toml has cargo.rustflags"
                      .formatted(name));
        }
      } catch (IOException e) {
        // Cargo itself will say what is wrong with it.
      }
    }
  }

  private BuildRecord record(
      Prepared prepared,
      Preflight.Found found,
      Trials trials,
      BuildRecord.Reproducibility seen,
      Instant started) {
    Pin pin = prepared.pin();
    boolean image = pin.root() instanceof ImageRoot;
    List<BuildRecord.Run> runs = trials.trials().stream().map(Trials.Trial::run).toList();
    return new BuildRecord(
        BuildRecord.SCHEMA,
        prepared.project().name(),
        prepared.packed().source(),
        prepared.recipe(),
        found.toolchain(),
        new BuildRecord.EnvironmentPin(
            pin.id(),
            image ? "image" : "debs",
            pin.fileDigest(),
            prepared.root().diffId(),
            pin.root() instanceof ImageRoot root ? root.config() : null),
        prepared.lock().crates(),
        prepared.lock().digest(),
        HostFacts.of(host.engine()),
        runs,
        seen,
        outputs(trials.trials().getFirst()),
        prepared.project().image(),
        started,
        now());
  }

  private static List<BuildRecord.Output> outputs(Trials.Trial first) {
    List<BuildRecord.Output> outputs = new ArrayList<>();
    if (first.compiled() instanceof Compiled.Built built) {
      for (Map.Entry<String, Path> binary : built.binaries().entrySet()) {
        var facts = BinaryReader.read(binary.getValue());
        outputs.add(
            new BuildRecord.Output(
                binary.getKey(),
                facts.size(),
                facts.sha256(),
                facts.fact("strip").value(),
                facts.facts()));
      }
    }
    return outputs;
  }

  /** A build that failed leaves its logs and record beside the place of the result. */
  private static void refuseFailed(
      Trials trials, BuildRecord record, OutputFolder out, WorkFolder work) {
    for (Trials.Trial trial : trials.trials()) {
      if (trial.compiled() instanceof Compiled.Failed(Failure why, var _, var _, Path log)) {
        out.replaceFailed(folder -> write(folder, record, trials.trials(), work));
        Path kept = out.failedPlace().resolve("logs").resolve(trial.label() + ".log");
        throw new Failure(
            why.code(), String.valueOf(why.getMessage()), why.hint() + "; log: " + kept);
      }
    }
  }

  private static void write(
      Path folder, BuildRecord record, List<Trials.Trial> trials, WorkFolder work)
      throws IOException {
    Files.write(folder.resolve(OutputFolder.RECORD), Json.write(record));
    Path logs = Files.createDirectories(folder.resolve("logs"));
    Trials.Trial first = trials.getFirst();
    copy(first, folder);
    Files.copy(work.at("logs").resolve("prepare.log"), logs.resolve("prepare.log"));
    for (Trials.Trial trial : trials) {
      Files.copy(trial.compiled().log(), logs.resolve(trial.label() + ".log"));
      if (!trial.same(first) && first.compiled() instanceof Compiled.Built) {
        copy(trial, folder.resolve("dissent").resolve(trial.label()));
      }
    }
  }

  private static void copy(Trials.Trial trial, Path folder) throws IOException {
    if (trial.compiled() instanceof Compiled.Built built) {
      Files.createDirectories(folder);
      for (Map.Entry<String, Path> binary : built.binaries().entrySet()) {
        Path file = folder.resolve(binary.getKey());
        Files.copy(binary.getValue(), file);
        file.toFile().setExecutable(true, false);
        file.toFile().setReadable(true, false);
      }
    }
  }

  private static void remove(Path folder) {
    try {
      FileTree.delete(folder);
    } catch (IOException e) {
      throw DiskTrouble.failure("removing " + folder, folder, e);
    }
  }

  private Instant now() {
    return host.clock().instant().truncatedTo(ChronoUnit.SECONDS);
  }

  /** Work that an interrupt may end. */
  @FunctionalInterface
  private interface Work<T> {
    T run() throws InterruptedException;
  }

  /** A file operation that an interrupt ended fails as if the disk had: say what it was. */
  private static <T> T interruptible(Work<T> work) throws InterruptedException {
    try {
      return work.run();
    } catch (Failure failure) {
      if (Thread.interrupted()) {
        throw (InterruptedException) new InterruptedException("interrupted").initCause(failure);
      }
      throw failure;
    }
  }
}
