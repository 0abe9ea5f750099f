package dev.selfsame.audit.gate;

import dev.selfsame.audit.Audit;
import dev.selfsame.audit.Checked;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One answer of each kind, about a place of any name. */
public final class Answers {
  public static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  private Answers() {}

  public static Digest digest(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  public static Audit.Subject subject(String where) {
    return new Audit.Subject(where, 19, digest(where));
  }

  /** A build by an operator, in a pin. */
  public static Audit.Built built(String operator, String pin, boolean reproducible) {
    return new Audit.Built(
        operator,
        "https://builders.example.org/" + operator,
        null,
        "0123456789abcdef0123456789abcdef01234567",
        false,
        "rustc 1.85.1",
        pin,
        digest(pin),
        "stripped",
        reproducible,
        NOW.minusSeconds(7200),
        digest(operator + pin));
  }

  /** Promoted an hour ago, as promotion 3. */
  public static Checked.Told promoted(String where, Audit.Built... builds) {
    return promotedAt(where, NOW.minusSeconds(3600), builds);
  }

  public static Checked.Told promotedAt(String where, Instant at, Audit.Built... builds) {
    return promoted(where, at, null, builds);
  }

  /** Rolled back an hour ago, to what was promoted first. */
  public static Checked.Told rolledBackTo(String where, Instant promoted, Audit.Built... builds) {
    return promoted(
        where, NOW.minusSeconds(3600), new Audit.Rollback(1, promoted, "it hangs"), builds);
  }

  private static Checked.Told promoted(
      String where, Instant at, Audit.@Nullable Rollback rollback, Audit.Built... builds) {
    Audit.Promotion promotion =
        new Audit.Promotion(
            "viworks/agent",
            "production",
            3,
            at,
            "pat",
            digest("policy"),
            null,
            digest("bundle"),
            rollback,
            null);
    return new Checked.Told(
        where, new Audit.Promoted(subject(where), promotion, List.of(builds), List.of()));
  }

  public static Checked.Told promoted(String where) {
    return promoted(where, built("alice", "trixie-rust-1.85.1", true));
  }

  public static Checked.Told notPromoted(String where, String reason, Audit.Built... builds) {
    return new Checked.Told(
        where, new Audit.NotPromoted(subject(where), reason, List.of(builds), List.of()));
  }

  public static Checked.Told unknown(String where) {
    return new Checked.Told(
        where, new Audit.Unknown(subject(where), null, Map.of(), Map.of(), null));
  }

  public static Checked.Told badEvidence(String where, String reason) {
    return new Checked.Told(where, new Audit.BadEvidence(subject(where), reason));
  }

  public static Checked.Told runsOther(String where) {
    return new Checked.Told(
        where,
        new Audit.RunsOther(
            subject(where),
            "its file was replaced",
            unknown("running").audit(),
            promoted("file").audit()));
  }

  public static Checked.Untold untold(String where) {
    return Checked.Untold.of(where, Failure.undecided("no file at " + where, "check the path"));
  }
}
