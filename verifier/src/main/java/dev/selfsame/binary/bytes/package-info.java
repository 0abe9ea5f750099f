/**
 * Bounded views of untrusted bytes: the only place that checks bounds, overflow, counts and time.
 *
 * <p>A reader asks a {@link dev.selfsame.binary.bytes.ByteView} for numbers, texts and parts:
 *
 * <pre>{@code
 * ByteView table = file.slice(offset, file.count(entries, 64) * 64);
 * for (long at = 0; at < table.size(); at += 64) {
 *   long type = table.u32(at + 4);
 * }
 * }</pre>
 *
 * <p>What is not there throws {@link dev.selfsame.binary.bytes.MalformedInputException} with the
 * offset within the file. Readers catch it at the structure that could not be read, keep what they
 * have, and say where and why they stopped. It never leaves {@code dev.selfsame.binary}.
 *
 * <p>What takes too long throws {@link dev.selfsame.binary.bytes.OverdueException} where somebody
 * has set a {@link dev.selfsame.binary.bytes.Deadline}. No reader catches it, but to name its file.
 */
@NullMarked
package dev.selfsame.binary.bytes;

import org.jspecify.annotations.NullMarked;
