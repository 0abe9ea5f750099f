/** Bounded views of untrusted bytes: the only place that checks bounds and counts. */
@NullMarked
package dev.selfsame.binary.bytes;

import org.jspecify.annotations.NullMarked;
