/**
 * The raw structures of ELF: header, program headers, sections, symbols, dynamic entries, notes,
 * version needs and build attributes, 32 and 64 bits, both byte orders. Imports {@code
 * binary.bytes} alone.
 *
 * <p>{@link dev.selfsame.binary.elf.ElfFile#parse} reads the headers and keeps what it could read
 * of a malformed file, with {@code problems}; what is asked of it later throws {@link
 * dev.selfsame.binary.bytes.MalformedInputException} where that part is malformed.
 *
 * <p>Source: System V ABI, gABI 4.2, chapters 4 and 5; Linux Standard Base 5, Symbol Versioning.
 */
@NullMarked
package dev.selfsame.binary.elf;

import org.jspecify.annotations.NullMarked;
