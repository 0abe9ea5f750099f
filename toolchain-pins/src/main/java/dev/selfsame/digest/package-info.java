/**
 * Digests and the streams that compute them. Imports the JDK alone.
 *
 * <p>A string becomes a {@link dev.selfsame.digest.Digest} once, at the edge; from there on it is
 * valid by construction.
 */
@NullMarked
package dev.selfsame.digest;

import org.jspecify.annotations.NullMarked;
