package dev.selfsame.access;

import dev.selfsame.digest.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A token for programs: it acts as a user, within its own grants, until it expires. Of its secret
 * only the SHA-256 is kept; since the secret is 256 random bits, a slow hash would add nothing.
 *
 * @param id 12 lower-case hex digits
 * @param user whom it acts as; rules name this user
 * @param secret SHA-256 of its secret's text
 * @param within what it may do at most
 * @param created when it was made
 * @param expires from when on it does not count
 * @param note what it is for
 */
public record ApiToken(
    String id,
    String user,
    Digest secret,
    List<Grant> within,
    Instant created,
    Instant expires,
    String note) {
  private static final Pattern TEXT = Pattern.compile("sst_([0-9a-f]{12})_([A-Za-z0-9_-]{43})");
  private static final Pattern ID = Pattern.compile("[0-9a-f]{12}");

  public ApiToken {
    within = List.copyOf(within);
    if (!ID.matcher(id).matches() || !Caller.isName(user) || within.isEmpty()) {
      throw new IllegalArgumentException("not an API token: " + id);
    }
  }

  /**
   * A token that was just made.
   *
   * @param token what is kept of it
   * @param text what its user gets, once: {@code sst_ID_SECRET}
   */
  public record Made(ApiToken token, String text) {}

  /** Makes one. */
  public static Made make(
      String user,
      List<Grant> within,
      Instant created,
      Instant expires,
      String note,
      SecureRandom random) {
    byte[] id = new byte[6];
    byte[] bytes = new byte[32];
    random.nextBytes(id);
    random.nextBytes(bytes);
    String hex = HexFormat.of().formatHex(id);
    String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    ApiToken token = new ApiToken(hex, user, hash(secret), within, created, expires, note);
    return new Made(token, "sst_%s_%s".formatted(hex, secret));
  }

  /** The id in a token's text; empty where the text is none of ours. */
  static Optional<String> idIn(String text) {
    Matcher token = TEXT.matcher(text);
    return token.matches() ? Optional.of(token.group(1)) : Optional.empty();
  }

  /** Whether this text is this token's. */
  boolean isText(String text) {
    Matcher token = TEXT.matcher(text);
    return token.matches()
        && token.group(1).equals(id)
        && MessageDigest.isEqual(bytes(hash(token.group(2))), bytes(secret));
  }

  private static byte[] bytes(Digest digest) {
    return digest.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static Digest hash(String secret) {
    return Digest.sha256(secret.getBytes(StandardCharsets.US_ASCII));
  }

  /** The caller that it makes. */
  Caller caller() {
    return Caller.user(user).within(within);
  }
}
