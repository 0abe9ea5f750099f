/**
 * Brings bytes that are known by digest: package files from Debian mirrors, blobs from registries.
 *
 * <p>Where they come from is never trusted; the SHA-256 alone decides. What has arrived whole
 * stands in the cache's {@code blobs/sha256/HEX}; what has arrived in part stands in {@code
 * partial/HEX}, held by a file lock while a process works on it, and is gone on with by the next.
 */
@NullMarked
package dev.selfsame.pins.fetch;

import org.jspecify.annotations.NullMarked;
