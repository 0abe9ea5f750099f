package dev.selfsame.pins;

import static java.util.Objects.requireNonNull;

import dev.selfsame.digest.Digest;
import org.jspecify.annotations.Nullable;

/**
 * One build environment, named and fixed by digest.
 *
 * @param id its name, lower-case letters, digits, dots and dashes
 * @param platform {@code linux/amd64} or {@code linux/arm64}, as the OCI image specification writes
 *     it
 * @param rustcVersion such as {@code 1.85.1}, where the environment holds a rustc and it is known
 * @param rustcCommit 40 hex digits of rustc's own commit, where known
 * @param epoch seconds since 1970-01-01T00:00Z: no file of a deb-locked root is younger; 0 where an
 *     image pin does not say
 * @param root what the filesystem is made of
 * @param normalise fixed places and variables of every build in it
 * @param fileDigest SHA-256 of the pin file that this was read from
 */
public record Pin(
    String id,
    String platform,
    @Nullable String rustcVersion,
    @Nullable String rustcCommit,
    long epoch,
    PinRoot root,
    Normalise normalise,
    Digest fileDigest) {
  public Pin {
    requireNonNull(id);
    requireNonNull(platform);
    requireNonNull(root);
    requireNonNull(normalise);
    requireNonNull(fileDigest);
  }

  /** The processor's name as Debian writes it: {@code amd64} or {@code arm64}. */
  public String architecture() {
    return platform.substring(platform.indexOf('/') + 1);
  }
}
