/**
 * The deterministic package of what git tracks.
 *
 * <pre>{@code
 * try (SourceTree tree = SourceTree.open(folder)) {
 *   SourcePackage packed = tree.pack(work.resolve("source.tar"), Dirt.REFUSED);
 *   packed.unpack(work.resolve("src"), Order.FORWARD);
 * }
 * }</pre>
 *
 * <p>The package is a tar of the blobs of {@code HEAD} below one folder, in byte order of their
 * paths: mode 0644 or 0755 (links 0777), ids 0, no owner names, modification time = commit time. No
 * filter, attribute or setting of git touches the bytes: {@code core.autocrlf}, {@code tar.umask},
 * {@code export-ignore} and {@code export-subst} change what {@code git archive} gives, and change
 * nothing here. The same commit gives the same SHA-256 on every machine.
 *
 * <p>Submodules and Git LFS pointers are refused: their content is elsewhere, so the commit alone
 * does not say what is built. JGit does all of it; the git program is not needed.
 */
@NullMarked
package dev.selfsame.source;

import org.jspecify.annotations.NullMarked;
