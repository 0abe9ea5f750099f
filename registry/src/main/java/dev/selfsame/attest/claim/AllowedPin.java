package dev.selfsame.attest.claim;

import dev.selfsame.digest.Digest;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A pinned environment whose builds count. An id is a builder's word for it; the root's DiffID says
 * which bytes the build saw, and stays right where a pin of that id is locked anew.
 *
 * @param id the pin's id, or null for any
 * @param root DiffID of its root, or null for any
 */
public record AllowedPin(@Nullable String id, @Nullable Digest root) {
  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9.-]{0,63}");
  private static final String ROOT = "sha256:";

  public AllowedPin {
    if (id == null && root == null) {
      throw new IllegalArgumentException("neither an id nor a root");
    }
  }

  /**
   * Reads {@code ID}, {@code sha256:HEX} or {@code ID@sha256:HEX}.
   *
   * @throws IllegalArgumentException where it is none of them
   */
  public static AllowedPin parse(String text) {
    int at = text.startsWith(ROOT) ? -1 : text.indexOf('@');
    String id = text.startsWith(ROOT) ? null : at < 0 ? text : text.substring(0, at);
    if (id != null && !ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "'%s' is no pin: an id, its root's sha256:HEX, or ID@sha256:HEX".formatted(text));
    }
    boolean rooted = id == null || at >= 0;
    return new AllowedPin(id, rooted ? root(text, text.substring(at + 1)) : null);
  }

  private static Digest root(String text, String digest) {
    try {
      if (digest.startsWith(ROOT)) {
        return Digest.parse(digest);
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'%s': %s".formatted(text, e.getMessage()), e);
    }
    throw new IllegalArgumentException("'%s' names no root by sha256:HEX".formatted(text));
  }

  /** Whether a build in this environment counts. */
  public boolean allows(String pin, Digest diffId) {
    return Optional.ofNullable(id).map(pin::equals).orElse(true)
        && Optional.ofNullable(root).map(diffId::equals).orElse(true);
  }

  /** How an environment is told to somebody who asked for these: with its root where one did. */
  public static String seen(List<AllowedPin> asked, String pin, Digest diffId) {
    return asked.stream().allMatch(one -> one.root == null) ? pin : pin + "@" + diffId;
  }

  /** As it is read. */
  @Override
  public String toString() {
    if (root == null) {
      return String.valueOf(id);
    }
    return id == null ? root.toString() : id + "@" + root;
  }
}
