/** One class a command; {@code Main} wires everything by constructors. */
@NullMarked
package dev.selfsame.cli;

import org.jspecify.annotations.NullMarked;
