package dev.selfsame.access;

import java.util.Locale;
import java.util.Optional;

/** What may be done in a repository. */
public enum Permission {
  /** Read manifests, tags, blobs and evidence. */
  PULL,
  /** Push blobs and manifests, set tags, submit evidence. */
  PUSH,
  /** Remove manifests, tags and blobs. */
  DELETE,
  /** Extend a channel by a signed promotion. */
  PROMOTE,
  /** Keep signed records of deployments. */
  DEPLOY,
  /** See metrics and details of the server's state. */
  ADMIN;

  /** As rules and tokens write it, such as {@code pull}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The permission of this word. */
  public static Optional<Permission> of(String word) {
    for (Permission permission : values()) {
      if (permission.word().equals(word)) {
        return Optional.of(permission);
      }
    }
    return Optional.empty();
  }
}
