package dev.selfsame.binary.demangle;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A v0 name: one path, and the path of the crate for which it was made. Source: RFC 2603. */
final class V0Name implements RustName {
  private final byte[] bytes;
  private final int from;
  private final int instantiating;
  private final int suffix;
  private final int to;

  private V0Name(byte[] bytes, int from, int instantiating, int suffix, int to) {
    this.bytes = bytes;
    this.from = from;
    this.instantiating = instantiating;
    this.suffix = suffix;
    this.to = to;
  }

  /** Reads what stands behind {@code _R}. */
  static Optional<V0Name> read(byte[] bytes, int from, int to) {
    if (!startsPath(bytes, from, to)) {
      return Optional.empty();
    }
    Cursor cursor = new Cursor(bytes, from, to);
    V0Printer reader = new V0Printer(cursor, Style.SHORT, 0);
    reader.skipPath();
    int instantiating = cursor.at();
    if (cursor.ok() && startsPath(bytes, instantiating, to)) {
      reader.skipPath();
    }
    return cursor.ok() && Mangled.isSuffix(bytes, cursor.at(), to)
        ? Optional.of(new V0Name(bytes, from, instantiating, cursor.at(), to))
        : Optional.empty();
  }

  private static boolean startsPath(byte[] bytes, int at, int to) {
    return at < to && bytes[at] >= 'A' && bytes[at] <= 'Z';
  }

  @Override
  public Mangling mangling() {
    return Mangling.V0;
  }

  @Override
  public String text() {
    return write(Style.FULL, MAX_TEXT) + suffix();
  }

  @Override
  public String name() {
    return write(Style.SHORT, MAX_TEXT) + suffix();
  }

  @Override
  public String function() {
    return write(Style.FUNCTION, MAX_FUNCTION);
  }

  @Override
  public String instance() {
    return write(Style.SHORT, MAX_FUNCTION);
  }

  private String write(Style style, int limit) {
    V0Printer printer = new V0Printer(new Cursor(bytes, from, to), style, limit);
    printer.path(true);
    return printer.toString();
  }

  private String suffix() {
    return new String(bytes, suffix, to - suffix, StandardCharsets.US_ASCII);
  }

  @Override
  public String crate() {
    return V0Crate.of(new Cursor(bytes, from, to));
  }

  @Override
  public Optional<String> instantiatingCrate() {
    if (instantiating == suffix) {
      return Optional.empty();
    }
    Cursor cursor = new Cursor(bytes, from, to);
    cursor.moveTo(instantiating);
    return Optional.of(V0Crate.of(cursor));
  }
}
