package dev.selfsame.status;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.status.Finding.Differs;
import dev.selfsame.status.Finding.Holds;
import dev.selfsame.status.Finding.NoEvidence;
import dev.selfsame.status.Running.CouldNotTell;
import dev.selfsame.status.Running.Look;
import dev.selfsame.status.Running.NotLooked;
import dev.selfsame.status.Running.Nothing;
import dev.selfsame.status.Running.Runs;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What should run under a name and channel, and what is known of where it runs.
 *
 * @param name the artifact's name
 * @param should what the channel holds, or null where nothing may run: nothing was promoted, or
 *     what was has ended
 * @param nothing why {@code should} is null, one line, else null
 * @param frozen why the channel may not change, one line, or null
 * @param targets what was asked for, or what is recorded; by kind, name and host
 * @param remarks what is there and not believed, a line each
 */
public record Status(
    String name,
    String channel,
    @Nullable Should should,
    @Nullable String nothing,
    @Nullable String frozen,
    List<Target> targets,
    List<String> remarks) {
  /** The value of {@code schema}; the number changes when a reader must. */
  public static final String SCHEMA = "selfsame.status/1";

  public Status {
    requireNonNull(name);
    requireNonNull(channel);
    targets = List.copyOf(targets);
    remarks = List.copyOf(remarks);
    if ((should == null) == (nothing == null)) {
      throw new IllegalArgumentException("either something should run, or it is said why not");
    }
  }

  /** {@link #SCHEMA}. */
  @JsonProperty("schema")
  public String schema() {
    return SCHEMA;
  }

  /**
   * What a channel holds.
   *
   * @param seq the place of the promotion, or rollback
   * @param since when it was decided
   * @param by the operator who signed it
   * @param rollbackTo the promotion that a rollback brought back, or null for a promotion
   * @param reason why it was rolled back, or null for a promotion
   * @param until when it ends, or null
   */
  public record Should(
      Digest artifact,
      long seq,
      Instant since,
      String by,
      @Nullable Long rollbackTo,
      @Nullable String reason,
      @Nullable Instant until) {
    public Should {
      requireNonNull(artifact);
      requireNonNull(since);
      requireNonNull(by);
    }
  }

  /**
   * The newest record of a target.
   *
   * @param outcome {@code healthy}, {@code rolled-back}, {@code failed} or {@code removed}
   * @param seq the promotion that was deployed, or was to be
   * @param runs what it says that runs since then; null where it says that nothing does, or does
   *     not know
   * @param at when it ended
   * @param by the deployer who signed it
   * @param engine what carried it out
   * @param image SHA-256 of the manifest of the image that is run, or null
   * @param reason why it did not do, or null
   * @param settings fingerprint of the settings that what runs since then was deployed with, or
   *     null where no record says
   * @param bundle SHA-256 of the signed record
   */
  public record Recorded(
      String outcome,
      long seq,
      @Nullable Digest runs,
      Instant at,
      String by,
      String engine,
      @Nullable Digest image,
      @Nullable String reason,
      @Nullable Digest settings,
      Digest bundle) {
    public Recorded {
      requireNonNull(outcome);
      requireNonNull(at);
      requireNonNull(by);
      requireNonNull(engine);
      requireNonNull(bundle);
    }
  }

  /**
   * A place where it runs, or should.
   *
   * @param target as {@code deploy} takes it, such as {@code docker:agent}
   * @param host where the records say that it is, or null where there is no record
   * @param recorded the newest record, or null where there is none
   * @param look what was seen there just now
   */
  public record Target(
      String target, @Nullable String host, @Nullable Recorded recorded, Look look) {
    public Target {
      requireNonNull(target);
      requireNonNull(look);
    }

    /** Whether it runs with the settings of its record; null where nothing was seen to run. */
    @JsonProperty("settings")
    public @Nullable Finding settings() {
      return look instanceof Runs runs ? Status.settings(this, runs) : null;
    }
  }

  /** Whether a target is proven to run what it should; could not tell where nobody looked. */
  public ExitCode code(Target target) {
    return switch (target.look()) {
      case Runs runs -> runs(runs) ? instance(target, runs) : ExitCode.NO;
      case Nothing _ -> ExitCode.NO;
      case CouldNotTell _, NotLooked _ -> ExitCode.UNDECIDED;
    };
  }

  /** Whether a target was seen to run the bytes that it should, and nobody changed it by hand. */
  boolean runsIt(Target target) {
    return target.look() instanceof Runs runs && runs(runs);
  }

  /** What was changed by hand is not what was deployed, also while the right bytes still run. */
  private boolean runs(Runs runs) {
    return should != null && should.artifact().equals(runs.artifact()) && runs.changes().isEmpty();
  }

  /**
   * Whether it is well, and as it was deployed. What no record knows was declared by nobody: it is
   * judged by its bytes, and by what it says of itself.
   */
  private ExitCode instance(Target target, Runs runs) {
    List<ExitCode> codes =
        Stream.of(runs.instance().health(), settings(target, runs))
            .filter(one -> target.recorded() != null || !(one instanceof NoEvidence))
            .map(Finding::code)
            .toList();
    return codes.contains(ExitCode.NO)
        ? ExitCode.NO
        : codes.contains(ExitCode.UNDECIDED) ? ExitCode.UNDECIDED : ExitCode.YES;
  }

  /** Whether something runs with the settings that the deployment record names. */
  public static Finding settings(Target target, Runs runs) {
    Recorded recorded = target.recorded();
    Digest seen = runs.instance().fingerprint();
    if (recorded == null || !(runs.instance().settings() instanceof Holds) || seen == null) {
      return runs.instance().settings();
    } else if (recorded.settings() == null) {
      return new NoEvidence("no record says which settings it should have");
    }
    return recorded.settings().equals(seen)
        ? new Holds("those of the record, %s".formatted(seen.abbreviated()))
        : new Differs(
            "they are %s, and the record says %s"
                .formatted(seen.abbreviated(), recorded.settings().abbreviated()));
  }

  /**
   * Yes only where every target, and at least one, is proven to run what the channel holds. Where
   * one could not be told, that is the answer, whatever was seen of others.
   */
  public ExitCode code() {
    if (should == null) {
      return ExitCode.NO;
    }
    List<ExitCode> codes = targets.stream().map(this::code).toList();
    return codes.isEmpty() || codes.contains(ExitCode.UNDECIDED)
        ? ExitCode.UNDECIDED
        : codes.contains(ExitCode.NO) ? ExitCode.NO : ExitCode.YES;
  }
}
