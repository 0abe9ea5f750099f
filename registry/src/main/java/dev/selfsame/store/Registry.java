package dev.selfsame.store;

/**
 * Where evidence is read and kept.
 *
 * @param name the registry's lasting name, which promotions carry under their signature so that one
 *     made for this registry counts in no other; lower-case letters, digits, {@code .} and {@code
 *     -}
 * @param blobs bytes by digest
 * @param index which bundles speak of what
 * @param channels the order of promotions
 */
public record Registry(String name, Blobs blobs, EvidenceIndex index, Channels channels) {}
