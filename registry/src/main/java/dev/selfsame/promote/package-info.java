/** The decision: policy, promotion and the signed chain of a channel. */
@NullMarked
package dev.selfsame.promote;

import org.jspecify.annotations.NullMarked;
