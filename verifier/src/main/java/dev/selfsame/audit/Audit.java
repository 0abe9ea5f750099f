package dev.selfsame.audit;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.where.ContainerState;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answer to "may this binary run?", with what it rests on. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "verdict")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Audit.Promoted.class, name = "promoted"),
  @JsonSubTypes.Type(value = Audit.NotPromoted.class, name = "not-promoted"),
  @JsonSubTypes.Type(value = Audit.Unknown.class, name = "unknown"),
  @JsonSubTypes.Type(value = Audit.RunsOther.class, name = "runs-other-bytes"),
  @JsonSubTypes.Type(value = Audit.BadEvidence.class, name = "bad-evidence")
})
public sealed interface Audit {
  /** The value of {@code schema}; the number changes when a reader must. */
  String SCHEMA = "selfsame.audit/1";

  /** {@link #SCHEMA}. */
  @JsonProperty("schema")
  default String schema() {
    return SCHEMA;
  }

  /** What was audited. */
  Subject subject();

  /** The exit code that says so: 0 for promoted, 1 or 4 for everything else. */
  ExitCode code();

  /**
   * The channel's newest promotion is of these bytes.
   *
   * @param builds what it rests on, at least one
   * @param remarks what else a reader should know, a line each
   */
  record Promoted(Subject subject, Promotion promotion, List<Built> builds, List<String> remarks)
      implements Audit {
    public Promoted {
      builds = List.copyOf(builds);
      remarks = List.copyOf(remarks);
      if (builds.isEmpty()) {
        throw new IllegalArgumentException("no evidence is no yes");
      }
    }

    @Override
    public ExitCode code() {
      return ExitCode.YES;
    }
  }

  /**
   * There is evidence of these bytes, and it does not make them promoted.
   *
   * @param reason why not, one line
   * @param builds who built them
   */
  record NotPromoted(Subject subject, String reason, List<Built> builds, List<String> remarks)
      implements Audit {
    public NotPromoted {
      builds = List.copyOf(builds);
      remarks = List.copyOf(remarks);
    }

    @Override
    public ExitCode code() {
      return ExitCode.NO;
    }
  }

  /**
   * Nobody has said anything of these bytes.
   *
   * @param difference from what is promoted, where that is known
   * @param facts what the file says of itself, by name, such as {@code rustc}; only told, never
   *     believed
   * @param doubts by the same names what stands behind a value where people are told it, such as
   *     {@code (likely)}
   * @param nearest the promoted binary that is most like it, where there is one
   */
  record Unknown(
      Subject subject,
      @Nullable Difference difference,
      Map<String, String> facts,
      @JsonIgnore Map<String, String> doubts,
      @Nullable Nearest nearest)
      implements Audit {
    public Unknown {
      facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
      doubts = Map.copyOf(doubts);
    }

    @Override
    public ExitCode code() {
      return ExitCode.NO;
    }
  }

  /**
   * A process runs other bytes than its file has now, so one answer cannot be a yes for both.
   *
   * @param subject what was asked for
   * @param reason one line
   * @param running the audit of what runs
   * @param file the audit of what stands at the path
   */
  record RunsOther(Subject subject, String reason, Audit running, Audit file) implements Audit {
    @Override
    public ExitCode code() {
      return Badness.worst(List.of(ExitCode.NO, running.code(), file.code()));
    }
  }

  /**
   * Evidence does not hold: altered bytes, a signature, a signer, a broken chain.
   *
   * @param reason one line
   */
  record BadEvidence(Subject subject, String reason) implements Audit {
    @Override
    public ExitCode code() {
      return ExitCode.BAD_EVIDENCE;
    }
  }

  /**
   * The file that was audited.
   *
   * @param path as it was named
   * @param size bytes
   * @param digest SHA-256
   * @param image where it was pulled from a registry
   * @param container where it was taken out of one
   * @param running whether these bytes run, where a process or a container was asked about
   */
  record Subject(
      String path,
      long size,
      Digest digest,
      @Nullable Pulled image,
      @Nullable ContainerState container,
      @Nullable Running running) {

    /** A file of which nothing more is known. */
    public Subject(String path, long size, Digest digest) {
      this(path, size, digest, null, null, null);
    }
  }

  /**
   * What a reference to a registry stood for.
   *
   * @param manifest SHA-256 of the manifest, by which the same bytes can be asked for again
   */
  record Pulled(String reference, Digest manifest) {}

  /**
   * A promotion, or a rollback to an earlier one.
   *
   * @param name the artifact's name
   * @param seq its place in the channel, from 1
   * @param at when it was decided
   * @param by the operator who signed it
   * @param policy SHA-256 of the policy
   * @param expires when it stops counting, or null
   * @param bundle SHA-256 of the signed bundle
   * @param rollback what it brought back, or null where it is a promotion
   * @param frozen who stopped the channel, or null where it goes on
   */
  record Promotion(
      String name,
      String channel,
      long seq,
      Instant at,
      String by,
      Digest policy,
      @Nullable Instant expires,
      Digest bundle,
      @Nullable Rollback rollback,
      @Nullable Frozen frozen) {

    /** When these bytes were judged by the policy: a rollback makes nothing younger. */
    public Instant judged() {
      return rollback == null ? at : rollback.promoted();
    }
  }

  /**
   * What a rollback brought back.
   *
   * @param to the place of the promotion that came back
   * @param promoted when that promotion was decided
   * @param reason one line
   */
  record Rollback(long to, Instant promoted, String reason) {}

  /**
   * A channel into which nothing may come.
   *
   * @param by the operator who froze it
   * @param reason one line
   */
  record Frozen(Instant since, String by, String reason) {}

  /**
   * A build of these bytes.
   *
   * @param operator who answers for the builder
   * @param repository where the source is, or null where git names none
   * @param commit git commit id
   * @param dirty whether the work tree differed from it
   * @param rustc first line of {@code rustc -vV}
   * @param pin the pinned environment's id
   * @param pinRoot DiffID of its root
   * @param stripState {@code full}, {@code debug-stripped}, {@code stripped} or {@code unknown}
   * @param reproducible whether controls and a varied build gave the same bytes
   * @param at when it ended, by the builder's clock
   * @param bundle SHA-256 of the signed bundle
   */
  record Built(
      String operator,
      String builderId,
      @Nullable String repository,
      String commit,
      boolean dirty,
      String rustc,
      String pin,
      Digest pinRoot,
      String stripState,
      boolean reproducible,
      Instant at,
      Digest bundle) {}

  /**
   * How a file differs from what is promoted.
   *
   * @param name the promoted artifact's name
   * @param promoted its SHA-256
   * @param promotedSize its bytes
   * @param sizeDelta the file's bytes less the promoted ones
   * @param firstDifference offset of the first byte that differs
   * @param differingBytes how many offsets hold other bytes, up to the shorter one's end
   */
  record Difference(
      String name,
      Digest promoted,
      long promotedSize,
      long sizeDelta,
      long firstDifference,
      long differingBytes) {}

  /**
   * The promoted binary that is most like an unknown one.
   *
   * @param name the promoted artifact's name
   * @param seq its place in the channel
   * @param promoted its SHA-256
   * @param sizeDelta the file's bytes less the promoted ones
   * @param cause what explains the difference first, one line; empty where nothing was found
   */
  record Nearest(String name, long seq, Digest promoted, long sizeDelta, String cause) {}
}
