package dev.selfsame.promote;

import dev.selfsame.attest.Attestation;
import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.Role;
import dev.selfsame.attest.TrustRoot;
import dev.selfsame.attest.TrustedKey;
import dev.selfsame.attest.claim.PromotionClaim;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.Blob;
import dev.selfsame.store.Blobs;
import dev.selfsame.store.ReadableRegistry;
import dev.selfsame.store.Seen;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Predicate;

/** Reads signed bundles out of a registry. */
public sealed class Evidence permits EvidenceAtHand {
  /** The last moment that a key's lifetime can name. */
  private static final Instant END_OF_TIME = Instant.parse("9999-12-31T23:59:59Z");

  private final ReadableRegistry registry;
  private final TrustRoot root;
  private final Seen seen;

  /**
   * @param registry where they are
   * @param root who is believed
   * @param seen what this user was shown of the registry before
   */
  public Evidence(ReadableRegistry registry, TrustRoot root, Seen seen) {
    this.registry = registry;
    this.root = root;
    this.seen = seen;
  }

  /** Of a registry of which nothing is remembered. */
  public Evidence(ReadableRegistry registry, TrustRoot root) {
    this(registry, root, Seen.NOTHING);
  }

  /** Where they are. */
  public ReadableRegistry registry() {
    return registry;
  }

  /** Who is believed. */
  public final TrustRoot root() {
    return root;
  }

  /** What this user was shown of the registry before. */
  public final Seen seen() {
    return seen;
  }

  /** What became of a bundle. */
  public sealed interface Reading {}

  /** Its signature holds, and its signer may say this. */
  public record Held(Attestation attestation) implements Reading {}

  /**
   * It is whole, but not believed.
   *
   * @param bundle SHA-256 of it
   * @param why one line
   */
  public record Refused(Digest bundle, String why) implements Reading {}

  /**
   * Reads a bundle.
   *
   * @param expected the only role that is believed
   * @param at the moment for which the signer must be valid
   * @throws Failure exit 4 where its bytes are missing, were altered or are no bundle; exit 3 where
   *     they cannot be read
   */
  public Reading read(Digest bundle, Role expected, Instant at) {
    return read(bundle, Set.of(expected), at);
  }

  /** As {@link #read(Digest, Role, Instant)}, for what more than one role may sign. */
  Reading read(Digest bundle, Set<Role> expected, Instant at) {
    Bundle whole = bundle(bundle);
    try {
      return new Held(root.verify(whole, expected, at));
    } catch (Failure e) {
      if (e.code() != ExitCode.BAD_EVIDENCE) {
        throw e;
      }
      return new Refused(bundle, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Reads a bundle that must be believed.
   *
   * @throws Failure exit 4 where it is not
   */
  public Attestation require(Digest bundle, Role expected, Instant at) {
    return require(bundle, Set.of(expected), at);
  }

  /** As {@link #require(Digest, Role, Instant)}, for what more than one role may sign. */
  Attestation require(Digest bundle, Set<Role> expected, Instant at) {
    return root.verify(bundle(bundle), expected, at);
  }

  /**
   * The same registry read for its history: who signed, whatever has become of their key since.
   * Decides nothing but that the history is whole.
   */
  public Evidence history() {
    return everlasting(_ -> true);
  }

  /**
   * The same registry read for dissent: as its {@link #history}, but for keys that are known to
   * others. What a builder saw does not become unseen when its key ends in good order.
   */
  Evidence dissent() {
    return everlasting(TrustedKey::isUncompromised);
  }

  private Evidence everlasting(Predicate<TrustedKey> which) {
    List<TrustedKey> everlasting =
        root.keys().stream()
            .filter(which)
            .map(key ->
                new TrustedKey(
                    key.key(),
                    key.role(),
                    key.operator(),
                    key.builderId(),
                    Instant.EPOCH,
                    END_OF_TIME,
                    null))
            .toList();
    return new Evidence(registry, new TrustRoot(root.version(), everlasting), seen);
  }

  /**
   * What a channel's record says that is named, by its digest, by one whose signature held when
   * this user read it. It is not checked again.
   *
   * @throws Failure exit 4 where its bytes are missing or were altered, or are no such record
   */
  Channel.Promotion promotionSeenBefore(Digest bundle) {
    PromotionClaim claim = PromotionClaim.seenBefore(bundle(bundle));
    return new Channel.Promotion(claim, claim.verifier().operator(), bundle);
  }

  /**
   * Whether a blob is small enough for a bundle and begins as one does. Reads one byte of it, and
   * nothing of its digest.
   */
  public static boolean mayBeBundle(Blobs blobs, Blob blob) {
    if (blob.size() == 0
        || blob.size() > Bundle.MAX_BYTES
        || blob.digest().algorithm() != Digest.Algorithm.SHA256) {
      return false;
    }
    try {
      ByteArrayOutputStream first = new ByteArrayOutputStream(1);
      blobs.copyRange(blob.digest(), 0, 1, first);
      return first.toByteArray()[0] == '{';
    } catch (NoSuchElementException gone) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
  }

  private Bundle bundle(Digest digest) {
    return Bundle.parse(registry.blobs().read(digest, Bundle.MAX_BYTES), "blob " + digest);
  }
}
