package dev.selfsame.doctor;

import dev.selfsame.build.Engine;
import java.util.ArrayList;
import java.util.List;

/** What can run a build. */
public final class Engines {
  private Engines() {}

  /** Tries every engine for real: one check each, and one that needs any of them. */
  public static List<Check> look(List<Engine> engines) {
    List<Check> checks = new ArrayList<>();
    List<String> working = new ArrayList<>();
    for (Engine engine : engines) {
      String name = "engine " + engine.name();
      checks.add(
          Check.of(
              name,
              () ->
                  switch (engine.probe()) {
                    case Engine.Probe.Works(String version) -> {
                      working.add(engine.name());
                      yield Check.ok(name, version);
                    }
                    case Engine.Probe.Absent(String why, String hint) ->
                        Check.missing(name, why, hint);
                  }));
    }
    Check any =
        working.isEmpty()
            ? Check.missing("engine", "none works", "one is enough: apt install bubblewrap")
            : Check.ok("engine", "--engine auto takes " + working.getFirst());
    checks.add(any.asNeeded());
    return checks;
  }
}
