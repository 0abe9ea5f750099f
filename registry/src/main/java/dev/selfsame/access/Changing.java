package dev.selfsame.access;

import java.util.function.Supplier;

/** Content that changes while a program runs; a look at it may be some moments old. */
@FunctionalInterface
public interface Changing<T> extends Supplier<T> {
  /** The content as it is at this moment, whatever was seen of it a moment ago. */
  default T anew() {
    return get();
  }
}
