package dev.selfsame.binary.demangle;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A symbol's name that rustc made, read. Texts are written when they are asked for. */
public sealed interface RustName permits LegacyName, V0Name {

  /** The most characters of a text, as in rustc-demangle; what follows is cut with a remark. */
  int MAX_TEXT = 1_000_000;

  /**
   * The most characters of a function's or an instance's name, which many symbols are asked for.
   */
  int MAX_FUNCTION = 4_096;

  /** How it was mangled. */
  Mangling mangling();

  /** All that it says, as {@code rustfilt -h} writes it: with hashes and types of constants. */
  String text();

  /** The name without its hash, as backtraces show it; v0 writes generic arguments. */
  String name();

  /**
   * The function that this is an instance of: {@link #name} without what varies from instance to
   * instance, and without suffixes such as {@code .cold}. In v0 the arguments of the function are
   * left out, those of types are {@code _}, those of a trait stay: {@code <alloc::vec::Vec<_> as
   * core::convert::From<&str>>::from}. Legacy names have no arguments but {@code drop_in_place}'s.
   */
  String function();

  /**
   * The same with its generic arguments: {@link #name} without suffixes, cut where it is very long.
   */
  String instance();

  /**
   * The crate that defines it. v0 says so; of an {@code <A as B>::f} in a legacy name, whose crate
   * can be that of the type or that of the trait, it is the one that can know of the other.
   */
  String crate();

  /** The crate for which it was made, where a v0 name says so. */
  Optional<String> instantiatingCrate();

  /** Whether the name shows it to be one instance of something generic. */
  default boolean generic() {
    return !function().equals(name());
  }

  /**
   * Reads a symbol's name, as ELF has it or with the underscore that Mach-O puts before it; empty
   * where rustc did not make it. A legacy name must have its hash: without, it would be C++'s.
   */
  static Optional<RustName> of(String symbol) {
    byte[] bytes = symbol.getBytes(StandardCharsets.UTF_8);
    return of(bytes, 0, bytes.length);
  }

  /** The same, of the bytes from {@code from} to before {@code to}, which are not copied. */
  static Optional<RustName> of(byte[] bytes, int from, int to) {
    boolean prefixed = to - from > 2 && bytes[from] == '_';
    return prefixed
        ? Mangled.read(bytes, from, to)
            .filter(name -> !(name instanceof LegacyName legacy) || legacy.hashed())
        : Optional.empty();
  }
}
