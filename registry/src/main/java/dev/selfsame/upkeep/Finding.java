package dev.selfsame.upkeep;

import java.util.Optional;

/**
 * Something that is not as it should be.
 *
 * @param kind what sort of thing
 * @param what which, and how; one line
 * @param done what repair did about it; empty where it did nothing
 */
public record Finding(Kind kind, String what, Optional<String> done) {

  /** Sorts of findings. */
  public enum Kind {
    /** Bytes are not those of their digest. */
    ALTERED_BLOB(true),
    /** Bytes that a repository or evidence names are not there. */
    MISSING_BLOB(true),
    /** The log of changes was altered. */
    LOG(true),
    /** The log of changes was cut off or written anew: rows know more of it. */
    LOG_CUT(true),
    /** The audit log was altered. */
    AUDIT(true),
    /** Evidence is not what its name or signature says. */
    EVIDENCE(true),
    /** A channel's chain does not hold, or something was taken from its end. */
    CHANNEL(true),
    /** A last line of a log has no end: its writer was killed, and nobody was told of it. */
    HALF_A_LINE(false),
    /** Rows are not what the log leads to. */
    ROWS(false),
    /** A manifest needs what was taken out of its repository. */
    UNMET(false),
    /** The index of evidence lacks something, or has too much. */
    INDEX(false),
    /** A file that is none of the registry's. */
    STRAY(false);

    private final boolean trust;

    Kind(boolean trust) {
      this.trust = trust;
    }

    /** Whether it touches what is believed. */
    public boolean touchesTrust() {
      return trust;
    }
  }

  static Finding of(Kind kind, String what) {
    return new Finding(kind, what, Optional.empty());
  }

  Finding repaired(String how) {
    return new Finding(kind, what, Optional.of(how));
  }

  @Override
  public String toString() {
    String word = kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    return "%-13s %s%s".formatted(word, what, done.map(how -> " (" + how + ")").orElse(""));
  }
}
