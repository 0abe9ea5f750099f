package dev.selfsame.binary.demangle;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the tokens of a v0 name. After a failure every read is one: it moves nothing and answers
 * with zero or nothing. Source: RFC 2603, Syntax.
 */
final class Cursor {
  /** As deep as rustc-demangle goes. */
  static final int MAX_DEPTH = 500;

  private static final long MAX_BEFORE_DIGIT = Long.divideUnsigned(-1, 62);

  /** Why reading stopped. */
  enum Stop {
    INVALID("{invalid syntax}"),
    TOO_DEEP("{recursion limit reached}"),
    TOO_LONG("");

    private final String message;

    Stop(String message) {
      this.message = message;
    }

    String message() {
      return message;
    }
  }

  private final byte[] name;
  private final int start;
  private final int end;
  private final Cursor whole;
  private int at;
  private int depth;
  private @Nullable Stop stop;
  private boolean told;

  /** Offsets within a name count from {@code start}, behind its prefix. */
  Cursor(byte[] name, int start, int end) {
    this.name = name;
    this.start = start;
    this.end = end;
    this.whole = this;
    this.at = start;
  }

  private Cursor(Cursor from, int at) {
    this.name = from.name;
    this.start = from.start;
    this.end = from.end;
    this.whole = from.whole;
    this.at = at;
    this.depth = from.depth;
  }

  boolean ok() {
    return stop == null && whole.stop != Stop.TOO_LONG;
  }

  /** Why this cursor, or all that read the name, stopped. */
  Optional<Stop> stop() {
    return Optional.ofNullable(whole.stop == Stop.TOO_LONG ? Stop.TOO_LONG : stop);
  }

  void fail(Stop why) {
    if (stop == null) {
      stop = why;
    }
  }

  /** Stops every cursor that reads this name. */
  void failAll() {
    whole.stop = Stop.TOO_LONG;
  }

  /** Marks the failure as written down; whether it was already. */
  boolean tell() {
    boolean before = told;
    told = true;
    return before;
  }

  /** The offset of the next byte within the array. */
  int at() {
    return at;
  }

  void moveTo(int offset) {
    at = offset;
  }

  void back() {
    if (ok()) {
      at--;
    }
  }

  void enter() {
    if (ok() && ++depth > MAX_DEPTH) {
      fail(Stop.TOO_DEEP);
    }
  }

  void leave() {
    if (ok()) {
      depth--;
    }
  }

  int peek() {
    return at < end ? name[at] : -1;
  }

  boolean eat(char wanted) {
    if (ok() && peek() == wanted) {
      at++;
      return true;
    }
    return false;
  }

  /** The next byte. */
  int next() {
    if (ok() && at < end) {
      return name[at++];
    }
    fail(Stop.INVALID);
    return 0;
  }

  /**
   * Digits of base 62 and an underscore; none are 0, and any others one more than they say. 64 bits
   * unsigned, which the hashes of crates fill.
   */
  long base62() {
    if (eat('_')) {
      return 0;
    }
    long value = 0;
    while (ok() && !eat('_')) {
      int digit = digit62(next());
      if (digit < 0 || Long.compareUnsigned(value, MAX_BEFORE_DIGIT) > 0) {
        fail(Stop.INVALID);
      }
      value = value * 62 + digit;
      if (Long.compareUnsigned(value, digit) < 0) {
        fail(Stop.INVALID);
      }
    }
    return plusOne(value);
  }

  private long plusOne(long value) {
    if (value == -1) {
      fail(Stop.INVALID);
    }
    return ok() ? value + 1 : 0;
  }

  /** 0 without the tag, else one more than the number behind it. */
  long tagged(char tag) {
    return eat(tag) ? plusOne(base62()) : 0;
  }

  long disambiguator() {
    return tagged('s');
  }

  private static int digit62(int c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    } else if (c >= 'a' && c <= 'z') {
      return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'Z' ? c - 'A' + 36 : -1;
  }

  /** Hexadecimal digits up to an underscore, without it. */
  String hex() {
    int from = at;
    while (ok()) {
      int c = next();
      if (c == '_') {
        return ascii(from, at - 1);
      } else if (Character.digit(c, 16) < 0 || (c >= 'A' && c <= 'F')) {
        fail(Stop.INVALID);
      }
    }
    return "";
  }

  /** Where an earlier part of the name is read again; the tag {@code B} was just read. */
  Cursor backReference() {
    int tag = at - 1 - start;
    long target = base62();
    if (Long.compareUnsigned(target, tag) >= 0) {
      fail(Stop.INVALID);
    }
    if (!ok()) {
      return this;
    }
    Cursor there = new Cursor(this, start + (int) target);
    there.enter();
    if (!there.ok()) {
      fail(Stop.TOO_DEEP);
    }
    return there;
  }

  /** An identifier, decoded. */
  Ident ident() {
    boolean punycode = eat('u');
    long length = 0;
    if (!ok() || peek() < '0' || peek() > '9') {
      fail(Stop.INVALID);
      return Ident.NONE;
    }
    boolean zero = peek() == '0';
    do {
      length = length * 10 + (next() - '0');
    } while (!zero && length <= end && peek() >= '0' && peek() <= '9');
    eat('_');
    if (length > end - at) {
      fail(Stop.INVALID);
      return Ident.NONE;
    }
    int from = at;
    at += (int) length;
    if (!punycode) {
      return new Ident(ascii(from, at), "");
    }
    int split = at - 1;
    while (split >= from && name[split] != '_') {
      split--;
    }
    Ident ident = new Ident(split < from ? "" : ascii(from, split), ascii(split + 1, at));
    if (ident.punycode().isEmpty()) {
      fail(Stop.INVALID);
    }
    return ident;
  }

  private String ascii(int from, int to) {
    return new String(name, from, to - from, StandardCharsets.ISO_8859_1);
  }
}
