package dev.selfsame.store;

import static java.util.Objects.requireNonNull;

import dev.selfsame.digest.Digest;
import org.jspecify.annotations.Nullable;

/**
 * A manifest as it was pushed, with what lists of referrers say of it.
 *
 * @param digest of the bytes, by the algorithm that its pusher named
 * @param mediaType what it is served as
 * @param bytes exactly what was pushed; not to be altered
 * @param subject the manifest that it refers to, null for none
 * @param artifactType its own, or its config's media type, null for none
 * @param descriptor its descriptor as JSON, such as lists of referrers hold
 */
@SuppressWarnings("ArrayRecordComponent") // whoever compares them compares digests
public record StoredManifest(
    Digest digest,
    String mediaType,
    byte[] bytes,
    @Nullable Digest subject,
    @Nullable String artifactType,
    String descriptor) {
  public StoredManifest {
    requireNonNull(digest);
    requireNonNull(mediaType);
    requireNonNull(bytes);
    requireNonNull(descriptor);
  }
}
