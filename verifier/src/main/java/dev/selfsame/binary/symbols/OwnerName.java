package dev.selfsame.binary.symbols;

/**
 * Whose a symbol's bytes are.
 *
 * @param crate a crate, or one in parentheses
 * @param function a function or object without what varies between instances, or one in parentheses
 */
record OwnerName(String crate, String function) {
  /** C, assembly, and Rust's {@code #[no_mangle]}, which nothing tells apart. */
  static final String UNMANGLED = "(unmangled)";

  static final String CPP = "(C++)";

  /** Constants without names, as compilers number them. */
  static final String ANONYMOUS = "(anonymous constants)";

  /** A name that is empty, unreadable, or beyond what is read of one file. */
  static final OwnerName UNREAD = new OwnerName("(unreadable names)", "(unreadable names)");
}
