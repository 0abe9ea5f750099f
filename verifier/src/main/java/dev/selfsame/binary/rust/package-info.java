/** Marks that rustc, cargo and their linkers leave. */
@NullMarked
package dev.selfsame.binary.rust;

import org.jspecify.annotations.NullMarked;
