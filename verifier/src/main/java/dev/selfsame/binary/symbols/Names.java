package dev.selfsame.binary.symbols;

import dev.selfsame.binary.bytes.Printable;
import dev.selfsame.binary.demangle.Mangling;
import dev.selfsame.binary.demangle.RustName;
import dev.selfsame.binary.rust.CodegenUnit;
import dev.selfsame.binary.rust.StandardCrates;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the owners' names of symbols. What one file may cost is bounded. */
final class Names {
  /** Longer names are not read. */
  private static final int MAX_NAME = 1 << 14;

  /** Bytes of names that are read of one file. */
  private static final long MAX_TOTAL = 1L << 29;

  private static final byte[] THINNED = ".llvm.".getBytes(StandardCharsets.US_ASCII);

  private static final Pattern ANONYMOUS =
      Pattern.compile(
          "(\\.L)?_{0,2}(anon\\.[0-9a-f]{32}\\.\\d+|alloc_[0-9a-f]{32}|unnamed_\\d+"
              + "|(vtable|str|const|switch\\.table)\\.[0-9a-f]+)(\\.llvm\\.\\d+)?");

  private final SymbolRuns runs;
  private final byte[] buffer = new byte[MAX_NAME];
  private final Map<String, String> crates = new HashMap<>();
  private int legacy;
  private int v0;
  private long legacyAt = -1;
  private long v0At = -1;
  private long thinnedAt = -1;
  private boolean all = true;
  private long left = MAX_TOTAL;

  Names(SymbolRuns runs) {
    this.runs = runs;
  }

  /** The owner of a symbol's bytes. */
  OwnerName of(int symbol) {
    int length = read(symbol);
    if (length <= 0) {
      all = false;
      return OwnerName.UNREAD;
    }
    Optional<RustName> rust = RustName.of(buffer, 0, length);
    if (rust.isPresent()) {
      String crate = rust.get().crate();
      note(rust.get().mangling(), crate, symbol, length);
      return new OwnerName(
          crate.isEmpty() ? OwnerName.UNMANGLED : shared(printable(crate)),
          printable(rust.get().function()));
    }
    String name = plain(symbol, length);
    return new OwnerName(crate(name, symbol), known(name));
  }

  /**
   * A name that owns no bytes, such as another one of the same place, tells of its mangling too.
   */
  void see(int symbol) {
    int length = read(symbol);
    if (length < 0) {
      all = false;
    } else {
      RustName.of(buffer, 0, length)
          .ifPresent(name -> note(name.mangling(), name.crate(), symbol, length));
    }
  }

  /** A constant's number says nothing, and is another one in the next build. */
  private static String known(String name) {
    return ANONYMOUS.matcher(name).matches() ? OwnerName.ANONYMOUS : name;
  }

  /** What the names that were read until now tell together. */
  SymbolMarks marks() {
    return new SymbolMarks(legacy, v0, legacyAt, v0At, thinnedAt, all);
  }

  private void note(Mangling mangling, String crate, int symbol, int length) {
    if (mangling == Mangling.LEGACY && legacy++ == 0) {
      legacyAt = runs.namePlace(symbol);
    } else if (mangling == Mangling.V0 && v0++ == 0) {
      v0At = runs.namePlace(symbol);
    }
    boolean own = !crate.isEmpty() && !StandardCrates.has(crate);
    if (thinnedAt < 0 && own && isThinned(length)) {
      thinnedAt = runs.namePlace(symbol);
    }
  }

  private boolean isThinned(int length) {
    for (int i = 0; i + THINNED.length <= length; i++) {
      if (Arrays.equals(buffer, i, i + THINNED.length, THINNED, 0, THINNED.length)) {
        return true;
      }
    }
    return false;
  }

  /** The name of a symbol's function with its generic arguments. */
  String instance(int symbol) {
    int length = read(symbol);
    if (length <= 0) {
      return OwnerName.UNREAD.function();
    }
    return RustName.of(buffer, 0, length)
        .map(name -> printable(name.instance()))
        .orElseGet(() -> known(plain(symbol, length)));
  }

  /** A name that is not rustc's, as the other formats have it too. */
  private String plain(int symbol, int length) {
    int from = runs.underscored(symbol) && length > 1 && buffer[0] == '_' ? 1 : 0;
    return Printable.of(Arrays.copyOfRange(buffer, from, length));
  }

  private String crate(String name, int symbol) {
    if (runs.binding(symbol) == SymbolRuns.LOCAL) {
      Optional<CodegenUnit> unit = CodegenUnit.of(runs.unitOf(symbol));
      if (unit.isPresent()) {
        return shared(unit.get().crate());
      }
    }
    return name.startsWith("_Z") || name.startsWith("__Z") ? OwnerName.CPP : OwnerName.UNMANGLED;
  }

  private String shared(String crate) {
    return crates.computeIfAbsent(crate, same -> same);
  }

  /** Nearly every name is plain ASCII, and then as it should be. */
  private static String printable(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
        return Printable.of(text.getBytes(StandardCharsets.UTF_8));
      }
    }
    return text;
  }

  private int read(int symbol) {
    int limit = runs.nameLimit(symbol);
    if (limit < MAX_NAME) {
      int there = runs.names().copyInto(buffer, runs.namePlace(symbol), limit);
      int end = end(0, there);
      return end < 0 ? there : end;
    }
    int there = 0;
    int length = -1;
    // Most names are short: the rest of the buffer is filled only for those that are not.
    for (int want = 256; length < 0 && there < want && want <= MAX_NAME; want *= 8) {
      int before = there;
      there = runs.names().copyInto(buffer, runs.namePlace(symbol), want);
      length = end(before, there);
      if (there < want) {
        break;
      }
    }
    left -= Math.max(length, 0);
    return left < 0 ? -1 : length;
  }

  private int end(int from, int to) {
    for (int i = from; i < to; i++) {
      if (buffer[i] == 0) {
        return i;
      }
    }
    return -1;
  }
}
