package dev.selfsame.attest;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What a key may sign; every key has exactly one role. */
public enum Role {
  /** Builds, and says what came out. */
  BUILDER,
  /** Moves artifacts into a channel. */
  PROMOTER,
  /** Changes policy, freezes channels and alone lifts a freeze. */
  POLICY,
  /** Brings what is promoted to where it runs, and says how that went. */
  DEPLOYER,
  /** Signs checkpoints of the log. */
  LOG,
  /** Cosigns checkpoints. */
  WITNESS;

  /** The role as the trust root writes it, such as {@code builder}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The role of this word, which is lower-case. */
  public static Optional<Role> of(String word) {
    return Stream.of(values()).filter(role -> role.word().equals(word)).findFirst();
  }
}
