/**
 * What is known of a binary that stands somewhere: the audit and the gate.
 *
 * <p>{@link dev.selfsame.audit.Auditor} hashes the file, once and from one open descriptor, looks
 * the digest up, and verifies everything again from signed evidence; its answer is an {@link
 * dev.selfsame.audit.Audit}. It reads files alone: no database, no lock, nothing written.
 *
 * <p>What counts as promoted: the bytes are those of the channel's newest promotion, whose
 * signature, signer, place and lifetime hold, and the builds that it rests on hold too. Bytes that
 * were promoted once and replaced since are not promoted.
 */
@NullMarked
package dev.selfsame.audit;

import org.jspecify.annotations.NullMarked;
