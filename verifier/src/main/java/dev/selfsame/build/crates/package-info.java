/**
 * The locked crates of a build, as the original {@code .crate} files.
 *
 * <pre>{@code
 * CargoLock lock = CargoLock.read(source);
 * LocalRegistry.make(work.resolve("crates"), new CrateFetch(…).provide(lock.crates()));
 * }</pre>
 *
 * <p>They are fetched here and not by {@code cargo fetch}: several at a time, kept by SHA-256
 * across projects, each checked against Cargo.lock before it enters the cache, and no sandbox ever
 * has a network. The mirror is the one that the user's Cargo is set up with; the digest decides,
 * never the mirror.
 *
 * <p>Cargo reads them from a <i>local registry</i>: the {@code .crate} files beside an index, both
 * read-only. It checks the digests once more. (A {@code vendor/} folder would be no proof: Cargo
 * does not look at the files where their list of checksums is empty.) The index decides which
 * features and dependencies a crate has, and Cargo.lock does not vouch for it; so it is not taken
 * from the mirror but made from each crate's own manifest, whose bytes the digest covers.
 *
 * <p>Formats: Cargo.lock versions 3 and 4; The Cargo Book, Source Replacement, Registry Index.
 */
@NullMarked
package dev.selfsame.build.crates;

import org.jspecify.annotations.NullMarked;
