package dev.selfsame.pins;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What a root of locked packages is for. */
public enum RootUse {
  /**
   * Builds run in it: the packages that were asked for and all that they depend on, with mount
   * points for the engines and a user who builds.
   */
  BUILD,

  /**
   * Programs run on it, as the base of an image: the packages that were asked for and no others,
   * since what they depend on beyond libraries are the tools of package management. Without
   * documentation (copyrights stay), translations and the C library's rarer character sets.
   */
  RUNTIME;

  /** As the pin file has it: {@code build} or {@code runtime}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The use of this word, which is lower-case. */
  public static Optional<RootUse> of(String word) {
    return Stream.of(values()).filter(use -> use.word().equals(word)).findFirst();
  }
}
