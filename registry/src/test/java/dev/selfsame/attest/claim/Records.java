package dev.selfsame.attest.claim;

import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BuildRecord;
import dev.selfsame.evidence.BuildRecord.Crate;
import dev.selfsame.evidence.BuildRecord.EngineFacts;
import dev.selfsame.evidence.BuildRecord.EnvironmentPin;
import dev.selfsame.evidence.BuildRecord.Output;
import dev.selfsame.evidence.BuildRecord.Reproducibility;
import dev.selfsame.evidence.BuildRecord.Run;
import dev.selfsame.evidence.BuildRecord.RunKind;
import dev.selfsame.evidence.BuildRecord.Toolchain;
import dev.selfsame.evidence.Recipe;
import dev.selfsame.evidence.Source;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Build records to attest. */
public final class Records {
  public static final Instant STARTED = Instant.parse("2026-11-23T10:00:00Z");
  public static final Instant FINISHED = Instant.parse("2026-11-23T10:05:00Z");

  private Records() {}

  public static Digest digest(String of) {
    return Digest.sha256(of.getBytes(StandardCharsets.UTF_8));
  }

  /** Two equal controls and an equal varied build of two binaries. */
  public static BuildRecord good() {
    return record("https://example.org/agent.git", false, List.of());
  }

  /** The same from a repository without a remote, dirty, with these factors guilty. */
  public static BuildRecord record(
      @Nullable String repository, boolean dirty, List<String> guilty) {
    List<Output> outputs =
        List.of(
            new Output("agent", 7_013_432, digest("agent"), "stripped", Map.of()),
            new Output("agentctl", 1_000, digest("agentctl"), "full", Map.of()));
    Map<String, Digest> digests = Map.of("agent", digest("agent"), "agentctl", digest("agentctl"));
    Digest log = digest("log");
    return new BuildRecord(
        BuildRecord.SCHEMA,
        "agent",
        source(repository, dirty),
        recipe(),
        new Toolchain("rustc 1.85.1 (4eb161250 2025-03-15)\nhost: x", "cargo 1.85.1", "ld 2.44"),
        new EnvironmentPin(
            "trixie-rust-1.85.1", "debs", digest("pin"), digest("root"), digest("image"), null),
        List.of(
            new Crate("serde", "1.0.228", digest("serde")),
            new Crate("tokio", "1.48.0", digest("tokio"))),
        digest("Cargo.lock"),
        new EngineFacts("bwrap", "0.8.0", Map.of("kernel", "6.1")),
        List.of(
            new Run(RunKind.CONTROL, List.of(), 50, log, digests, null),
            new Run(RunKind.CONTROL, List.of(), 51, log, digests, null),
            new Run(RunKind.VARIED, List.of("path"), 52, log, digests, null)),
        digest("prepare"),
        new Reproducibility(true, guilty.isEmpty(), guilty),
        outputs,
        null,
        STARTED,
        FINISHED);
  }

  private static Source source(@Nullable String repository, boolean dirty) {
    return new Source(
        repository, "a".repeat(40), "b".repeat(40), "", STARTED, digest("package"), 10, dirty);
  }

  private static Recipe recipe() {
    return new Recipe(
        "trixie-rust-1.85.1",
        digest("root"),
        "x86_64-unknown-linux-gnu",
        null,
        List.of("agent", "agentctl"),
        "release",
        Map.of("strip", "symbols"),
        List.of(),
        true,
        List.of("-Clink-arg=-Wl,--build-id=none"),
        Map.of(),
        Map.of("src", "/src"),
        STARTED.getEpochSecond());
  }
}
