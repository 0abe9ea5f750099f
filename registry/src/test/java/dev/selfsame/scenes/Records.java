package dev.selfsame.scenes;

import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.claim.Provenance;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BuildRecord;
import dev.selfsame.evidence.BuildRecord.Output;
import dev.selfsame.evidence.BuildRecord.Run;
import dev.selfsame.evidence.BuildRecord.RunKind;
import dev.selfsame.evidence.ImageSettings;
import dev.selfsame.evidence.Json;
import dev.selfsame.evidence.Recipe;
import dev.selfsame.evidence.Source;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A build record, changed a field at a time. As it begins, every usual policy lets it pass. */
public final class Records {
  public String name = "viworks/agent";
  public byte[] binary = "the binary".getBytes();
  public @Nullable String repository = "https://git.example.org/agent";
  public String source = "the source";
  public boolean dirty;
  public String pin = "trixie-rust-1.85.1";
  public String profile = "release";
  public String stripState = "stripped";
  public int controls = 2;
  public int varied = 1;
  public boolean controlsIdentical = true;
  public boolean variedIdentical = true;
  public @Nullable ImageSettings image;
  public Instant finishedAt = People.NOW.minusSeconds(3600);

  /** A record of a build that gave these bytes, from a source of its own. */
  public static Records of(String content) {
    Records records = new Records();
    records.source = "source of " + content;
    records.binary = content.getBytes();
    return records;
  }

  public Digest artifact() {
    return Digest.sha256(binary);
  }

  public BuildRecord record() {
    return new BuildRecord(
        BuildRecord.SCHEMA,
        name,
        new Source(
            repository,
            "0123456789abcdef0123456789abcdef01234567",
            "89abcdef0123456789abcdef0123456789abcdef",
            "",
            People.NOW.minusSeconds(86_400),
            Digest.sha256(source.getBytes()),
            source.length(),
            dirty),
        recipe(),
        new BuildRecord.Toolchain(
            "rustc 1.85.1 (4eb161250 2025-03-15)\nbinary: rustc",
            "cargo 1.85.1 (d73d2caf9 2024-12-31)",
            "GNU ld (GNU Binutils for Debian) 2.44"),
        new BuildRecord.EnvironmentPin(
            pin,
            "debs",
            Digest.sha256(pin.getBytes()),
            Digest.sha256("root".getBytes()),
            null,
            null),
        List.of(new BuildRecord.Crate("serde", "1.0.0", Digest.sha256("serde".getBytes()))),
        Digest.sha256("lock".getBytes()),
        new BuildRecord.EngineFacts("bwrap", "0.11.0", Map.of("kernel", "6.12")),
        runs(),
        null,
        new BuildRecord.Reproducibility(controlsIdentical, variedIdentical, List.of()),
        List.of(new Output("agent", binary.length, artifact(), stripState, Map.of())),
        image,
        finishedAt.minusSeconds(60),
        finishedAt);
  }

  public byte[] json() {
    return Json.write(record());
  }

  /** The provenance, signed by one of the people with the builder id of that name. */
  public Bundle signedBy(People people, String who) {
    return Bundle.attest(
        Provenance.of(record(), Digest.sha256(json()), People.builderId(who)), people.signer(who));
  }

  private Recipe recipe() {
    return new Recipe(
        pin,
        Digest.sha256("root".getBytes()),
        "x86_64-unknown-linux-gnu",
        null,
        List.of("agent"),
        profile,
        Map.of("strip", "symbols"),
        List.of(),
        true,
        List.of(),
        Map.of(),
        Map.of("src", "/build/src"),
        1_700_000_000);
  }

  private List<Run> runs() {
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < controls + varied; i++) {
      boolean control = i < controls;
      runs.add(
          new Run(
              control ? RunKind.CONTROL : RunKind.VARIED,
              control ? List.of() : List.of("path"),
              30.0,
              Digest.sha256(("log " + i).getBytes()),
              Map.of("agent", artifact()),
              null));
    }
    return runs;
  }
}
