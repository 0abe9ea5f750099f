package dev.selfsame.build;

import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Which engine a build takes: the one asked for, or the first that works. */
public final class EngineChoice {
  /** Takes the first engine that works. */
  public static final String AUTO = "auto";

  private final List<Engine> engines;
  private final Progress progress;

  /**
   * @param engines in the order in which {@code auto} tries them
   * @param progress told which engine was taken and why others were passed over
   */
  public EngineChoice(List<Engine> engines, Progress progress) {
    this.engines = List.copyOf(engines);
    this.progress = progress;
  }

  /** The names that {@link #choose} takes, {@code auto} first. */
  public List<String> names() {
    List<String> names = new ArrayList<>(List.of(AUTO));
    engines.forEach(engine -> names.add(engine.name()));
    return List.copyOf(names);
  }

  /**
   * The engine for {@code name}, tried and working.
   *
   * @param name an engine's name or {@code auto}
   * @throws Failure usage for a name that is none; undecided where the engine does not work, or
   *     none does: each with its reason and what would bring it
   */
  public Engine choose(String name) {
    if (!names().contains(name)) {
      throw Failure.usage("no engine is called " + name, "one of " + String.join(", ", names()));
    }
    List<String> passedOver = new ArrayList<>();
    List<String> hints = new ArrayList<>();
    for (Engine engine : engines) {
      if (!name.equals(AUTO) && !name.equals(engine.name())) {
        continue;
      }
      switch (engine.probe()) {
        case Engine.Probe.Works(String version) -> {
          progress.note(taken(engine, version, passedOver));
          return engine;
        }
        case Engine.Probe.Absent(String why, String hint) -> {
          passedOver.add(engine.name() + ": " + why);
          hints.add(engine.name() + ": " + hint);
        }
      }
    }
    String none = name.equals(AUTO) ? "no engine works here: " : "the engine does not work here: ";
    throw Failure.undecided(
        none + String.join("; ", passedOver),
        hints.stream().distinct().collect(Collectors.joining("; ")));
  }

  private static String taken(Engine engine, String version, List<String> passedOver) {
    String others =
        passedOver.isEmpty() ? "" : " (passed over " + String.join("; ", passedOver) + ")";
    return "engine " + engine.name() + ", " + version + others;
  }
}
