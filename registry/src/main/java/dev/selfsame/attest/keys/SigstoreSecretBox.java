package dev.selfsame.attest.keys;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.attest.json.Fields;
import dev.selfsame.attest.json.StrictJson;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.generators.SCrypt;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;

/**
 * The body of {@code ENCRYPTED SIGSTORE PRIVATE KEY}: JSON around NaCl's secretbox (XSalsa20 and
 * Poly1305) under a key that scrypt makes from the passphrase.
 *
 * <p>Source: secure-systems-lab go-securesystemslib, package {@code encrypted}, which cosign uses.
 */
final class SigstoreSecretBox {
  private static final int N = 65536;
  private static final int R = 8;
  private static final int P = 1;
  private static final int MAC = 16;
  private static final int SALT = 32;
  private static final int NONCE = 24;

  private SigstoreSecretBox() {}

  static byte[] seal(byte[] secret, char[] passphrase, SecureRandom random) {
    byte[] salt = new byte[SALT];
    byte[] nonce = new byte[NONCE];
    random.nextBytes(salt);
    random.nextBytes(nonce);
    XSalsa20Engine stream = new XSalsa20Engine();
    Poly1305 mac = start(stream, key(passphrase, salt, N), nonce);
    byte[] box = new byte[MAC + secret.length];
    stream.processBytes(secret, 0, secret.length, box, MAC);
    mac.update(box, MAC, secret.length);
    mac.doFinal(box, 0);
    return json(salt, nonce, box);
  }

  private static byte[] json(byte[] salt, byte[] nonce, byte[] box) {
    ObjectNode root = StrictJson.newObject();
    ObjectNode kdf = root.putObject("kdf").put("name", "scrypt");
    kdf.putObject("params").put("N", N).put("r", R).put("p", P);
    kdf.put("salt", Base64.getEncoder().encodeToString(salt));
    root.putObject("cipher")
        .put("name", "nacl/secretbox")
        .put("nonce", Base64.getEncoder().encodeToString(nonce));
    root.put("ciphertext", Base64.getEncoder().encodeToString(box));
    return StrictJson.compact(root);
  }

  /**
   * Opens the box.
   *
   * @throws WrongPassphraseException where the passphrase does not open it
   * @throws dev.selfsame.evidence.MalformedDocumentException where it is no such box
   */
  static byte[] open(byte[] json, char[] passphrase) throws WrongPassphraseException {
    Fields root = StrictJson.object(json).only("kdf", "cipher", "ciphertext");
    Fields kdf = root.object("kdf").only("name", "params", "salt");
    Fields cipher = root.object("cipher").only("name", "nonce");
    Fields params = kdf.object("params").only("N", "r", "p");
    long cost = params.integer("N");
    byte[] nonce = cipher.base64("nonce");
    byte[] box = root.base64("ciphertext");
    // The two cost settings that the Go library has ever written; others would be a memory trap.
    if (!kdf.text("name").equals("scrypt")
        || !cipher.text("name").equals("nacl/secretbox")
        || (cost != N && cost != N / 2)
        || params.integer("r") != R
        || params.integer("p") != P
        || nonce.length != NONCE
        || box.length < MAC) {
      throw Fields.malformed("not the scrypt and secretbox settings of cosign");
    }
    return open(box, nonce, key(passphrase, kdf.base64("salt"), (int) cost));
  }

  private static byte[] open(byte[] box, byte[] nonce, byte[] key) throws WrongPassphraseException {
    XSalsa20Engine stream = new XSalsa20Engine();
    Poly1305 mac = start(stream, key, nonce);
    byte[] expected = new byte[MAC];
    mac.update(box, MAC, box.length - MAC);
    mac.doFinal(expected, 0);
    if (!MessageDigest.isEqual(expected, Arrays.copyOf(box, MAC))) {
      throw new WrongPassphraseException();
    }
    byte[] secret = new byte[box.length - MAC];
    stream.processBytes(box, MAC, secret.length, secret, 0);
    return secret;
  }

  /** Secretbox takes the Poly1305 key from the first 32 bytes of the key stream. */
  private static Poly1305 start(XSalsa20Engine stream, byte[] key, byte[] nonce) {
    stream.init(true, new ParametersWithIV(new KeyParameter(key), nonce));
    byte[] first = new byte[32];
    stream.processBytes(first, 0, first.length, first, 0);
    Poly1305 mac = new Poly1305();
    mac.init(new KeyParameter(first));
    return mac;
  }

  private static byte[] key(char[] passphrase, byte[] salt, int cost) {
    var utf8 = StandardCharsets.UTF_8.encode(CharBuffer.wrap(passphrase));
    byte[] bytes = new byte[utf8.remaining()];
    utf8.get(bytes);
    try {
      return SCrypt.generate(bytes, salt, cost, R, P, 32);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
