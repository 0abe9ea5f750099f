/** Why two binaries differ. */
@NullMarked
package dev.selfsame.compare;

import org.jspecify.annotations.NullMarked;
