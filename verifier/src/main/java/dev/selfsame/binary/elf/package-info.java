/** The raw structures of ELF. */
@NullMarked
package dev.selfsame.binary.elf;

import org.jspecify.annotations.NullMarked;
