package dev.selfsame.binary.demangle;

/** Text that grows up to a limit, and is silent while a part of a name is only skipped. */
final class Writer {
  private final StringBuilder text = new StringBuilder();
  private final Cursor whole;
  private final int limit;
  private int silent;

  /** Tells {@code whole} to stop where the text grows beyond {@code limit} characters. */
  Writer(Cursor whole, int limit) {
    this.whole = whole;
    this.limit = limit;
  }

  void print(String more) {
    if (silent > 0 || full()) {
      return;
    }
    if (text.length() + more.length() > limit) {
      text.append("{size limit reached}");
      whole.failAll();
    } else {
      text.append(more);
    }
  }

  void silence() {
    silent++;
  }

  void speak() {
    silent--;
  }

  boolean silent() {
    return silent > 0;
  }

  /** Whether the limit was reached: then nothing more is written. */
  boolean full() {
    return whole.stop().filter(stop -> stop == Cursor.Stop.TOO_LONG).isPresent();
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
