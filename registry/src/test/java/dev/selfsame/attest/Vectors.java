package dev.selfsame.attest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Files that the real cosign made, and keys made on the spot. */
public final class Vectors {
  public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  public static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  public static final Instant END = Instant.parse("2028-01-01T00:00:00Z");
  public static final String BUILDER_ID = "https://selfsame.dev/builders/a";

  private Vectors() {}

  /** A file of {@code src/test/resources/trust}. */
  public static byte[] bytes(String name) {
    try (InputStream in = Vectors.class.getResourceAsStream("/trust/" + name)) {
      return java.util.Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static VerificationKey publicKey(String name) {
    return VerificationKey.parsePem(new String(bytes(name), StandardCharsets.US_ASCII));
  }

  public static Bundle bundle(String name) {
    return Bundle.parse(bytes(name), name);
  }

  /** A fresh key pair of this scheme. */
  public static Signer signer(VerificationKey.Scheme scheme) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(scheme.keyAlgorithm());
      if (scheme == VerificationKey.Scheme.ECDSA_P256) {
        generator.initialize(new ECGenParameterSpec("secp256r1"));
      }
      KeyPair pair = generator.generateKeyPair();
      return Signer.of(pair.getPrivate(), VerificationKey.parse(pair.getPublic().getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  public static Signer ed25519() {
    return signer(VerificationKey.Scheme.ED25519);
  }

  /** A key that is valid from START to END. */
  public static TrustedKey trusted(VerificationKey key, Role role, String operator) {
    @Nullable String builder =
        role == Role.BUILDER ? "https://selfsame.dev/builders/" + operator : null;
    return new TrustedKey(key, role, operator, builder, START, END, null);
  }

  public static TrustRoot root(TrustedKey... keys) {
    return new TrustRoot(1, List.of(keys));
  }

  /** The statement of {@code statement.json}, about {@code agent.bin}. */
  public static Statement statement() {
    return Statement.parse(bytes("statement.json"));
  }
}
