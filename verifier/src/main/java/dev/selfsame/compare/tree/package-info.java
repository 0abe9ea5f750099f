/**
 * Folders and archives set against each other, name by name.
 *
 * <pre>{@code
 * Tree a = Trees.read(Path.of("a.whl"));
 * Tree b = Trees.read(Path.of("b.whl"));
 * TreeComparison comparison = TreeDifference.of(a, b, scratch);
 * }</pre>
 *
 * <p>Read are folders, tar (plain, gzip, xz, zstd), zip and so wheels and jars, npm packages, and
 * Debian packages with both of their tars. An archive within an archive is one file. An archive is
 * streamed: once for digests, and once more for those files that differ, into a private folder.
 * Names that lead out of the archive, and more entries, bytes or depth than {@link
 * dev.selfsame.compare.tree.Bounds} allow, end the reading; so does an entry of a kind that nobody
 * knows, and a name that cannot be told from another.
 *
 * <p>Compared are kind, mode, link, bytes and a device's numbers; of tars extended attributes too,
 * which hold capabilities. Owners and times are not.
 */
@NullMarked
package dev.selfsame.compare.tree;

import org.jspecify.annotations.NullMarked;
