package dev.selfsame.binary.demangle;

/**
 * Finds the crate at the root of a v0 path: of an impl the one that holds it, of a trait's own
 * method ({@code Y}) the one that holds the trait.
 */
final class V0Crate {
  /** Where a name names no crate. */
  private static final String NONE = "";

  private V0Crate() {}

  static String of(Cursor start) {
    Cursor in = start;
    while (in.ok()) {
      switch (in.next()) {
        case 'C' -> {
          in.disambiguator();
          String name = in.ident().text();
          return in.ok() ? name : NONE;
        }
        case 'N' -> in.next();
        case 'I' -> {}
        case 'M', 'X' -> in.disambiguator();
        case 'Y' -> {
          // Behind the type, which is skipped, stands the trait.
          V0Printer skipped = new V0Printer(in, Style.SHORT, 0);
          skipped.skipType();
        }
        case 'B' -> {
          // Every reference goes deeper, so that a chain of them ends.
          in = in.backReference();
        }
        default -> in.fail(Cursor.Stop.INVALID);
      }
    }
    return NONE;
  }
}
