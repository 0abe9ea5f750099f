/** What is known of a binary that stands somewhere. */
@NullMarked
package dev.selfsame.audit;

import org.jspecify.annotations.NullMarked;
