package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;

/**
 * A section that is loaded, in whatever format.
 *
 * @param name for people
 * @param address of its first byte
 * @param bytes what the file holds of it
 */
record LoadedPart(String name, long address, ByteView bytes) {}
