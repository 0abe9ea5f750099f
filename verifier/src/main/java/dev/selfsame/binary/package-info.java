/**
 * What a binary says of itself.
 *
 * <pre>{@code
 * BinaryFacts facts = BinaryReader.read(Path.of("target/release/agent"));
 * facts.fact("rustc").value();                 // 1.85.1 (4eb161250 2025-03-15)
 * facts.categories().get(Category.DEBUG);      // bytes
 * facts.problems();                            // empty: everything was read
 * }</pre>
 *
 * <p>{@link dev.selfsame.binary.BinaryFile} holds the bytes while they are read; {@code
 * binary.elf}, {@code binary.macho}, {@code binary.pe} and {@code binary.ar} turn them into
 * structures, {@code binary.rust} knows the marks that rustc leaves, and the classes here turn both
 * into ranges, categories and graded facts. A file of a format that is not read is named by its
 * magic number and is one range of category {@code other}.
 *
 * <p>Names of facts: {@code format}, {@code class}, {@code byte-order}, {@code machine}, {@code
 * abi}, {@code type}, {@code entry}, {@code interpreter}, {@code linking}, {@code needed}, {@code
 * glibc-floor}, {@code relro}, {@code nx}, {@code build-id}, {@code strip}, {@code debug-info},
 * {@code split-debug}, {@code rustc}, {@code rustc-commit}, {@code distribution}, {@code llvm},
 * {@code linker}, {@code panic}, {@code optimise}, {@code frame-pointers}, {@code isa-level},
 * {@code overflow-checks}, {@code debug-assertions}, {@code source-paths}, {@code cargo}, {@code
 * crates}, {@code pie}, {@code stack-protector}, {@code soname}, {@code runpath}; and by the names
 * of symbols {@code mangling}, {@code lto}, {@code codegen-units}. What cannot be known has the
 * value {@code unknown}, and where that can be said why as evidence. A {@code .dwo} part or {@code
 * .dwp} package, and a program that one was given with, has {@code debug-units}. Mach-O has no
 * {@code glibc-floor}, {@code relro} and {@code build-id}, but {@code minos}, {@code sdk}, {@code
 * pie}, {@code uuid}, {@code relocation-format}, {@code unwind-format}, {@code code-signature},
 * {@code encryption} where a store may encrypt it, {@code timestamp} where it names object files,
 * and where there is one {@code signature-id}, {@code signature-team}, {@code signature-hash} and
 * {@code page-hashes}; a universal file has {@code slices}, each a part with its own facts. PE has
 * {@code subsystem}, {@code pie}, {@code cfg}, {@code timestamp}, {@code code-signature}, and GUID
 * and age of its PDB as {@code build-id}; an archive has {@code members}, {@code symbol-index} and
 * {@code timestamp}, and what its members agree on. {@code not-read} says what was counted and not
 * looked into.
 */
@NullMarked
package dev.selfsame.binary;

import org.jspecify.annotations.NullMarked;
