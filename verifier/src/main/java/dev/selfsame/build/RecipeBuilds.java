package dev.selfsame.build;

import static java.util.Objects.requireNonNull;

import dev.selfsame.build.crates.CargoLock;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BuildRecord.Crate;
import dev.selfsame.evidence.Recipe;
import dev.selfsame.evidence.Source;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.Pin;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Builds one source to one recipe after another, once each: nothing is checked by building twice.
 * The source is packaged and the crates are provided once. What was built goes when this is closed.
 */
public final class RecipeBuilds implements AutoCloseable {
  private static final List<String> PROGRAMS = List.of("usr/local/bin", "usr/bin", "bin");

  private final BuildHost host;
  private final WorkFolder work;
  private final Preparation preparation;
  private final Path folder;
  private final Prepared own;
  private final int crates;

  /** How many builds were made in the work folder, and other locks prepared. */
  private final AtomicInteger made;

  private RecipeBuilds(
      BuildHost host, WorkFolder work, Path folder, Prepared own, int crates, AtomicInteger made) {
    this.host = host;
    this.work = work;
    this.preparation = new Preparation(host);
    this.folder = folder;
    this.own = own;
    this.crates = crates;
    this.made = made;
  }

  /**
   * Packages a project's commit and asks Cargo whether all fits.
   *
   * @param folder a folder of a clean git work tree with selfsame.toml and Cargo.lock
   * @throws Failure as {@link Builder#build(BuildRequest)}
   * @throws InterruptedException when the calling thread was interrupted; nothing is left
   */
  public static RecipeBuilds open(BuildHost host, Path folder) throws InterruptedException {
    WorkFolder work = WorkFolder.make(host.cache().resolve("work"));
    boolean opened = false;
    try {
      Preparation preparation = new Preparation(host);
      RecipeBuilds builds =
          Interruptible.run(() -> {
            Prepared asked = preparation.prepare(BuildRequest.of(folder, folder), work);
            Preflight.Found found =
                preparation.preflight(new BuildStage(host.engine(), asked, work), asked);
            String target = Preflight.target(found.toolchain().rustc());
            Prepared own = asked.with(asked.recipe().withTarget(target));
            return new RecipeBuilds(host, work, folder, own, found.crates(), new AtomicInteger());
          });
      opened = true;
      return builds;
    } finally {
      if (!opened) {
        work.close();
      }
    }
  }

  /** What is built. */
  public Source source() {
    return own.packed().source();
  }

  /** The Cargo.lock that it is built with. */
  public CargoLock lock() {
    return own.lock();
  }

  /** What is built, by digest: of the package, and of a Cargo.lock in the place of its own. */
  public Digest inputs() {
    Digest packaged = source().packageDigest();
    return own.otherLock()
        ? Digest.sha256(
            "%s\n%s".formatted(packaged, own.lock().digest()).getBytes(StandardCharsets.UTF_8))
        : packaged;
  }

  /**
   * Builds of the same source with another Cargo.lock, whose crates are fetched where the cache
   * lacks them. They last as long as these, and need no closing.
   *
   * @throws Failure (undecided) where a crate cannot be had; (bad evidence) where its bytes are not
   *     those of the lock
   */
  public RecipeBuilds with(CargoLock lock) throws InterruptedException {
    Path registry = work.at("crates-" + made.incrementAndGet());
    return Interruptible.run(() ->
        new RecipeBuilds(
            host,
            work,
            folder,
            own.with(lock, preparation.registry(folder, lock, registry)),
            crates,
            made));
  }

  /**
   * A release of a crate, with its checksum as the registry's index has it.
   *
   * @throws Failure (undecided) where the index does not have it or does not answer
   */
  public Crate published(String name, String version) throws InterruptedException {
    return Interruptible.run(() -> preparation.published(folder, name, version));
  }

  /** The recipe that the project's selfsame.toml makes. */
  public Recipe recipe() {
    return own.recipe();
  }

