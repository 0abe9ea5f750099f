package dev.selfsame.cli;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Desk;
import dev.selfsame.promote.Evidence;
import dev.selfsame.store.Seen;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/** A registry with the trust root that its evidence is read by, in a folder or behind a URL. */
interface RegistryAccess {

  /** What a command does while it alone may write to a registry in a folder. */
  interface Work<T> {
    T at(Desk desk);
  }

  /** What is to be done where there is no registry yet. A server's is always there. */
  enum Absent {
    /** It is a failure. */
    REFUSE,
    /** A folder becomes one. */
    MAKE
  }

  /**
   * Reads a trust root's file. It is held against what was seen of it, unless its name is one that
   * a shell gives to each in turn, as it does to {@code <(cat trust-root.json)}.
   *
   * @throws dev.selfsame.outcome.Failure as {@link TrustRoot#read}; exit 4 where it was set back
   */
  static TrustRoot root(Path file, Seen seen) {
    byte[] bytes = TrustRoot.bytes(file);
    if (isPassing(file)) {
      return TrustRoot.parse(bytes, file.toString());
    }
    while (true) {
      TrustRoot root = TrustRoot.parse(bytes, file.toString());
      try {
        seen.requireNewest(file, root.version(), Digest.sha256(bytes));
        return root;
      } catch (Failure e) {
        byte[] again = TrustRoot.bytes(file);
        if (Arrays.equals(bytes, again)) {
          throw e;
        }
        bytes = again; // It was replaced just when it was read.
      }
    }
  }

  /** Whether it is named by the number that it has in a process. */
  private static boolean isPassing(Path file) {
    Path name = file.toAbsolutePath().normalize();
    return Stream.of("/dev/fd", "/dev/stdin", "/proc").anyMatch(name::startsWith);
  }

  /** The evidence, to be read. */
  Evidence reading();

  /**
   * Works at the registry. In a folder no other process writes meanwhile, and the catalogue is in
   * step with the evidence; a server sees to both itself.
   */
  <T> T writing(Absent absent, Work<T> work);
}
