/**
 * Ports to where evidence is kept.
 *
 * <ul>
 *   <li>{@link dev.selfsame.store.Blobs}: bytes by digest. Binaries, build records and signed
 *       bundles are all blobs.
 *   <li>{@link dev.selfsame.store.EvidenceIndex}: which bundles speak of an artifact, and which
 *       were staged under a name.
 *   <li>{@link dev.selfsame.store.Channels}: the order of a channel's promotions.
 *   <li>{@link dev.selfsame.store.Catalogue}: a cache for searching and listing. No decision reads
 *       it, and it can be made again from the other three.
 *   <li>{@link dev.selfsame.store.Seen}: what a user was shown of channels before, kept by that
 *       user. What a registry takes away is noticed by it.
 * </ul>
 *
 * <p>{@link dev.selfsame.store.ReadableRegistry} is what of the first three can be asked from
 * anywhere; {@link dev.selfsame.store.Registry} adds what can be done where they are kept.
 *
 * <p>None of the first four is believed. A blob is hashed whenever it is read; what the index and
 * the channels name is a signed bundle, whose signature, subject, channel and sequence are checked
 * again by every reader. The worst that an altered index can do is to hide evidence, and then the
 * answer is no.
 *
 * <p>Adapters throw {@link dev.selfsame.outcome.Failure}: exit 3 where the storage cannot be read
 * or written, exit 4 where its content is not what its name says.
 */
@NullMarked
package dev.selfsame.store;

import org.jspecify.annotations.NullMarked;
