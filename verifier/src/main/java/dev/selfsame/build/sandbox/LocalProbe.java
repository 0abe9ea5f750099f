package dev.selfsame.build.sandbox;

import dev.selfsame.build.Ending;
import dev.selfsame.build.Engine;
import dev.selfsame.build.Sandbox;
import dev.selfsame.build.WorkFolder;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Tries a local engine on a command of the host that does nothing. */
final class LocalProbe {
  private static final Sandbox.Limits LIMITS =
      new Sandbox.Limits(Duration.ofSeconds(5), 1L << 30, 100, 1 << 20, 1 << 20);

  private LocalProbe() {}

  /** Whether {@code engine} can run anything. */
  static Engine.Probe of(Engine engine, String version, Path spool) {
    WorkFolder work;
    try {
      work = WorkFolder.make(spool);
    } catch (Failure e) {
      return new Engine.Probe.Absent("no scratch folder: " + e.getMessage(), e.hint());
    }
    try (work) {
      Ending ending = engine.run(nothing(work.at("probe.log")));
      return ending instanceof Ending.Exited(int status, Duration wall) && status == 0
          ? new Engine.Probe.Works(version)
          : absent("it could not run /bin/true: " + ending);
    } catch (Failure e) {
      return absent(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return absent("interrupted");
    }
  }

  private static Engine.Probe absent(String why) {
    return new Engine.Probe.Absent(
        why, "allow user namespaces (sysctl user.max_user_namespaces), or use --engine docker");
  }

  private static Sandbox nothing(Path log) {
    return new Sandbox(
        Path.of("/"),
        Digest.sha256(new byte[0]),
        List.of("/bin/true"),
        Map.of(),
        "/",
        List.of(),
        List.of(),
        new Sandbox.Identity(1000, "probe", 022, 0, false),
        LIMITS,
        log);
  }
}
