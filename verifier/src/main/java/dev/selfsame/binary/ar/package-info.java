/**
 * The raw structure of {@code ar} archives, in the dialects of GNU, BSD and Microsoft: member
 * headers, long names, symbol indexes; thin archives, whose members lie elsewhere. Imports {@code
 * binary.bytes} alone.
 *
 * <p>{@link dev.selfsame.binary.ar.ArFile#parse} keeps the members before a damaged one, with
 * {@code problems}.
 *
 * <p>Source: GNU binutils, {@code ar.h}; FreeBSD, {@code ar(5)}; Microsoft, PE Format, Archive
 * (Library) File Format.
 */
@NullMarked
package dev.selfsame.binary.ar;

import org.jspecify.annotations.NullMarked;
