package dev.selfsame.evidence;

import static java.util.Objects.requireNonNull;

import dev.selfsame.digest.Digest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where the source came from and exactly which bytes were built.
 *
 * @param repository the remote's address without credentials, absent where git names none
 * @param commit git commit id, 40 or 64 lower-case hex
 * @param tree git tree id of the packaged folder, 40 or 64 lower-case hex
 * @param subfolder the packaged folder within the repository, empty for its root
 * @param committedAt the commit's time, the package's mtime and the build's SOURCE_DATE_EPOCH
 * @param packageDigest SHA-256 of the deterministic tar
 * @param packageSize bytes of that tar
 * @param dirty whether the work tree differed from the commit; then the package holds the work tree
 */
public record Source(
    @Nullable String repository,
    String commit,
    String tree,
    String subfolder,
    Instant committedAt,
    Digest packageDigest,
    long packageSize,
    boolean dirty) {
  public Source {
    requireNonNull(commit);
    requireNonNull(tree);
    requireNonNull(subfolder);
    requireNonNull(committedAt);
    requireNonNull(packageDigest);
  }
}
