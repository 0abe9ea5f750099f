package dev.selfsame.store;

import dev.selfsame.digest.Digest;
import java.time.Instant;
import java.util.Collection;

/**
 * A cache for searching and listing. Its rows are copies of what signed bundles say; no decision
 * reads them.
 */
public interface Catalogue extends Listing, AutoCloseable {

  /** A row: {@link Staged} or {@link Promoted}. */
  sealed interface Row {
    /** The bundle that says it. */
    Digest bundle();
  }

  /**
   * Evidence that was submitted.
   *
   * @param name what it was submitted as
   * @param artifact the binary's digest
   * @param bundle the signed build attestation
   * @param operator who runs the builder, as the trust root had it at that time
   * @param reproducible whether every build behind it gave the same bytes
   * @param at when the build finished
   */
  record Staged(
      ArtifactName name,
      Digest artifact,
      Digest bundle,
      String operator,
      boolean reproducible,
      Instant at)
      implements Row {}

  /**
   * A channel's record: a promotion, or another action on what the channel holds.
   *
   * @param name what was promoted
   * @param channel where to
   * @param seq its place in the channel
   * @param artifact the digest of the binary that the channel holds from then on
   * @param bundle the signed record
   * @param at when it was decided
   */
  record Promoted(
      ArtifactName name, ChannelName channel, long seq, Digest artifact, Digest bundle, Instant at)
      implements Row {}

  /**
   * Says that evidence is about to be kept whose row follows. Should the process end before {@link
   * #add}, the catalogue is made again when it is next opened.
   */
  void announce();

  /**
   * Adds a row; one that is there already is left as it is.
   *
   * @throws dev.selfsame.outcome.Failure exit 4 where another promotion has its place in the
   *     channel
   */
  void add(Row row);

  /** Replaces every row, in one transaction. */
  void replaceAll(Collection<? extends Row> rows);

  @Override
  void close();
}
