package dev.selfsame.adopt;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * A crate that has to do with a native library or program.
 *
 * @param library what it is, in words
 * @param debian Debian packages that bring it
 * @param source the crate that it depends on only where it compiles its own source
 */
record NativeCrate(
    String name, Way way, String library, List<String> debian, Optional<String> source) {

  /** How it comes by the library. */
  enum Way {
    /** The system's. */
    SYSTEM,
    /** The system's, or its own source where a feature says so. */
    CHOICE,
    /** The system's where pkg-config finds it, else its own source. */
    EITHER,
    /** Its own source. */
    OWN,
    /** It starts a program while it builds. */
    PROGRAM
  }

  NativeCrate {
    requireNonNull(name);
    requireNonNull(way);
    requireNonNull(library);
    debian = List.copyOf(debian);
    requireNonNull(source);
  }
}
