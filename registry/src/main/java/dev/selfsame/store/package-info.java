/**
 * Ports to where evidence is kept: blobs by digest, and a catalogue that is only a cache of what
 * the signed blobs say.
 */
@NullMarked
package dev.selfsame.store;

import org.jspecify.annotations.NullMarked;
