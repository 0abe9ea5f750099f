package dev.selfsame.attest;

import dev.selfsame.attest.TrustedKey.Reason;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.MalformedDocumentException;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who may sign what: the keys that are believed, each with one role, an operator and a lifetime.
 * The only place where a signature turns into an identity.
 *
 * @param version grows by one with every change, from 1
 * @param keys in the order in which they were added; no key twice
 */
public record TrustRoot(long version, List<TrustedKey> keys) {
  /** 16 MiB: some 40,000 keys. */
  private static final int LARGEST = 16 << 20;

  /** Throws {@link IllegalArgumentException} with one phrase where a key or id is claimed twice. */
  public TrustRoot {
    keys = List.copyOf(keys);
    if (version < 1) {
      throw new IllegalArgumentException("version is not 1 or more");
    }
    Set<VerificationKey> seen = new HashSet<>();
    Map<String, String> builders = new HashMap<>();
    for (TrustedKey key : keys) {
      if (!seen.add(key.key())) {
        throw new IllegalArgumentException(
            "key %s stands twice: one key has one role and one operator"
                .formatted(key.key().fingerprint().abbreviated()));
      }
      String id = key.builderId();
      String other = id == null ? null : builders.putIfAbsent(id, key.operator());
      if (other != null && !other.equals(key.operator())) {
        throw new IllegalArgumentException(
            "builder id %s is claimed by two operators, %s and %s"
                .formatted(id, other, key.operator()));
      }
    }
  }

  /**
   * Reads a trust root's file.
   *
   * @throws Failure with exit 2 where there is none, 3 where it cannot be read, 4 where it is not
   *     strictly of the form
   */
  public static TrustRoot read(Path file) {
    return parse(bytes(file), file.toString());
  }

