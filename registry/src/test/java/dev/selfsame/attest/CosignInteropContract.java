package dev.selfsame.attest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.VerificationKey.Scheme;
import dev.selfsame.attest.keys.KeyFile;
import dev.selfsame.attest.keys.SecretKey;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.suites.Component;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A real cosign reads what we write, and we read what it writes. */
abstract class CosignInteropContract {
  private static final String PROVENANCE = "https://slsa.dev/provenance/v1";

  @TempDir Path folder;
  private Path agent;
  private Path altered;
  private final Cosign cosign;

  CosignInteropContract(Component component) {
    cosign = Cosign.of(component);
  }

  @BeforeEach
  void files() throws IOException {
    byte[] bytes = Vectors.bytes("agent.bin");
    agent = Files.write(folder.resolve("agent.bin"), bytes);
    bytes[100] ^= 1;
    altered = Files.write(folder.resolve("altered.bin"), bytes);
  }

  private void write(VerificationKey key, byte[] bundle) throws IOException {
    Files.writeString(folder.resolve("k.pub"), key.pem());
    Files.write(folder.resolve("bundle.json"), bundle);
  }

  private void refuses(String type, Path file, String reason) {
    Cosign.Ran ran = cosign.verifyAttestation(folder, type, file);
    assertNotEquals(0, ran.status(), ran.output());
    assertTrue(ran.output().contains(reason), ran.output());
  }

  @ParameterizedTest
  @EnumSource(Scheme.class)
  void cosign_accepts_our_attestation_for_its_own_subject(Scheme scheme) throws IOException {
    Signer signer = Vectors.signer(scheme);
    write(signer.key(), Bundle.attest(Vectors.statement(), signer).bytes());
    Cosign.Ran good = cosign.verifyAttestation(folder, PROVENANCE, agent);
    assertEquals(0, good.status(), good.output());
    assertTrue(good.output().contains("Verified OK"), good.output());
    refuses(PROVENANCE, altered, "failed to verify signature");
    if (cosign.newest()) {
      refuses("https://example.test/other", agent, "invalid predicate type");
    }
  }

  @ParameterizedTest
  @EnumSource(Scheme.class)
  void cosign_refuses_our_attestation_under_another_key_or_altered(Scheme scheme)
      throws IOException {
    Signer signer = Vectors.signer(scheme);
    byte[] bundle = Bundle.attest(Vectors.statement(), signer).bytes();
    write(Vectors.signer(scheme).key(), bundle);
    refuses(PROVENANCE, agent, "failed to verify signature");
    String text = new String(bundle, StandardCharsets.UTF_8);
    int at = text.indexOf("\"payload\":\"") + 60;
    char changed = text.charAt(at) == 'A' ? 'B' : 'A';
    String bad = text.substring(0, at) + changed + text.substring(at + 1);
    write(signer.key(), bad.getBytes(StandardCharsets.UTF_8));
    refuses(PROVENANCE, agent, "failed to verify signature");
  }

  @ParameterizedTest
  @EnumSource(Scheme.class)
  void cosign_accepts_our_file_signature_for_that_file_alone(Scheme scheme) throws IOException {
    Signer signer = Vectors.signer(scheme);
    write(signer.key(), Bundle.signFile(Files.readAllBytes(agent), signer).bytes());
    Cosign.Ran good = cosign.verifyBlob(folder, agent);
    assertEquals(0, good.status(), good.output());
    assertNotEquals(0, cosign.verifyBlob(folder, altered).status());
  }

  @ParameterizedTest
  @EnumSource(Scheme.class)
  void a_key_that_we_write_for_cosign_signs_files_there(Scheme scheme) throws IOException {
    TrustRoot root = cosignKey(scheme);
    Cosign.Ran ran = cosign.sign(folder, "sign-blob", "signed.json", agent);
    assertEquals(0, ran.status(), ran.output());
    Bundle bundle = Bundle.read(folder.resolve("signed.json"));
    byte[] good = Files.readAllBytes(agent);
    byte[] bad = Files.readAllBytes(altered);
    assertEquals("alice", signer(root, bundle, good));
    assertThrows(Failure.class, () -> signer(root, bundle, bad));
  }

