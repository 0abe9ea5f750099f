/**
 * The raw structures of Mach-O: universal files and their slices, header, load commands, segments,
 * sections, symbols and code signatures, 32 and 64 bits, both byte orders. Imports {@code
 * binary.bytes} alone.
 *
 * <pre>{@code
 * MachoFile file = MachoFile.parse(ByteView.of(bytes));
 * for (LoadCommand command : file.commands()) {
 *   switch (command) {
 *     case LoadCommand.Dylib dylib -> use(dylib.name(), dylib.current());
 *     ...
 *   }
 * }
 * }</pre>
 *
 * <p>{@link dev.selfsame.binary.macho.MachoFile#parse} reads header and load commands and keeps
 * what it could read of a malformed file, with {@code problems}; a command of an unknown number is
 * a {@link dev.selfsame.binary.macho.LoadCommand.Unknown}. What is asked of the file later throws
 * {@link dev.selfsame.binary.bytes.MalformedInputException} where that part is malformed. Offsets
 * in the structures count from the beginning of the slice, as Mach-O has them.
 *
 * <p>Source: Apple's {@code mach-o/loader.h}, {@code nlist.h}, {@code stab.h}, {@code fat.h} and
 * {@code reloc.h} (cctools, xnu), and {@code cs_blobs.h} (xnu) for code signatures.
 */
@NullMarked
package dev.selfsame.binary.macho;

import org.jspecify.annotations.NullMarked;