  /**
   * The bytes of a trust root's file, of which nothing is known yet.
   *
   * @throws Failure with exit 2 where there is none, or it has more bytes than any trust root; 3
   *     where it cannot be read
   */
  public static byte[] bytes(Path file) {
    // A device or a pipe has no size: what is read is what counts.
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LARGEST + 1);
      if (bytes.length > LARGEST) {
        throw Failure.usage(
            "%s has more than %d bytes, which no trust root has".formatted(file, LARGEST),
            "name a trust root: selfsame trust init makes one");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new Failure(
          ExitCode.USAGE,
          "no trust root at " + file,
          "name one with --trust-root, or make one: selfsame trust init " + file,
          e);
    } catch (IOException e) {
      throw Failure.undecided("cannot read the trust root " + file, "check its permissions", e);
    }
  }

  /**
   * Reads a trust root.
   *
   * @param origin how to name these bytes in an error
   * @throws Failure with exit 4 where they are not strictly of the form
   */
  public static TrustRoot parse(byte[] json, String origin) {
    try {
      return TrustRootFile.parse(json);
    } catch (MalformedDocumentException | IllegalArgumentException e) {
      throw new Failure(
          ExitCode.BAD_EVIDENCE,
          "%s is not a valid trust root: %s".formatted(origin, e.getMessage()),
          "restore it from where it is kept, or make a new one with: selfsame trust init",
          e);
    }
  }

  /** The file's bytes: indented JSON with a final newline. */
  public byte[] json() {
    return TrustRootFile.write(this);
  }

  /**
   * SHA-256 over who may sign what: each key with its role and operator, in whatever order. What
   * has become of a key since, its lifetime and its end, changes nothing.
   */
  public Digest signers() {
    StringBuilder all = new StringBuilder();
    keys.stream()
        .map(key ->
            "%s %s %s\n".formatted(key.key().fingerprint(), key.role().word(), key.operator()))
        .sorted()
        .forEach(all::append);
    return Digest.sha256(all.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The next moment after this one from which another key is believed, or one no longer is, if
   * nobody changes the trust root; empty where there is none.
   */
  public Optional<Instant> nextChange(Instant after) {
    return keys.stream()
        .flatMap(TrustedKey::changes)
        .filter(moment -> moment.isAfter(after))
        .min(Comparator.naturalOrder());
  }

  /** The next version, with one key more. */
  public TrustRoot with(TrustedKey key) {
    List<TrustedKey> more = new ArrayList<>(keys);
    more.add(key);
    return new TrustRoot(version + 1, more);
  }

  /**
   * The next version, with one key taken back. A retired key can still turn out compromised; no
   * other revocation changes.
   *
   * @throws IllegalArgumentException where the key is not here, or was taken back already
   */
  public TrustRoot revoke(Digest fingerprint, TrustedKey.Revocation why) {
    List<TrustedKey> changed = new ArrayList<>(keys);
    for (int i = 0; i < changed.size(); i++) {
      if (changed.get(i).key().fingerprint().equals(fingerprint)) {
        TrustedKey.Revocation before = changed.get(i).revocation();
        if (before != null
            && (before.reason() == Reason.COMPROMISED || why.reason() == Reason.RETIRED)) {
          throw new IllegalArgumentException("the key was taken back at " + before.at());
        }
        changed.set(i, changed.get(i).revoked(why));
        return new TrustRoot(version + 1, changed);
      }
    }
    throw new IllegalArgumentException("no key with fingerprint " + fingerprint);
  }

  /**
   * Verifies an attestation bundle.
   *
   * @param expected the only role that is accepted
   * @param at the moment for which the signer must be valid: the clock's, or a time that somebody
   *     else vouched for; never one that the evidence tells of itself
   * @throws Failure with exit 4 and the reason: a file signature where a statement is wanted,
   *     unknown key, wrong role, outside its lifetime, revoked, signature that does not hold, a
   *     payload that is no statement
   */
  public Attestation verify(Bundle bundle, Role expected, Instant at) {
    return verify(bundle, Set.of(expected), at);
  }

  /**
   * As {@link #verify(Bundle, Role, Instant)}, for what more than one role may sign.
   *
   * @param expected the roles that are accepted
   */
  public Attestation verify(Bundle bundle, Set<Role> expected, Instant at) {
    // Not a pattern switch: bootstrapping one costs a fresh JVM as much as half the signature.
    if (bundle.content() instanceof Bundle.Attested attested) {
      return verify(attested.envelope(), bundle.hint(), bundle.digest(), expected, at);
    }
    throw refusal(bundle.digest(), "signs a file, and is no statement");
  }

  /** Verifies a bare envelope, as {@link #verify(Bundle, Role, Instant)} does a bundle. */
  public Attestation verify(Envelope envelope, Role expected, Instant at) {
    return verify(envelope, "", Digest.sha256(envelope.json()), Set.of(expected), at);
  }

  /**
   * Verifies a signature over a file's own bytes.
   *
   * @param file the file, read to its end and not closed
   * @return who signed
   * @throws Failure as {@link #verify(Bundle, Role, Instant)}
   */
  public TrustedKey verifyFile(Bundle bundle, InputStream file, Role expected, Instant at)
      throws IOException {
    if (!(bundle.content() instanceof Bundle.SignedFile signed)) {
      throw refusal(bundle.digest(), "is a statement, and signs no file");
    }
    byte[] content = file.readAllBytes(); // pure Ed25519 signs the whole message, not its hash
    Optional<Digest> claimed = signed.digest();
    if (claimed.isPresent() && !claimed.get().equals(Digest.sha256(content))) {
      throw refusal(bundle.digest(), "signs another file");
    }
    return new Identification(this, bundle.hint(), bundle.digest())
        .signer(content, signed.signature(), Set.of(expected), at);
  }

  private Attestation verify(
      Envelope envelope, String hint, Digest digest, Set<Role> expected, Instant at) {
    TrustedKey signer =
        new Identification(this, hint, digest)
            .signer(envelope.signedBytes(), envelope.signature(), expected, at);
    try {
      return new Attestation(Statement.parse(envelope.payload()), signer, digest, at, version);
    } catch (MalformedDocumentException e) {
      throw refusal(digest, "holds no valid statement: " + e.getMessage());
    }
  }

  static Failure refusal(Digest evidence, String why) {
    return Failure.badEvidence(
        "evidence %s %s".formatted(evidence.abbreviated(), why),
        "treat the artifact as unproven until it is attested again");
  }
}
