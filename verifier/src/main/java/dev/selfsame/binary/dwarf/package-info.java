/**
 * What ties a program to debug information in other files: DWARF's units, and the index of a {@code
 * .dwp} package. Source: DWARF 5, sections 7.3.5 and 7.5; for version 4, GNU's extension
 * "DebugFission".
 *
 * <p>A unit whose body is elsewhere, a skeleton, has a number of 64 bits, its DWO id; so has the
 * body. Of a body its name is read too, which tells of its crate, and in a package where its parts
 * stand. Nothing else of DWARF is read. Bytes come through {@link
 * dev.selfsame.binary.bytes.ByteView} alone; which sections they are is the caller's to know.
 */
@NullMarked
package dev.selfsame.binary.dwarf;

import org.jspecify.annotations.NullMarked;
