package dev.selfsame.build;

import dev.selfsame.build.crates.CargoLock;
import dev.selfsame.build.crates.LocalRegistry;
import dev.selfsame.digest.Digest;
import dev.selfsame.files.FileTree;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.fetch.DiskTrouble;
import dev.selfsame.source.Order;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs commands over a private copy of the source, made for each and thrown away after it: some
 * build scripts write into their source, and a target folder that is used again lets Cargo call
 * things fresh that are not.
 */
final class BuildStage {
  private final Engine engine;
  private final Prepared prepared;
  private final WorkFolder work;

  BuildStage(Engine engine, Prepared prepared, WorkFolder work) {
    this.engine = engine;
    this.prepared = prepared;
    this.work = work;
  }

  /**
   * One command of Cargo.
   *
   * @param label file name of its log, such as {@code control-1}
   * @param title for people, such as {@code control build 1 of 2}
   * @param command program and arguments
   * @param environment the whole environment
   * @param layout where everything stands
   * @param order in which the source's files are made
   */
  record Job(
      String label,
      String title,
      List<String> command,
      Map<String, String> environment,
      Layout layout,
      Sandbox.Identity identity,
      Order order) {
    Job {
      command = List.copyOf(command);
      environment = Map.copyOf(environment);
    }
  }

  /** The same for builds that run two at a time: each may use half of memory and disk. */
  BuildStage halved() {
    return new BuildStage(engine, prepared.with(prepared.limits().halved()), work);
  }

  /** Builds, and keeps the binaries in the work folder. */
  Compiled compile(Job job, List<String> binaries, String profileFolder, Progress.Step step)
      throws InterruptedException {
    Path log = log(job);
    Places places = places(job);
    boolean asMade = engine.showsHostFolders() && WorkFolder.isInMemory(places.source());
    try {
      fill(places, job);
      Ending ending;
      try (LogFollower _ = new LogFollower(log, step)) {
        ending = engine.run(sandbox(job, places, log));
      }
      if (!(ending instanceof Ending.Exited(int status, var wall)) || status != 0) {
        CargoLog said = CargoLog.read(log);
        Failure why = FailureReason.of(job.title(), ending, said);
        boolean starved = FailureReason.starved(ending, said);
        return new Compiled.Failed(why, starved, ending.wall(), log, asMade);
      }
      Map<String, Path> kept = new TreeMap<>();
      Map<String, Digest> digests = new TreeMap<>();
      for (String name : binaries) {
        Path file = work.at("kept").resolve(job.label()).resolve(name);
        Files.createDirectories(file.getParent());
        Path built = find(places.target(), profileFolder, name);
        Files.move(built, file, StandardCopyOption.REPLACE_EXISTING);
        kept.put(name, file);
        digests.put(name, Digest.sha256(file));
      }
      return new Compiled.Built(kept, digests, wall, log, asMade);
    } catch (IOException e) {
      throw DiskTrouble.failure(job.title(), places.scratch(), e);
    } finally {
      clear(places);
    }
  }

  /** Runs a command that leaves nothing but its log. */
  Ending run(Job job) throws InterruptedException {
    Places places = places(job);
    try {
      fill(places, job);
      return engine.run(sandbox(job, places, log(job)));
    } catch (IOException e) {
      throw DiskTrouble.failure(job.title(), places.scratch(), e);
    } finally {
      clear(places);
    }
  }

  /** Where a job's log is. */
  Path log(Job job) {
    return work.at("logs").resolve(job.label() + ".log");
  }

  /**
   * The folders of a job on the host. All but the source and Cargo's own folder are below the
   * first; where those two are, depends on what room there was when it was asked. Cargo unpacks
   * each crate anew for each job, and thousands of small files are most of what it costs to run.
   */
  private record Places(Path scratch, Path source, Path target, Path cargo, Path home) {}

  private Places places(Job job) {
    long crates;
    try {
      crates = LocalRegistry.unpackedBytes(prepared.registry());
    } catch (IOException e) {
      throw DiskTrouble.failure(job.title(), prepared.registry(), e);
    }
    Path scratch = work.at("run-" + job.label());
    boolean nested = job.layout().targetWithinSource();
    Path source =
        nested
            ? scratch.resolve("source")
            : work.atFast("source-" + job.label(), prepared.packed().source().packageSize());
    Path target = nested ? source.resolve("target") : scratch.resolve("target");
    Path cargo = work.atFast("cargo-" + job.label(), crates);
    return new Places(scratch, source, target, cargo, scratch.resolve("home"));
  }

  private void fill(Places places, Job job) throws IOException {
    Files.createDirectories(work.at("logs"));
    prepared.packed().unpack(places.source(), job.order());
    if (prepared.otherLock()) {
      replaceLock(places.source().resolve(CargoLock.FILE_NAME));
    }
    for (Path folder : List.of(places.target(), places.cargo(), places.home())) {
      Files.createDirectories(folder);
    }
  }

  /** In place, so that mode, time and the order of files stay those of the package. */
  private void replaceLock(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw Failure.undecided(
          "Cargo.lock is a link, so that no other can be put in its place",
          "commit the file itself");
    }
    FileTime time = Files.getLastModifiedTime(file);
    Files.writeString(file, prepared.lock().text());
    Files.setLastModifiedTime(file, time);
  }

  private Sandbox sandbox(Job job, Places places, Path log) {
    Layout layout = job.layout();
    List<Sandbox.Mount> mounts = new ArrayList<>();
    mounts.add(new Sandbox.Mount(places.source(), layout.source(), Sandbox.Access.WRITABLE));
    mounts.add(new Sandbox.Mount(places.cargo(), layout.cargo(), Sandbox.Access.WRITABLE));
    mounts.add(new Sandbox.Mount(places.home(), layout.home(), Sandbox.Access.WRITABLE));
    mounts.add(new Sandbox.Mount(prepared.registry(), Layout.CRATES, Sandbox.Access.READ_ONLY));
    if (!layout.targetWithinSource()) {
      mounts.add(new Sandbox.Mount(places.target(), layout.target(), Sandbox.Access.WRITABLE));
    }
    return new Sandbox(
        prepared.root().directory(),
        prepared.root().diffId(),
        job.command(),
        job.environment(),
        layout.source(),
        mounts,
        List.of(),
        job.identity(),
        prepared.limits(),
        log);
  }

  /**
   * The binary below the profile's folder. Each folder on the way is looked at, since a build
   * script may put a link at any of their names, and what a link leads to is the host's.
   */
  private static Path find(Path target, String profile, String name) {
    Path folder = target.resolve(profile);
    Path file = folder.resolve(name);
    boolean there =
        Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)
            && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
            && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    if (!there) {
      throw Failure.undecided(
          "the build ended well but left no binary " + name,
          "is it a binary of that package? mend cargo.binaries in selfsame.toml");
    }
    return file;
  }

  private static void clear(Places places) {
    boolean interrupted = Thread.interrupted();
    try {
      FileTree.delete(places.scratch());
      FileTree.delete(places.source());
      FileTree.delete(places.cargo());
    } catch (IOException e) {
      throw DiskTrouble.failure("removing " + places.scratch(), places.scratch(), e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
