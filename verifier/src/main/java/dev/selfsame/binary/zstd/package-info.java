/**
 * Zstandard frames, unpacked. Source: RFC 8878.
 *
 * <p>In Java alone, since what is unpacked may be anybody's file: a native library would have to be
 * trusted with it, and loaded. Content is never more than was asked for. Dictionaries are not known
 * here, and checksums are passed over: neither is in a section of an ELF file.
 */
@NullMarked
package dev.selfsame.binary.zstd;

import org.jspecify.annotations.NullMarked;
