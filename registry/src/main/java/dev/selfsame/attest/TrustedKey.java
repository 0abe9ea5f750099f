package dev.selfsame.attest;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A key as the trust root names it. Whoever signed with it is {@code operator} in {@code role},
 * whatever the evidence says.
 *
 * @param key the public key
 * @param role the one thing that it may sign
 * @param operator who answers for it; thresholds count operators. Letters, digits and {@code
 *     ._@+-}, at most 64
 * @param builderId URI of the builder, for builders alone
 * @param validFrom first moment at which it is believed
 * @param validUntil first moment at which it no longer is
 * @param revocation when and why it was taken back, or null
 */
public record TrustedKey(
    VerificationKey key,
    Role role,
    String operator,
    @Nullable String builderId,
    Instant validFrom,
    Instant validUntil,
    @Nullable Revocation revocation) {
  private static final Pattern OPERATOR = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}");

  /**
   * Throws {@link IllegalArgumentException} with one phrase where the parts do not fit together.
   */
  public TrustedKey {
    requireNonNull(key);
    requireNonNull(role);
    if (!OPERATOR.matcher(operator).matches()) {
      throw new IllegalArgumentException(
          "operator is not 1 to 64 letters, digits and ._@+-: " + operator);
    }
    if ((role == Role.BUILDER) != (builderId != null)) {
      throw new IllegalArgumentException("a builder id belongs to builders, and to each of them");
    }
    if (builderId != null && !absoluteUri(builderId)) {
      throw new IllegalArgumentException("builder id is not an absolute URI: " + builderId);
    }
    if (!writable(validFrom) || !writable(validUntil)) {
      throw new IllegalArgumentException("a lifetime lies within the years 1970 to 9999");
    }
    if (!validFrom.isBefore(validUntil)) {
      throw new IllegalArgumentException("valid until is not after valid from");
    }
  }

  /** Why a key was taken back. */
  public enum Reason {
    /**
     * In good order: what it signed counts where that is asked of an earlier moment, as of the
     * builds that a promotion rests on. What a channel holds has to be signed by a key that counts
     * now.
     */
    RETIRED,
    /** Known to others: nothing that it ever signed counts. */
    COMPROMISED
  }

  /** A key taken back at a moment. */
  public record Revocation(Instant at, Reason reason) {
    public Revocation {
      requireNonNull(reason);
      if (!writable(at)) {
        throw new IllegalArgumentException("a revocation lies within the years 1970 to 9999");
      }
    }
  }

  /** Whether nobody is known to have had it but its owner. */
  public boolean isUncompromised() {
    return revocation == null || revocation.reason() != Reason.COMPROMISED;
  }

  /** Who a verification summary by this key is by: {@code verifier.id} must be this. */
  public String verifierId() {
    return "https://selfsame.dev/operators/" + operator;
  }

  /** Why the key is not believed at that moment; empty where it is. */
  public Optional<String> objection(Instant at) {
    if (revocation != null && !isUncompromised()) {
      return Optional.of("was revoked as compromised at " + revocation.at());
    }
    if (revocation != null && !at.isBefore(revocation.at())) {
      return Optional.of("was retired at " + revocation.at());
    }
    if (at.isBefore(validFrom)) {
      return Optional.of("is valid only from " + validFrom);
    }
    if (!at.isBefore(validUntil)) {
      return Optional.of("expired at " + validUntil);
    }
    return Optional.empty();
  }

  /** The moments at which {@link #objection} may become another. */
  Stream<Instant> changes() {
    Stream<Instant> lifetime = Stream.of(validFrom, validUntil);
    return revocation == null ? lifetime : Stream.concat(lifetime, Stream.of(revocation.at()));
  }

  /** The same key, taken back. */
  public TrustedKey revoked(Revocation why) {
    return new TrustedKey(key, role, operator, builderId, validFrom, validUntil, why);
  }

  /** The key in a few words, for errors. */
  public String describe() {
    return "the %s key %s of %s".formatted(role.word(), key.fingerprint().abbreviated(), operator);
  }

  /** RFC 3339 has four digits for the year. */
  private static boolean writable(Instant time) {
    return !time.isBefore(Instant.EPOCH) && time.getEpochSecond() <= 253_402_300_799L;
  }

  private static boolean absoluteUri(String text) {
    try {
      return new URI(text).isAbsolute();
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
