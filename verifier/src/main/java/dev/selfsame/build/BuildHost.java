package dev.selfsame.build;

import static java.util.Objects.requireNonNull;

import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.PinCatalogue;
import dev.selfsame.pins.root.RootCache;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/**
 * What a build takes from the machine.
 *
 * @param engine runs the sandboxes
 * @param pins the environments that are known
 * @param roots their files
 * @param cache such as {@code ~/.cache/selfsame}: crates, work folders, locks
 * @param environment of this process, for Cargo's configuration and proxies
 * @param most what one build may use at most; its wall time is the project's
 */
public record BuildHost(
    Engine engine,
    PinCatalogue pins,
    RootCache roots,
    Path cache,
    Map<String, String> environment,
    Clock clock,
    Progress progress,
    Sandbox.Limits most) {
  public BuildHost {
    requireNonNull(engine);
    requireNonNull(pins);
    requireNonNull(roots);
    requireNonNull(cache);
    requireNonNull(clock);
    requireNonNull(progress);
    requireNonNull(most);
    environment = Map.copyOf(environment);
  }

  /** What one build may use on this machine: most of its memory and disk. */
  public static Sandbox.Limits usualLimits(Path cache) {
    return HostFacts.limits(cache);
  }

  Sandbox.Limits limits(Duration wall) {
    return new Sandbox.Limits(
        wall, most.memoryBytes(), most.processes(), most.diskBytes(), most.logBytes());
  }
}
