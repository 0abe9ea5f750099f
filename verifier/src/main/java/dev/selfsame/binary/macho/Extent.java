package dev.selfsame.binary.macho;

/**
 * A run of bytes that a load command names.
 *
 * @param offset from the beginning of the slice, in bytes
 * @param size bytes
 */
public record Extent(long offset, long size) {}
