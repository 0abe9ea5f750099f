/**
 * The names that rustc gives to symbols, read back.
 *
 * <pre>{@code
 * RustName name = RustName.of("_RINvNtC4core3ptr13drop_in_placehECs1_5agent").orElseThrow();
 * name.name();       // core::ptr::drop_in_place::<u8>
 * name.function();   // core::ptr::drop_in_place
 * name.crate();      // core
 * }</pre>
 *
 * <p>Both schemes: <em>legacy</em> ({@code _ZN…17h<16 hex>E}, C++'s nested names with a hash) and
 * <em>v0</em> ({@code _R…}, RFC 2603). Texts are those of the crate rustc-demangle 0.1.28, errors
 * within them included. Names of C++, which share {@code _ZN}, are none of Rust's and left alone.
 *
 * <p>A name is untrusted: depth, length of the text and thereby work are bounded, and the texts can
 * hold any character, so they pass {@link dev.selfsame.binary.bytes.Printable} before people see
 * them. Imports nothing else of the program.
 */
@NullMarked
package dev.selfsame.binary.demangle;

import org.jspecify.annotations.NullMarked;
