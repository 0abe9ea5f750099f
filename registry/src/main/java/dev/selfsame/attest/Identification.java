package dev.selfsame.attest;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds which trusted key made a signature, by trying them. The bundle's hint only decides which is
 * tried first.
 *
 * @param root the keys
 * @param hint Base64 of a key's fingerprint, or anything: unsigned
 * @param evidence digest of what is verified, for errors
 */
record Identification(TrustRoot root, String hint, Digest evidence) {

  /** The signer in one of the expected roles and within its lifetime; refuses everything else. */
  TrustedKey signer(byte[] message, byte[] signature, Set<Role> expected, Instant at) {
    List<TrustedKey> inRole = new ArrayList<>();
    List<TrustedKey> others = new ArrayList<>();
    for (TrustedKey key : root.keys()) {
      List<TrustedKey> group = expected.contains(key.role()) ? inRole : others;
      group.add(hinted(key) ? 0 : group.size(), key);
    }
    Optional<TrustedKey> signer = maker(inRole, message, signature);
    if (signer.isEmpty()) {
      throw unidentified(others, message, signature, expected);
    }
    Optional<String> objection = signer.get().objection(at);
    if (objection.isPresent()) {
      throw refusal(
          "is signed with %s, which %s".formatted(signer.get().describe(), objection.get()));
    }
    return signer.get();
  }

  private Failure unidentified(
      List<TrustedKey> others, byte[] message, byte[] signature, Set<Role> expected) {
    Optional<TrustedKey> signer = maker(others, message, signature);
    if (signer.isPresent()) {
      return refusal(
          "is signed with %s, where a %s key is needed"
              .formatted(signer.get().describe(), words(expected)));
    }
    Optional<TrustedKey> named = root.keys().stream().filter(this::hinted).findFirst();
    return refusal(
        named.isPresent()
            ? "carries a signature that does not hold (it names %s)"
                .formatted(named.get().describe())
            : "is signed with a key that is unknown to the trust root (version %d)"
                .formatted(root.version()));
  }

  private static String words(Set<Role> roles) {
    return roles.stream().sorted().map(Role::word).collect(Collectors.joining(" or "));
  }

  private static Optional<TrustedKey> maker(
      List<TrustedKey> keys, byte[] message, byte[] signature) {
    for (TrustedKey key : keys) {
      if (key.key().verifies(message, signature)) {
        return Optional.of(key);
      }
    }
    return Optional.empty();
  }

  private boolean hinted(TrustedKey key) {
    return key.key().hint().equals(hint);
  }

  private Failure refusal(String why) {
    return TrustRoot.refusal(evidence, why);
  }
}
