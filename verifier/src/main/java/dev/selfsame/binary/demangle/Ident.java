package dev.selfsame.binary.demangle;

import org.jspecify.annotations.Nullable;

/**
 * An identifier of a v0 name.
 *
 * @param ascii its ASCII characters
 * @param punycode which others stand where, empty where there are none. Source: RFC 3492, with
 *     {@code _} for the delimiter
 */
record Ident(String ascii, String punycode) {
  static final Ident NONE = new Ident("", "");

  /** More characters are left encoded, as rustc-demangle does. */
  private static final int MAX_DECODED = 128;

  /** Any digit of more weight gives no character. */
  private static final long MAX_WEIGHT = 1L << 40;

  private static final int BASE = 36;
  private static final int T_MIN = 1;
  private static final int T_MAX = 26;

  boolean isEmpty() {
    return ascii.isEmpty() && punycode.isEmpty();
  }

  /** The identifier as people write it; what is no proper encoding stays in {@code punycode{…}}. */
  String text() {
    if (punycode.isEmpty()) {
      return ascii;
    }
    String decoded = decode();
    if (decoded != null) {
      return decoded;
    }
    return "punycode{" + (ascii.isEmpty() ? "" : ascii + "-") + punycode + "}";
  }

  private @Nullable String decode() {
    int[] out = new int[MAX_DECODED];
    int length = ascii.length();
    if (length > MAX_DECODED) {
      return null;
    }
    for (int j = 0; j < length; j++) {
      out[j] = ascii.charAt(j);
    }
    int bias = 72;
    int damp = 700;
    long where = 0;
    long code = 0x80;
    for (int at = 0; at < punycode.length(); ) {
      long delta = 0;
      long weight = 1;
      for (int k = BASE; ; k += BASE) {
        int digit = at < punycode.length() ? digit(punycode.charAt(at++)) : -1;
        if (digit < 0 || weight > MAX_WEIGHT) {
          return null;
        }
        int threshold = Math.clamp((long) k - bias, T_MIN, T_MAX);
        delta += digit * weight;
        if (digit < threshold) {
          break;
        }
        weight *= BASE - threshold;
      }
      length++;
      where += delta;
      code += where / length;
      where %= length;
      if (length > MAX_DECODED || !isScalar(code)) {
        return null;
      }
      System.arraycopy(out, (int) where, out, (int) where + 1, length - 1 - (int) where);
      out[(int) where++] = (int) code;
      delta /= damp;
      damp = 2;
      bias = bias(delta + delta / length);
    }
    return new String(out, 0, length);
  }

  static boolean isScalar(long code) {
    return code >= 0 && code <= Character.MAX_CODE_POINT && !(code >= 0xd800 && code <= 0xdfff);
  }

  private static int digit(char c) {
    if (c >= 'a' && c <= 'z') {
      return c - 'a';
    }
    return c >= '0' && c <= '9' ? c - '0' + 26 : -1;
  }

  private static int bias(long delta) {
    int k = 0;
    while (delta > ((BASE - T_MIN) * T_MAX) / 2) {
      delta /= BASE - T_MIN;
      k += BASE;
    }
    return (int) (k + ((BASE - T_MIN + 1) * delta) / (delta + 38));
  }
}
