/**
 * Whose bytes a file's bytes are: by crate, by function and by generic instance, from its symbol
 * table.
 *
 * <p>A reader of a format fills {@link dev.selfsame.binary.symbols.SymbolRuns} with where each
 * symbol's bytes stand in the file; {@link dev.selfsame.binary.symbols.Owners} gives each byte of
 * code and data one owner and sums. Rules:
 *
 * <ul>
 *   <li>Where symbols overlap, the one that begins last has the byte; of those that begin together,
 *       the shortest. A symbol never reaches beyond its section.
 *   <li>Of aliases (the same bytes, as identical-code folding leaves them) one is the owner: global
 *       before weak before local, then by the bytes of its name. The others are not counted.
 *   <li>What no symbol covers is {@code (between symbols)}.
 *   <li>A Rust name's function is {@link dev.selfsame.binary.demangle.RustName#function}, its crate
 *       {@link dev.selfsame.binary.demangle.RustName#crate}: in v0 as the name says, in legacy by
 *       the leading element, and of {@code <A as B>::f} by which crate can know of the other.
 *   <li>Other names: a local symbol belongs to the crate whose codegen unit ({@code
 *       NAME.HASH-cgu.N}) the last file symbol before it names; C++'s are {@code (C++)}; the rest,
 *       C's, assembly's and those of {@code #[no_mangle]}, which nothing tells apart, are {@code
 *       (unmangled)}.
 *   <li>The crate of a generic function is the one that wrote it, not the one that asked for the
 *       instance: {@code Vec<App>::push} is {@code alloc}'s.
 *   <li>Where the bytes of a row are is told by its largest pieces, each of one symbol and one
 *       range.
 *   <li>Generic instances are rows of their own where that is asked for; legacy names leave them
 *       one.
 *   <li>Two files that are mangled in different ways are joined by {@link
 *       dev.selfsame.binary.symbols.CommonName}: what only one way tells apart is one row.
 *   <li>A universal file and an archive are the sum of their slices and members, each by its own
 *       symbols. COFF's symbols and Mach-O's have no sizes: each reaches to the next.
 * </ul>
 */
@NullMarked
package dev.selfsame.binary.symbols;

import org.jspecify.annotations.NullMarked;
