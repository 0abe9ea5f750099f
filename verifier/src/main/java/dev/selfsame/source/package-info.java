/** The deterministic package of what git tracks. */
@NullMarked
package dev.selfsame.source;

import org.jspecify.annotations.NullMarked;
