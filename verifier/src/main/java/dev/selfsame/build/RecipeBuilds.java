package dev.selfsame.build;

import static java.util.Objects.requireNonNull;

import dev.selfsame.evidence.BuildRecord.Crate;
import dev.selfsame.evidence.Recipe;
import dev.selfsame.evidence.Source;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.Pin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Builds one source to one recipe after another, once each: nothing is checked by building twice.
 * The source is packaged and the crates are provided once. What was built goes when this is closed.
 */
public final class RecipeBuilds implements AutoCloseable {
  private static final List<String> PROGRAMS = List.of("usr/local/bin", "usr/bin", "bin");

  private final BuildHost host;
  private final WorkFolder work;
  private final Preparation preparation;
  private final Prepared own;
  private final int crates;
  private int made;

  private RecipeBuilds(BuildHost host, WorkFolder work, Prepared own, int crates) {
    this.host = host;
    this.work = work;
    this.preparation = new Preparation(host);
    this.own = own;
    this.crates = crates;
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
            return new RecipeBuilds(host, work, own, found.crates());
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

  /** The crates that its Cargo.lock names. */
  public List<Crate> locked() {
    return own.lock().crates();
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
      made++;
      BuildStage.Job job =
          new BuildStage.Job(
              "recipe-" + made,
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
