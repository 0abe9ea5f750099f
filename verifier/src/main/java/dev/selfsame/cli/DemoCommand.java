package dev.selfsame.cli;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code demo}: the whole journey on the example agent. */
@Command(
    name = "demo",
    description = {
      "The whole journey on a real Rust agent, without daemon, server or root user: builds it in a",
      "pinned root to the same bytes three times, signs and promotes it; builds it once more by",
      "hand and is refused; verifies three files."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame demo",
      "  selfsame demo /tmp/journey",
      "",
      "DIR/ then holds promoted, hand-made, tampered, registry/, trust-root.json,",
      "build-record.json, report.html, policy.toml, keys/ and logs/.",
      "",
      "Exit codes:",
      "  0  every step ended as it must: one binary promoted, two refused",
      "  1  a step gave another answer than it must",
      "  2  DIR holds something already, or the project is no git checkout",
      "  3  a step could not be done: no engine, no network for the first fetch, no disk",
      "  4  evidence was bad",
    })
final class DemoCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final PinSources sources = new PinSources();
  @Mixin private final EngineOption engine = new EngineOption();

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "A new or empty folder; default: a new selfsame-demo in the current folder.")
  private @Nullable Path folder;

  DemoCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws Exception {
    Path agent = agent();
    Path locks = surroundings.folders().cache().resolve("locks");
    try (DemoFolder target = DemoFolder.claim(folder, surroundings.workFolder(), locks)) {
      DemoJourney journey =
          new DemoJourney(
              surroundings,
              engine.choose(surroundings, sources),
              sources,
              agent,
              target.partial(),
              target.place());
      journey.run();
      target.finish();
      surroundings.seen().beginAnew(target.place().resolve("trust-root.json"));
      journey.printNext();
    } catch (IOException e) {
      throw Failure.undecided(
          "the demo cannot be written: " + e.getMessage(),
          "free some disk, or name another folder: selfsame demo DIR",
          e);
    }
    return ExitCode.YES.status();
  }

  /** The launcher says where the project stands. */
  private static Path agent() {
    String home = System.getProperty("selfsame.home", "");
    Path agent = Path.of(home, "verifier/examples/agent");
    if (home.isEmpty() || !Files.isDirectory(agent)) {
      throw Failure.usage(
          "the example agent is not here", "run verifier/bin/selfsame of a clone of the project");
    }
    return agent;
  }
}
