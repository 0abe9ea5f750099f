package dev.selfsame.access;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.attest.json.Fields;
import dev.selfsame.attest.json.StrictJson;
import dev.selfsame.evidence.MalformedDocumentException;
import dev.selfsame.files.AtomicFile;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tokens of the Docker token flow. Each says who its bearer is and what for, until when, under the
 * server's HMAC-SHA-256; nothing is kept of it. The rules are asked again at each use, so a token
 * never outlives what its user may do.
 */
public final class BearerTokens {
  /** How long one counts. Clients ask for another by themselves. */
  public static final Duration LIFETIME = Duration.ofMinutes(5);

  private static final String PREFIX = "ssb_";
  private static final int KEY_BYTES = 32;
  private static final int LONGEST = 16 << 10;

  private final byte[] key;

  /**
   * @param key 32 secret bytes, the same for all replicas of a server
   */
  public BearerTokens(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("a key has 32 bytes, not " + key.length);
    }
    this.key = key.clone();
  }

  /**
   * Reads the key of a server, or makes one.
   *
   * @throws Failure exit 3 where that is not possible
   */
  public static BearerTokens of(Path file, SecureRandom random) {
    try {
      if (Files.exists(file)) {
        return new BearerTokens(Files.readAllBytes(file));
      }
      Path folder = requireNonNull(file.toAbsolutePath().getParent());
      Files.createDirectories(folder);
      byte[] fresh = new byte[KEY_BYTES];
      random.nextBytes(fresh);
      Path mine = file.resolveSibling(".%s.%d".formatted(file.getFileName(), random.nextLong()));
      // On the disk before it has its name: a key of no bytes would end every later start.
      AtomicFile.writePrivate(mine, fresh);
      try {
        Files.createLink(file, mine);
        AtomicFile.syncName(file);
      } catch (FileAlreadyExistsException e) {
        // The key that is there is the one.
      } finally {
        Files.delete(mine);
      }
      return new BearerTokens(Files.readAllBytes(file));
    } catch (IOException | IllegalArgumentException e) {
      throw Failure.undecided(
          "cannot read or make the token key %s: %s".formatted(file, e.getMessage()),
          "check free space and permissions; the file has 32 random bytes, and may be deleted",
          e);
    }
  }

  /** Makes a token for a caller, narrowed to these grants. */
  String issue(Caller caller, List<Grant> within, Instant now) {
    ObjectNode node = StrictJson.newObject();
    node.put("user", caller.name());
    node.put("until", now.plus(LIFETIME).getEpochSecond());
    ArrayNode grants = node.putArray("within");
    for (Grant grant : within) {
      grants
          .addObject()
          .put("repositories", grant.repositories().value())
          .put("permissions", ApiTokens.words(grant.permissions()));
    }
    byte[] payload = StrictJson.compact(node);
    return PREFIX + text(payload) + "." + text(mac(payload));
  }

  /**
   * What a token says.
   *
   * @param until from when on it does not count
   */
  record Held(Caller caller, Instant until) {}

  /** Whether the text has the form of such a token. */
  static boolean isOne(String text) {
    return text.startsWith(PREFIX);
  }

  /** What a token says, if it is ours. */
  Optional<Held> read(String text) {
    int dot = text.indexOf('.');
    if (!isOne(text) || dot < 0 || text.length() > LONGEST) {
      return Optional.empty();
    }
    try {
      byte[] payload = Base64.getUrlDecoder().decode(text.substring(PREFIX.length(), dot));
      byte[] found = Base64.getUrlDecoder().decode(text.substring(dot + 1));
      if (!MessageDigest.isEqual(found, mac(payload))) {
        return Optional.empty();
      }
      return Optional.of(held(StrictJson.object(payload)));
    } catch (IllegalArgumentException | MalformedDocumentException e) {
      return Optional.empty();
    }
  }

  private static Held held(Fields fields) {
    List<Grant> within = new ArrayList<>();
    for (Fields grant : fields.objects("within")) {
      within.add(
          new Grant(
              new RepositoryPattern(grant.text("repositories")),
              ApiTokens.permissions(grant.text("permissions"))));
    }
    String user = fields.any("user").asText();
    Caller caller = user.isEmpty() ? Caller.ANONYMOUS : Caller.user(user);
    return new Held(caller.within(within), Instant.ofEpochSecond(fields.integer("until")));
  }

  private byte[] mac(byte[] payload) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(payload);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HmacSHA256 is in every JDK", e);
    }
  }

  private static String text(byte[] bytes) {
    return new String(
        Base64.getUrlEncoder().withoutPadding().encode(bytes), StandardCharsets.UTF_8);
  }
}
