package dev.selfsame.binary.demangle;

/**
 * Writes paths and types of a v0 name. Source: RFC 2603, and rustc-demangle's {@code v0.rs} for how
 * each is written, errors included: the first is named where it stands, each after it is a {@code
 * ?}.
 */
final class V0Printer {
  private final Style style;
  private final Writer out;
  private final V0Consts consts;
  private Cursor in;

  /** Lifetimes that binders around this place have brought. */
  private long lifetimes;

  /** In {@link Style#FUNCTION}, the arguments of the next path are a trait's own: written. */
  private boolean keepsArguments;

  V0Printer(Cursor in, Style style, int limit) {
    this.in = in;
    this.style = style;
    this.out = new Writer(in, limit);
    this.consts = new V0Consts(this, style);
  }

  /** Only reads a path. */
  void skipPath() {
    out.silence();
    path(false);
    out.speak();
  }

  /** Only reads a type. */
  void skipType() {
    out.silence();
    type();
    out.speak();
  }

  /** Writes a path; {@code inValue} where it names no type. */
  void path(boolean inValue) {
    boolean keep = keepsArguments;
    keepsArguments = false;
    in.enter();
    if (failed()) {
      return;
    }
    int tag = in.next();
    if (failed()) {
      return;
    }
    switch (tag) {
      case 'C' -> crate();
      case 'N' -> nested(inValue);
      case 'M', 'X', 'Y' -> implementation(tag);
      case 'I' -> {
        path(inValue);
        generics(inValue, keep);
      }
      case 'B' ->
          backReference(() -> {
            keepsArguments = keep;
            path(inValue);
          });
      default -> invalid();
    }
    in.leave();
  }

  private void crate() {
    long hash = in.disambiguator();
    if (failed()) {
      return;
    }
    Ident name = in.ident();
    if (failed()) {
      return;
    }
    print(name.text());
    if (style == Style.FULL && hash != 0) {
      print("[" + Long.toHexString(hash) + "]");
    }
  }

  private void nested(boolean inValue) {
    int space = in.next();
    if (failed()) {
      return;
    } else if (!Character.isLetter(space)) {
      invalid();
      return;
    }
    path(inValue);
    if (!in.ok()) {
      print("::");
    }
    if (failed()) {
      return;
    }
    long number = in.disambiguator();
    if (failed()) {
      return;
    }
    Ident name = in.ident();
    if (failed()) {
      return;
    }
    if (space >= 'A' && space <= 'Z') {
      String kind =
          switch (space) {
            case 'C' -> "closure";
            case 'S' -> "shim";
            default -> String.valueOf((char) space);
          };
      String named = name.isEmpty() ? "" : ":" + name.text();
      print("::{" + kind + named + "#" + Long.toUnsignedString(number) + "}");
    } else if (!name.isEmpty()) {
      print("::" + name.text());
    }
  }

  private void implementation(int tag) {
    if (tag != 'Y') { // the path of the impl itself is not written
      in.disambiguator();
      if (failed()) {
        return;
      }
      skipPath();
    }
    print("<");
    type();
    if (tag != 'M') {
      print(" as ");
      keepsArguments = true;
      path(false);
      keepsArguments = false;
    }
    print(">");
  }

  private void generics(boolean inValue, boolean keep) {
    if (style == Style.FUNCTION && !keep) {
      print(inValue ? "" : "<_>");
      out.silence();
      list(this::genericArgument, ", ");
      out.speak();
      return;
    }
    print(inValue ? "::<" : "<");
    list(this::genericArgument, ", ");
    print(">");
  }

  private void genericArgument() {
    if (in.eat('L')) {
      long lifetime = in.base62();
      if (!failed()) {
        lifetime(lifetime);
      }
    } else if (in.eat('K')) {
      consts.print(false);
    } else {
      type();
    }
  }

  void type() {
    if (in.eat('w')) {
      print("#[splat] ");
    }
    int tag = in.next();
    if (failed()) {
      return;
    }
    String basic = V0Consts.basicType(tag);
    if (!basic.isEmpty()) {
      print(basic);
      return;
    }
    in.enter();
    if (failed()) {
      return;
    }
    if (compound(tag)) {
      in.leave();
    }
  }

  /** False where the type was given up in its middle. */
  private boolean compound(int tag) {
    switch (tag) {
      case 'R', 'Q' -> {
        return reference(tag);
      }
      case 'P', 'O' -> {
        print(tag == 'P' ? "*const " : "*mut ");
        type();
      }
      case 'A', 'S' -> {
        print("[");
        type();
        if (tag == 'A') {
          print("; ");
          consts.print(true);
        }
        print("]");
      }
      case 'T' -> {
        print("(");
        print(list(this::type, ", ") == 1 ? ",)" : ")");
      }
      case 'F' -> binder(this::function);
      case 'D' -> {
        return dyn();
      }
      case 'B' -> backReference(this::type);
      case 'W' -> {
        type();
        print(" is ");
        consts.pattern();
      }
      default -> {
        in.back();
        path(false);
      }
    }
    return true;
  }

