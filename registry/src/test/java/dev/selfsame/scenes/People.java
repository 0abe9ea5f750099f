package dev.selfsame.scenes;

import dev.selfsame.attest.Role;
import dev.selfsame.attest.Signer;
import dev.selfsame.attest.TrustRoot;
import dev.selfsame.attest.TrustedKey;
import dev.selfsame.attest.VerificationKey;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keys, and the trust root that names most of them. */
public final class People {
  /** When everything in a scene happens, unless it says otherwise. */
  public static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  private final Map<String, KeyPair> pairs = new LinkedHashMap<>();
  private final Map<String, TrustedKey> known = new LinkedHashMap<>();

  /**
   * alice and bob build, alice with two keys; pat and paul promote; carol and cleo keep policy;
   * dora deploys; old's key has expired; stranger is known to nobody.
   */
  public static People usual() {
    People people = new People();
    people.add("alice", Role.BUILDER, "alice", builderId("alice"));
    people.add("alice-2", Role.BUILDER, "alice", builderId("alice-2"));
    people.add("bob", Role.BUILDER, "bob", builderId("bob"));
    people.add("pat", Role.PROMOTER, "pat", null);
    people.add("paul", Role.PROMOTER, "paul", null);
    people.add("carol", Role.POLICY, "carol", null);
    people.add("cleo", Role.POLICY, "cleo", null);
    people.add("dora", Role.DEPLOYER, "dora", null);
    people.pair("stranger");
    people.pair("old");
    people.known.put(
        "old",
        new TrustedKey(
            people.key("old"),
            Role.BUILDER,
            "old",
            builderId("old"),
            NOW.minusSeconds(1000),
            NOW.minusSeconds(10),
            null));
    return people;
  }

  public static String builderId(String who) {
    return "https://builders.example.org/" + who;
  }

  public TrustRoot root() {
    return new TrustRoot(1, List.copyOf(known.values()));
  }

  /** The trust root after one key was taken back. */
  public TrustRoot rootWithout(String who, TrustedKey.Reason reason, Instant at) {
    return root().revoke(key(who).fingerprint(), new TrustedKey.Revocation(at, reason));
  }

  /** The trust root of somebody who never heard of one of them. */
  public TrustRoot rootIgnorantOf(String who) {
    List<TrustedKey> rest = new ArrayList<>(known.values());
    rest.remove(known.get(who));
    return new TrustRoot(1, rest);
  }

  /** The trust root after a key was given another role. */
  public TrustRoot rootWhere(String who, Role role) {
    List<TrustedKey> all = new ArrayList<>(known.values());
    all.replaceAll(key ->
        key.key().equals(key(who))
            ? new TrustedKey(
                key.key(),
                role,
                key.operator(),
                role == Role.BUILDER ? builderId(who) : null,
                key.validFrom(),
                key.validUntil(),
                key.revocation())
            : key);
    return new TrustRoot(1, all);
  }

  public Signer signer(String who) {
    return Signer.of(pair(who).getPrivate(), key(who));
  }

  /** The private key in PKCS#8, for commands that read it from a file. */
  public byte[] pkcs8(String who) {
    return pair(who).getPrivate().getEncoded();
  }

  public VerificationKey key(String who) {
    return VerificationKey.parse(pair(who).getPublic().getEncoded());
  }

  private void add(String who, Role role, String operator, @Nullable String builderId) {
    pair(who);
    known.put(
        who,
        new TrustedKey(
            key(who),
            role,
            operator,
            builderId,
            NOW.minusSeconds(100L * 86_400),
            NOW.plusSeconds(3650L * 86_400),
            null));
  }

  private KeyPair pair(String who) {
    return pairs.computeIfAbsent(
        who,
        _ -> {
          try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
          } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
          }
        });
  }
}
