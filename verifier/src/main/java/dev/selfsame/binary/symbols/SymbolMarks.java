package dev.selfsame.binary.symbols;

/**
 * What the names of a file's symbols tell together.
 *
 * @param legacy names mangled the old way
 * @param v0 names mangled by RFC 2603
 * @param legacyAt where the first of these stands in the string table, or -1
 * @param v0At the same
 * @param thinnedAt where the first name of a crate of the program's own stands to which ThinLTO
 *     added {@code .llvm.}, or -1
 * @param all whether every name was read
 */
public record SymbolMarks(
    int legacy, int v0, long legacyAt, long v0At, long thinnedAt, boolean all) {

  /** Those of other names of the file with these. */
  SymbolMarks and(SymbolMarks others) {
    return new SymbolMarks(
        legacy + others.legacy,
        v0 + others.v0,
        first(legacyAt, others.legacyAt),
        first(v0At, others.v0At),
        first(thinnedAt, others.thinnedAt),
        all && others.all);
  }

  private static long first(long at, long other) {
    return at < 0 ? other : at;
  }
}
