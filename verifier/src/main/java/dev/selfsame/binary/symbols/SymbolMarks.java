package dev.selfsame.binary.symbols;

import dev.selfsame.binary.demangle.Mangling;

/**
 * What the names of a file's symbols tell together.
 *
 * @param legacy names mangled the old way
 * @param v0 names mangled by RFC 2603
 * @param legacyAt where the first of these stands in the string table, or -1
 * @param v0At the same
 * @param thinnedAt where the first name of a crate of the program's own stands to which ThinLTO
 *     added {@code .llvm.}, or -1
 */
public record SymbolMarks(int legacy, int v0, long legacyAt, long v0At, long thinnedAt) {
  static final SymbolMarks NONE = new SymbolMarks(0, 0, -1, -1, -1);

  /** With one more name. */
  SymbolMarks with(Mangling mangling, long at, boolean thinned) {
    boolean old = mangling == Mangling.LEGACY;
    return new SymbolMarks(
        legacy + (old ? 1 : 0),
        v0 + (old ? 0 : 1),
        old && legacyAt < 0 ? at : legacyAt,
        !old && v0At < 0 ? at : v0At,
        thinned && thinnedAt < 0 ? at : thinnedAt);
  }
}