  /** The pins in which something can be built on the platform of this recipe's pin. */
  public List<Pin> pins(Recipe recipe) {
    String platform = host.pins().find(recipe.pin()).platform();
    return host.pins().entries().stream()
        .map(entry -> entry.pin())
        .filter(pin -> pin.platform().equals(platform) && pin.rustcVersion() != null)
        .toList();
  }

  /**
   * The recipe in another environment, which is fetched where the cache lacks it.
   *
   * @throws Failure where it cannot be had
   */
  public Recipe within(Recipe recipe, Pin pin) throws InterruptedException {
    return Interruptible.run(
        () -> recipe.withPin(pin.id(), preparation.within(own, pin, recipe).root().diffId()));
  }

  /** Whether a recipe's environment has a program of this name. */
  public boolean has(Recipe recipe, String program) throws InterruptedException {
    Path root = Interruptible.run(() -> prepared(recipe).root().directory());
    return PROGRAMS.stream().anyMatch(folder -> Files.exists(root.resolve(folder + "/" + program)));
  }

  /** What came of one build. */
  public sealed interface Outcome {
    /**
     * It gave every binary.
     *
     * @param binaries files by name, there until this is closed
     * @param seconds wall time of the build
     */
    record Built(Map<String, Path> binaries, double seconds) implements Outcome {
      public Built {
        binaries = Collections.unmodifiableMap(new TreeMap<>(binaries));
      }
    }

    /**
     * It failed.
     *
     * @param outOfTime whether it was stopped because it took longer than it was given
     */
    record Failed(Failure why, boolean outOfTime) implements Outcome {
      public Failed {
        requireNonNull(why);
      }
    }
  }

  /**
   * Builds.
   *
   * @param title for people, such as {@code strip: symbols → none}
   * @param most how long it may take; the project's own limit holds too
   * @throws Failure where the recipe's environment cannot be had
   * @throws InterruptedException when the calling thread was interrupted; nothing is left running
   */
  public Outcome build(Recipe recipe, String title, Duration most) throws InterruptedException {
    return Interruptible.run(() -> {
      Prepared there = prepared(recipe);
      Duration usual = there.limits().wall();
      Duration wall = most.compareTo(usual) < 0 ? most : usual;
      Prepared limited = there.with(host.limits(wall));
      CargoCall cargo = new CargoCall(recipe, limited.tools());
      Layout layout = Layout.of(recipe.paths());
      BuildStage.Job job =
          new BuildStage.Job(
              "recipe-" + made.incrementAndGet(),
              title,
              cargo.build(0),
              cargo.asRecorded(layout),
              layout,
              Variation.NONE.identity(HostFacts.cpus()),
              Variation.NONE.order());
      BuildStage stage = new BuildStage(host.engine(), limited, work);
      try (Progress.Step step = host.progress().begin(title, crates, Progress.Unit.ITEMS)) {
        return outcome(stage.compile(job, recipe.binaries(), cargo.profileFolder(), step), wall);
      }
    });
  }

  private static Outcome outcome(Compiled compiled, Duration most) {
    return switch (compiled) {
      case Compiled.Built built ->
          new Outcome.Built(built.binaries(), Math.round(built.wall().toMillis() / 10.0) / 100.0);
      case Compiled.Failed failed ->
          new Outcome.Failed(failed.why(), failed.wall().compareTo(most) >= 0);
    };
  }

  private Prepared prepared(Recipe recipe) {
    Prepared there = preparation.within(own, host.pins().find(recipe.pin()), recipe);
    if (!there.root().diffId().equals(recipe.rootDiffId())) {
      throw Failure.undecided(
          "pin %s is the root %s, and the recipe was built in %s"
              .formatted(
                  recipe.pin(),
                  there.root().diffId().abbreviated(),
                  recipe.rootDiffId().abbreviated()),
          "give the pin file that it was built with: --pin-file");
    }
    return there;
  }

  @Override
  public void close() {
    work.close();
  }
}
