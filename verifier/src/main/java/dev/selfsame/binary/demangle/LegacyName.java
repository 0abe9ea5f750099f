package dev.selfsame.binary.demangle;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A legacy name: elements of a path, each behind its length, and {@code E}. Characters that
 * assemblers do not take are escaped. Source: {@code rustc_symbol_mangling/src/legacy.rs}.
 */
final class LegacyName implements RustName {
  private static final int HASH_DIGITS = 16;

  private final List<String> elements;
  private final String suffix;

  private LegacyName(List<String> elements, String suffix) {
    this.elements = elements;
    this.suffix = suffix;
  }

  /** Reads what stands behind {@code _ZN}. */
  static Optional<LegacyName> read(byte[] bytes, int from, int to) {
    List<String> elements = new ArrayList<>();
    int at = from;
    while (at < to && bytes[at] != 'E') {
      int digits = at;
      long length = 0;
      while (at < to && isDigit(bytes[at]) && length <= to) {
        length = length * 10 + (bytes[at++] - '0');
      }
      if (at == digits || length > to - at) {
        return Optional.empty();
      }
      elements.add(new String(bytes, at, (int) length, StandardCharsets.US_ASCII));
      at += (int) length;
    }
    if (at == to || !Mangled.isSuffix(bytes, at + 1, to)) {
      return Optional.empty();
    }
    String suffix = new String(bytes, at + 1, to - at - 1, StandardCharsets.US_ASCII);
    return Optional.of(new LegacyName(elements, suffix));
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  /** Whether it ends in a hash as every rustc has written it: {@code h} and 16 digits. */
  boolean hashed() {
    return elements.size() > 1
        && elements.getLast().length() == 1 + HASH_DIGITS
        && isHash(elements.getLast());
  }

  private static boolean isHash(String element) {
    return element.startsWith("h")
        && element.chars().skip(1).allMatch(c -> Character.digit(c, 16) >= 0);
  }

  @Override
  public Mangling mangling() {
    return Mangling.LEGACY;
  }

  @Override
  public String text() {
    return path(elements.size()) + suffix;
  }

  @Override
  public String name() {
    return path(named()) + suffix;
  }

  private int named() {
    boolean hash = !elements.isEmpty() && isHash(elements.getLast());
    return elements.size() - (hash ? 1 : 0);
  }

  private String path(int count) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        path.append("::");
      }
      LegacyElement.decode(elements.get(i), path);
    }
    return path.toString();
  }

  @Override
  public String function() {
    int count = named();
    boolean drop = count > 0 && elements.get(count - 1).startsWith("drop_in_place$LT$");
    if (!drop) {
      return path(count);
    }
    String parent = path(count - 1);
    return parent.isEmpty() ? "drop_in_place" : parent + "::drop_in_place";
  }

  @Override
  public String instance() {
    return path(named());
  }

  @Override
  public String crate() {
    return LegacyCrate.of(path(named()));
  }

  @Override
  public Optional<String> instantiatingCrate() {
    return Optional.empty();
  }
}
