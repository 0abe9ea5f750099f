/**
 * The raw structures of PE images and COFF objects: DOS header, Rich header, COFF header, optional
 * header, sections, symbols, imports, debug directory, load configuration, unwind information,
 * certificates; PE32 and PE32+, ordinary and big objects, short import objects. Imports {@code
 * binary.bytes} alone.
 *
 * <p>{@link dev.selfsame.binary.pe.PeFile#parse} reads the headers and keeps what it could read of
 * a malformed file, with {@code problems}; what is asked of it later throws {@link
 * dev.selfsame.binary.bytes.MalformedInputException} where that part is malformed.
 *
 * <p>Not read: relocations one by one, unwind codes, resources, exported functions, line numbers,
 * the content of a certificate, PDB files.
 *
 * <p>Source: Microsoft, PE Format (revision 11 and later); the Rich header is not documented there.
 */
@NullMarked
package dev.selfsame.binary.pe;

import org.jspecify.annotations.NullMarked;
