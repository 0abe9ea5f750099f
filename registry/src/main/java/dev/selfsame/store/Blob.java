package dev.selfsame.store;

import dev.selfsame.digest.Digest;

/**
 * Bytes that are kept.
 *
 * @param digest SHA-256 of the bytes
 * @param size how many, 0 or more
 */
public record Blob(Digest digest, long size) {}
