/**
 * Zstandard frames, unpacked. Source: RFC 8878.
 *
 * <p>In Java alone, since what is unpacked may be anybody's file: a native library would have to be
 * trusted with it, and loaded. Content is never more than was asked for; of a stream, no more is
 * held than matches may reach back to. Dictionaries are not known here, and checksums are passed
 * over: neither is in a section of an ELF file, and of an archive the content is compared anyway.
 */
@NullMarked
package dev.selfsame.binary.zstd;

import org.jspecify.annotations.NullMarked;
