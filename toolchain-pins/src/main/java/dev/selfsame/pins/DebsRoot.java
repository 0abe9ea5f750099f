package dev.selfsame.pins;

import static java.util.Objects.requireNonNull;

import dev.selfsame.digest.Digest;
import java.util.List;

/**
 * A root that Selfsame assembles from Debian packages.
 *
 * @param use what it is for
 * @param request the packages that were asked for; the locked ones are these and, where builds run
 *     in it, what they depend on
 * @param releases the signed releases that the lock was made from
 * @param debs every package, sorted by name
 * @param diffId SHA-256 of the root as an uncompressed layer tar
 */
public record DebsRoot(
    RootUse use, List<String> request, List<Release> releases, List<Deb> debs, Digest diffId)
    implements PinRoot {
  public DebsRoot {
    requireNonNull(use);
    request = List.copyOf(request);
    releases = List.copyOf(releases);
    debs = List.copyOf(debs);
    requireNonNull(diffId);
  }

  /** What {@code fetch} has to bring, in bytes. */
  public long downloadBytes() {
    return debs.stream().mapToLong(Deb::size).sum();
  }

  /**
   * A signed release of a suite, as it was when the lock was made.
   *
   * @param archive the archive's name on a mirror: {@code debian} or {@code debian-security}
   * @param suite such as {@code trixie} or {@code bookworm-security}
   * @param inRelease SHA-256 of the InRelease file
   * @param signedBy fingerprints (40 upper-case hex) of the archive keys whose signatures held
   * @param snapshot time on snapshot.debian.org at which its packages are found, such as {@code
   *     20261122T091544Z}
   */
  public record Release(
      String archive, String suite, Digest inRelease, List<String> signedBy, String snapshot) {
    public Release {
      requireNonNull(archive);
      requireNonNull(suite);
      requireNonNull(inRelease);
      signedBy = List.copyOf(signedBy);
      requireNonNull(snapshot);
    }
  }

  /**
   * One package.
   *
   * @param name the binary package's name
   * @param version its Debian version
   * @param architecture {@code amd64}, {@code arm64} or {@code all}
   * @param archive which archive holds it, a {@link Release#archive}
   * @param path its path below the archive, such as {@code pool/main/r/rustc/…_amd64.deb}
   * @param size bytes
   * @param sha256 of the .deb file
   */
  public record Deb(
      String name,
      String version,
      String architecture,
      String archive,
      String path,
      long size,
      Digest sha256) {
    public Deb {
      requireNonNull(name);
      requireNonNull(version);
      requireNonNull(architecture);
      requireNonNull(archive);
      requireNonNull(path);
      requireNonNull(sha256);
    }
  }
}
