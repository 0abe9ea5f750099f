/** What a binary says of itself: format readers become {@code BinaryFacts}. */
@NullMarked
package dev.selfsame.binary;

import org.jspecify.annotations.NullMarked;
