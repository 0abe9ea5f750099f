package dev.selfsame.binary.demangle;

/** How much of a name is written. */
enum Style {
  /** rustc-demangle's {@code {}}: with hashes of crates and types of constants. */
  FULL,
  /** rustc-demangle's {@code {:#}}: without them. */
  SHORT,
  /**
   * As short, without what tells one instance of a generic function from another: its own arguments
   * are left out, those of types are written {@code _}. A trait keeps its arguments, because {@code
   * From<u8>} and {@code From<u16>} are two functions.
   */
  FUNCTION
}
