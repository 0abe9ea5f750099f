package dev.selfsame.binary.demangle;

import java.util.Optional;

/** Writes constants and patterns of a v0 name. */
final class V0Consts {
  private final V0Printer printer;
  private final Style style;

  V0Consts(V0Printer printer, Style style) {
    this.printer = printer;
    this.style = style;
  }

  /** The type of one letter, or nothing. */
  static String basicType(int tag) {
    return switch (tag) {
      case 'b' -> "bool";
      case 'c' -> "char";
      case 'e' -> "str";
      case 'u' -> "()";
      case 'a' -> "i8";
      case 's' -> "i16";
      case 'l' -> "i32";
      case 'x' -> "i64";
      case 'n' -> "i128";
      case 'i' -> "isize";
      case 'h' -> "u8";
      case 't' -> "u16";
      case 'm' -> "u32";
      case 'y' -> "u64";
      case 'o' -> "u128";
      case 'j' -> "usize";
      case 'f' -> "f32";
      case 'd' -> "f64";
      case 'z' -> "!";
      case 'p' -> "_";
      case 'v' -> "...";
      default -> "";
    };
  }

  /** Writes a constant, in braces where it is no literal and stands among generic arguments. */
  void print(boolean inValue) {
    Cursor in = printer.in();
    int tag = in.next();
    if (printer.failed()) {
      return;
    }
    in.enter();
    if (printer.failed()) {
      return;
    }
    boolean stringReference = tag == 'R' && in.eat('e');
    boolean braces = !inValue && !stringReference && "eRQATV".indexOf(tag) >= 0;
    printer.print(braces ? "{" : "");
    if (stringReference) {
      string();
    } else if (!value(tag, inValue)) {
      return;
    }
    printer.print(braces ? "}" : "");
    printer.in().leave();
  }

  /** False where the constant was given up in its middle. */
  private boolean value(int tag, boolean inValue) {
    Cursor in = printer.in();
    switch (tag) {
      case 'p' -> printer.print("_");
      case 'h', 't', 'm', 'y', 'o', 'j' -> integer(tag);
      case 'a', 's', 'l', 'x', 'n', 'i' -> {
        printer.print(in.eat('n') ? "-" : "");
        integer(tag);
      }
      case 'b' -> bool();
      case 'c' -> character();
      case 'e' -> {
        printer.print("*");
        string();
      }
      case 'R', 'Q' -> {
        printer.print(tag == 'R' ? "&" : "&mut ");
        print(true);
      }
      case 'A' -> {
        printer.print("[");
        printer.list(() -> print(true), ", ");
        printer.print("]");
      }
      case 'T' -> {
        printer.print("(");
        printer.print(printer.list(() -> print(true), ", ") == 1 ? ",)" : ")");
      }
      case 'V' -> {
        return variant();
      }
      case 'B' -> printer.backReference(() -> print(inValue));
      default -> {
        printer.invalid();
        return false;
      }
    }
    return true;
  }

  private boolean variant() {
    printer.path(true);
    int fields = printer.in().next();
    if (printer.failed()) {
      return false;
    }
    switch (fields) {
      case 'U' -> {}
      case 'T' -> {
        printer.print("(");
        printer.list(() -> print(true), ", ");
        printer.print(")");
      }
      case 'S' -> {
        printer.print(" { ");
        printer.list(this::field, ", ");
        printer.print(" }");
      }
      default -> {
        printer.invalid();
        return false;
      }
    }
    return true;
  }

  private void field() {
    printer.in().disambiguator();
    if (printer.failed()) {
      return;
    }
    Ident name = printer.in().ident();
    if (printer.failed()) {
      return;
    }
    printer.print(name.text() + ": ");
    print(true);
  }

  private void integer(int type) {
    String hex = printer.in().hex();
    if (printer.failed()) {
      return;
    }
    printer.print(Literals.number(hex).map(Long::toUnsignedString).orElse("0x" + hex));
    printer.print(style == Style.FULL ? basicType(type) : "");
  }

  private void bool() {
    String hex = printer.in().hex();
    if (printer.failed()) {
      return;
    }
    long value = Literals.number(hex).orElse(-1L);
    if (value == 0 || value == 1) {
      printer.print(value == 1 ? "true" : "false");
    } else {
      printer.invalid();
    }
  }

  private void character() {
    String hex = printer.in().hex();
    if (printer.failed()) {
      return;
    }
    long value = Literals.number(hex).orElse(-1L);
    if (Ident.isScalar(value)) {
      printer.print(Literals.quoted('\'', Character.toString((int) value)));
    } else {
      printer.invalid();
    }
  }

  private void string() {
    String hex = printer.in().hex();
    if (printer.failed()) {
      return;
    }
    Optional<String> text = Literals.text(hex);
    if (text.isPresent()) {
      printer.print(Literals.quoted('"', text.get()));
    } else {
      printer.invalid();
    }
  }

  /** Writes the pattern of a pattern type. */
  void pattern() {
    int tag = printer.in().next();
    if (printer.failed()) {
      return;
    }
    switch (tag) {
      case 'R' -> {
        print(false);
        printer.print("..=");
        print(false);
      }
      case 'O' -> alternatives();
      case 'N' -> printer.print("!null");
      default -> printer.invalid();
    }
  }

  private void alternatives() {
    printer.in().enter();
    if (printer.failed()) {
      return;
    }
    pattern();
    while (!printer.in().eat('E')) {
      if (!printer.in().ok()) {
        printer.invalid();
        return;
      }
      printer.print(" | ");
      pattern();
    }
    printer.in().leave();
  }
}