  private boolean reference(int tag) {
    print("&");
    if (in.eat('L')) {
      long lifetime = in.base62();
      if (failed()) {
        return false;
      }
      if (lifetime != 0) {
        lifetime(lifetime);
        print(" ");
      }
    }
    print(tag == 'Q' ? "mut " : "");
    type();
    return true;
  }

  private void function() {
    boolean isUnsafe = in.eat('U');
    String abi = "";
    if (in.eat('K')) {
      abi = in.eat('C') ? "C" : abi();
      if (!in.ok()) {
        return;
      }
    }
    print(isUnsafe ? "unsafe " : "");
    print(abi.isEmpty() ? "" : "extern \"" + abi.replace('_', '-') + "\" ");
    print("fn(");
    list(this::type, ", ");
    print(")");
    if (!in.eat('u')) { // the unit type is not written
      print(" -> ");
      type();
    }
  }

  private String abi() {
    Ident abi = in.ident();
    if (failed()) {
      return "";
    }
    if (abi.ascii().isEmpty() || !abi.punycode().isEmpty()) {
      invalid();
    }
    return abi.ascii();
  }

  private boolean dyn() {
    print("dyn ");
    binder(() -> list(this::dynTrait, " + "));
    if (!in.eat('L')) {
      invalid();
      return false;
    }
    long lifetime = in.base62();
    if (failed()) {
      return false;
    }
    if (lifetime != 0) {
      print(" + ");
      lifetime(lifetime);
    }
    return true;
  }

  private void dynTrait() {
    boolean open = openPath();
    while (in.eat('p')) {
      print(open ? ", " : "<");
      open = true;
      Ident name = in.ident();
      if (failed()) {
        return;
      }
      print(name.text() + " = ");
      if (in.eat('K')) {
        consts.print(false);
      } else {
        type();
      }
    }
    print(open ? ">" : "");
  }

  /** Writes a trait's path, and whether its arguments were left open for more. */
  private boolean openPath() {
    if (in.eat('B')) {
      boolean[] open = {false};
      backReference(() -> open[0] = openPath());
      return open[0];
    } else if (in.eat('I')) {
      path(false);
      print("<");
      list(this::genericArgument, ", ");
      return true;
    }
    path(false);
    return false;
  }

  private void binder(Runnable inside) {
    long bound = in.tagged('G');
    if (failed()) {
      return;
    }
    if (out.silent()) {
      inside.run();
      return;
    }
    long before = lifetimes;
    if (bound != 0) {
      print("for<");
      for (long i = 0; i != bound && !out.full(); i++) {
        print(i > 0 ? ", " : "");
        lifetimes++;
        lifetime(1);
      }
      print("> ");
    }
    inside.run();
    lifetimes = before;
  }

  private void lifetime(long index) {
    if (out.silent()) {
      return;
    }
    print("'");
    long depth = lifetimes - index;
    if (index == 0) {
      print("_");
    } else if (Long.compareUnsigned(index, lifetimes) > 0) {
      invalid();
    } else {
      print(depth < 26 ? String.valueOf((char) ('a' + depth)) : "_" + depth);
    }
  }

  /** Items up to {@code E}; how many. */
  int list(Runnable item, String separator) {
    int count = 0;
    while (in.ok() && !in.eat('E')) {
      print(count > 0 ? separator : "");
      item.run();
      count++;
    }
    return count;
  }

  /** While skipping, only the reference is read: what it names is not followed. */
  void backReference(Runnable reader) {
    Cursor there = in.backReference();
    if (failed() || out.silent()) {
      return;
    }
    Cursor here = in;
    in = there;
    reader.run();
    in = here;
  }

  Cursor in() {
    return in;
  }

  void print(String text) {
    out.print(text);
  }

  /** Says that the syntax is wrong here, even where reading had stopped before. */
  void invalid() {
    in.fail(Cursor.Stop.INVALID);
    in.tell();
    print(Cursor.Stop.INVALID.message());
  }

  /** Whether reading has stopped; what is missing is then written once for every call. */
  boolean failed() {
    if (in.ok()) {
      return false;
    }
    boolean told = in.tell();
    print(told ? "?" : in.stop().map(Cursor.Stop::message).orElse(""));
    return true;
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
