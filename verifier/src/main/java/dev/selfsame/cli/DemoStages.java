package dev.selfsame.cli;

import dev.selfsame.evidence.JourneyReport.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** Says which stage runs, and writes down how long each took. */
final class DemoStages {
  private final Console console;
  private final List<Stage> stages = new ArrayList<>();

  DemoStages(Console console) {
    this.console = console;
  }

  /** Runs a stage. */
  <T> T run(String name, Callable<T> work) throws Exception {
    console.line("%d. %s".formatted(stages.size() + 1, name));
    console.out().flush();
    long began = System.nanoTime();
    T result = work.call();
    stages.add(new Stage(name, (System.nanoTime() - began) / 1e9));
    return result;
  }

  /** Says something about the stage under way. */
  void say(String line) {
    console.line("   " + line);
    console.out().flush();
  }

  List<Stage> all() {
    return List.copyOf(stages);
  }

  /** Where the time went, a line a stage. */
  void printTimes() {
    double total = stages.stream().mapToDouble(Stage::seconds).sum();
    for (Stage stage : stages) {
      console.line(String.format(Locale.ROOT, "  %6.1f s  %s", stage.seconds(), stage.name()));
    }
    console.line(String.format(Locale.ROOT, "  %6.1f s  in all", total));
  }
}
