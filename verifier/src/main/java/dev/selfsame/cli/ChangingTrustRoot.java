package dev.selfsame.cli;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * The trust root of a program that runs for long. A revoked key must not go on being believed until
 * somebody starts it again: whenever the file is another, it is read anew.
 */
final class ChangingTrustRoot implements Supplier<TrustRoot> {
  private final Path file;
  private volatile Read read = new Read("", null);

  /** What was read, and what the file looked like then. */
  private record Read(String state, @org.jspecify.annotations.Nullable TrustRoot root) {}

  ChangingTrustRoot(Path file) {
    this.file = file;
  }

  /**
   * The trust root as the file has it now.
   *
   * @throws Failure where it cannot be read, or is malformed: then nobody is believed
   */
  @Override
  public TrustRoot get() {
    String state = state();
    Read last = read;
    if (last.root() != null && last.state().equals(state)) {
      return last.root();
    }
    TrustRoot fresh = TrustRoot.read(file);
    read = new Read(state, fresh);
    return fresh;
  }

  private String state() {
    try {
      return Files.readAttributes(file, "unix:ino,size,ctime").toString();
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot read the trust root %s: %s".formatted(file, e.getMessage()),
          "put it back, or name another with --trust-root",
          e);
    }
  }
}