  private static String signer(TrustRoot root, Bundle bundle, byte[] file) throws IOException {
    var in = new ByteArrayInputStream(file);
    return root.verifyFile(bundle, in, Role.BUILDER, Vectors.NOW).operator();
  }

  @ParameterizedTest
  @EnumSource(Scheme.class)
  void what_cosign_attests_is_believed_unless_it_is_prehashed(Scheme scheme) throws IOException {
    TrustRoot root = cosignKey(scheme);
    Files.writeString(folder.resolve("note.json"), "{\"text\":\"Grüße\"}");
    String type = "https://example.test/note/v1";
    Cosign.Ran ran =
        cosign.sign(
            folder, "attest-blob", "made.json", agent, "--predicate=note.json", "--type=" + type);
    assertEquals(0, ran.status(), ran.output());
    Bundle bundle = Bundle.read(folder.resolve("made.json"));
    Files.copy(folder.resolve("made.json"), folder.resolve("bundle.json"));
    Files.writeString(folder.resolve("k.pub"), root.keys().getFirst().key().pem());
    if (cosign.verifyAttestation(folder, type, agent).status() == 0) {
      Attestation attestation = root.verify(bundle, Role.BUILDER, Vectors.NOW);
      assertTrue(attestation.statement().covers(Digest.sha256(agent)));
      assertEquals(type, attestation.statement().predicateType());
    } else {
      // cosign signs DSSE with Ed25519ph, which neither it nor we can verify.
      assertEquals(Scheme.ED25519, scheme);
      Failure e = assertThrows(Failure.class, () -> root.verify(bundle, Role.BUILDER, Vectors.NOW));
      assertTrue(e.getMessage().contains("does not hold"), e.getMessage());
    }
  }

  private TrustRoot cosignKey(Scheme scheme) throws IOException {
    SecretKey key = SecretKey.generate(scheme);
    Files.write(
        folder.resolve("k.key"), KeyFile.write(key, KeyFile.Format.COSIGN, "pw".toCharArray()));
    return Vectors.root(Vectors.trusted(key.key(), Role.BUILDER, "alice"));
  }

  @Test
  void a_key_that_cosign_made_is_read() throws IOException {
    Cosign.Ran made = cosign.run(folder, "generate-key-pair", "--output-key-prefix=k");
    assertEquals(0, made.status(), made.output());
    SecretKey key = KeyFile.read(folder.resolve("k.key"), of -> "pw".toCharArray());
    assertEquals(KeyFile.readPublic(folder.resolve("k.pub"), of -> new char[0]), key.key());
    Bundle bundle = Bundle.attest(Vectors.statement(), key.signer());
    Files.write(folder.resolve("bundle.json"), bundle.bytes());
    assertEquals(0, cosign.verifyAttestation(folder, PROVENANCE, agent).status());
  }

  @ParameterizedTest
  @EnumSource(Scheme.class)
  void cosign_imports_our_plain_key(Scheme scheme) throws IOException {
    SecretKey key = SecretKey.generate(scheme);
    Files.write(folder.resolve("plain.pem"), KeyFile.writePlain(key));
    Cosign.Ran ran =
        cosign.run(folder, "import-key-pair", "--key=plain.pem", "--output-key-prefix=k", "--yes");
    if (!cosign.newest() && scheme == Scheme.ECDSA_P256) {
      // 2.5.0 refuses every P-256 key, openssl's too.
      assertTrue(ran.output().contains("unsupported public key type"), ran.output());
      return;
    }
    assertEquals(0, ran.status(), ran.output());
    assertEquals(key.key(), KeyFile.read(folder.resolve("k.key"), of -> "pw".toCharArray()).key());
  }
}
