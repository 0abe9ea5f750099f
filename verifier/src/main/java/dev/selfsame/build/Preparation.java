package dev.selfsame.build;

import dev.selfsame.build.crates.CargoConfiguration;
import dev.selfsame.build.crates.CargoLock;
import dev.selfsame.build.crates.CrateFetch;
import dev.selfsame.build.crates.CrateOrigin;
import dev.selfsame.build.crates.LocalRegistry;
import dev.selfsame.evidence.BuildRecord.Crate;
import dev.selfsame.evidence.Recipe;
import dev.selfsame.files.FileTree;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.DebsRoot;
import dev.selfsame.pins.ImageRoot;
import dev.selfsame.pins.Pin;
import dev.selfsame.pins.RootUse;
import dev.selfsame.pins.fetch.DiskTrouble;
import dev.selfsame.pins.fetch.Proxies;
import dev.selfsame.pins.root.Root;
import dev.selfsame.source.Order;
import dev.selfsame.source.SourcePackage;
import dev.selfsame.source.SourceTree;
import dev.selfsame.source.cargo.CargoOverrides;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Brings to the disk what builds need, and checks it: source, environment, crates. */
final class Preparation {
  private final BuildHost host;

  Preparation(BuildHost host) {
    this.host = host;
  }

  /**
   * Packages the source, reads what the project says, and provides environment and crates.
   *
   * @throws Failure as {@link Builder#build(BuildRequest)}
   */
  Prepared prepare(BuildRequest request, WorkFolder work) throws InterruptedException {
    SourcePackage packed;
    try (SourceTree tree = SourceTree.open(request.folder());
        Progress.Step _ = host.progress().begin("packaging source", 0, Progress.Unit.NONE)) {
      packed = tree.pack(work.at("source.tar"), request.dirt());
    }
    Path plain = work.at("plain");
    packed.unpack(plain, Order.FORWARD);
    ProjectFile project = ProjectFile.read(plain);
    CargoLock lock = CargoLock.read(plain);
    Pin pin = host.pins().find(request.pin() == null ? project.pin() : request.pin());
    refuseOverrides(plain, pin);
    warn(plain);
    Root root = root(pin);
    RootTools tools = RootTools.find(root.directory(), pin.id());
    Path registry = registry(request.folder(), lock, work.at("crates"));
    Recipe recipe = Recipes.of(project, request, pin, root.diffId(), packed.source());
    Duration wall = request.timeout() == null ? project.timeout() : request.timeout();
    Sandbox.Limits limits = host.limits(wall);
    remove(plain);
    return new Prepared(packed, project, lock, false, pin, root, tools, registry, recipe, limits);
  }

  /** The same in another environment, to another recipe. */
  Prepared within(Prepared prepared, Pin pin, Recipe recipe) {
    Root root = root(pin);
    return new Prepared(
        prepared.packed(),
        prepared.project(),
        prepared.lock(),
        prepared.otherLock(),
        pin,
        root,
        RootTools.find(root.directory(), pin.id()),
        prepared.registry(),
        recipe,
        prepared.limits());
  }

  private Root root(Pin pin) {
    if (pin.root() instanceof DebsRoot debs && debs.use() != RootUse.BUILD) {
      throw Failure.usage(
          "nothing is built in %s: programs run on it".formatted(pin.id()),
          "name a pin to build in: selfsame pins list");
    }
    return host.roots().provide(pin);
  }

  /**
   * Provides the crates of a lock as a local registry.
   *
   * @param project its folder: the configuration of its Cargo says where crates come from
   * @param registry the folder that is made
   */
  Path registry(Path project, CargoLock lock, Path registry) throws InterruptedException {
    try (CrateOrigin origin = origin(project)) {
      Path cache = host.cache().resolve("crates");
      CrateFetch fetch = new CrateFetch(cache, origin, host.progress());
      LocalRegistry.make(registry, fetch.provide(lock.crates()));
      return registry;
    } catch (IOException e) {
      throw DiskTrouble.failure("making the local registry", registry, e);
    }
  }

  private static void refuseOverrides(Path source, Pin pin) {
    String gnu = Recipes.target(pin);
    // Of an image it is not known beforehand which C library its rustc is for.
    boolean image = pin.root() instanceof ImageRoot;
    Set<String> own = image ? Set.of(gnu, gnu.replace("-gnu", "-musl")) : Set.of(gnu);
    CargoOverrides.of(source, own).stream()
        .findFirst()
        .ifPresent(failure -> {
          throw failure;
        });
  }

  /**
   * A release of a crate, with its checksum as the index has it.
   *
   * @throws Failure (undecided) where the index does not have it or does not answer
   */
  Crate published(Path project, String name, String version) throws InterruptedException {
    try (CrateOrigin origin = origin(project)) {
      return origin.published(name, version);
    } catch (IOException e) {
      throw Failure.undecided(
          "asking the index for %s %s: %s".formatted(name, version, e.getMessage()),
          "try again",
          e);
    }
  }

  private CrateOrigin origin(Path project) {
    CargoConfiguration cargo = CargoConfiguration.read(project, host.environment());
    Proxies proxies = new Proxies(host.environment(), uri -> cargo.proxy());
    return new CrateOrigin(cargo.index(), proxies, Duration.ofMillis(500));
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

  /** Asks the tools who they are and what they will compile. */
  Preflight.Found preflight(BuildStage stage, Prepared prepared) throws InterruptedException {
    try (Progress.Step _ = host.progress().begin("asking cargo", 0, Progress.Unit.NONE)) {
      return Preflight.run(stage, prepared);
    }
  }

  private static void remove(Path folder) {
    try {
      FileTree.delete(folder);
    } catch (IOException e) {
      throw DiskTrouble.failure("removing " + folder, folder, e);
    }
  }
}
