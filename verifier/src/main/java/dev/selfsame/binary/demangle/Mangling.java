package dev.selfsame.binary.demangle;

/** How rustc writes a path into a symbol. */
public enum Mangling {
  /** {@code _ZN…17h<16 hex>E}: without generic arguments, told apart by a hash. */
  LEGACY,
  /** {@code _R…}, RFC 2603: with generic arguments. Rust's default from 1.97 on. */
  V0
}
