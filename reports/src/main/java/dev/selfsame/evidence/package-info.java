/**
 * The documents that Selfsame writes and reads, as immutable records, and their JSON.
 *
 * <p>{@link dev.selfsame.evidence.Recipe} is all that decides the bytes; {@link
 * dev.selfsame.evidence.BuildRecord} is what then happened; {@link
 * dev.selfsame.evidence.BinaryFacts} is what a file says of itself; {@link
 * dev.selfsame.evidence.Comparison} is two of these with a {@link dev.selfsame.evidence.Verdict}.
 *
 * <p>{@link dev.selfsame.evidence.Json} writes every document in one stable order, and reads
 * strictly: duplicate keys, unknown keys and trailing data are refused.
 */
@NullMarked
package dev.selfsame.evidence;

import org.jspecify.annotations.NullMarked;
