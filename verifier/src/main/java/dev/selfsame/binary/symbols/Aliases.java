package dev.selfsame.binary.symbols;

import dev.selfsame.binary.bytes.ByteView;
import java.util.Comparator;

/**
 * The order of symbols that begin together: longer ones first; of those with the same bytes, the
 * owner first.
 */
final class Aliases implements Comparator<Integer> {
  /** Names are compared this far: more would let a crafted table cost too much. */
  private static final int COMPARED = 256;

  private final SymbolRuns runs;

  Aliases(SymbolRuns runs) {
    this.runs = runs;
  }

  @Override
  public int compare(Integer a, Integer b) {
    int order = Long.compare(runs.size(b), runs.size(a));
    order = order != 0 ? order : Byte.compare(runs.binding(a), runs.binding(b));
    order = order != 0 ? order : compareNames(a, b);
    return order != 0 ? order : Integer.compare(a, b);
  }

  private int compareNames(int a, int b) {
    for (int i = 0; i < COMPARED; i++) {
      int inA = character(a, i);
      int inB = character(b, i);
      if (inA != inB || inA == 0) {
        return Integer.compare(inA, inB);
      }
    }
    return 0;
  }

  private int character(int symbol, int index) {
    long at = runs.namePlace(symbol) + index;
    ByteView names = runs.names();
    return index >= runs.nameLimit(symbol) || names.available(at, 1) == 0 ? 0 : names.u8(at);
  }
}
