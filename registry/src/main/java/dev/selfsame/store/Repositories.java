package dev.selfsame.store;

import dev.selfsame.digest.Digest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What stands in which repository of the registry server: manifests, tags, and which blobs may be
 * read there. When a method that writes returns, what it wrote survives a crash of the machine.
 *
 * <p>Only repositories that take pushes are here. What is deployed is derived from signed evidence,
 * and no row of this port is asked for it.
 */
public interface Repositories extends AutoCloseable {
  /** How long {@link #removingSoon} waits. */
  Duration SOON = Duration.ofMillis(100);

  /** Whether anything was ever pushed there and is there still. */
  boolean exists(RepositoryName repository);

  /** Repositories with something in them, sorted, from after {@code after}; at most {@code n}. */
  List<RepositoryName> names(@Nullable String after, int n);

  /** Makes a blob readable in a repository, as wanted from now. Again is no error. */
  void link(RepositoryName repository, Digest blob);

  /** Whether a blob may be read in a repository. */
  boolean linked(RepositoryName repository, Digest blob);

  /**
   * Whether a blob may be read in a repository. Where no manifest needs it, this notes that
   * somebody wants it now: a client that is told of it may leave out its upload.
   *
   * @param lately how long ago it may have been noted last, so that this time is not
   */
  boolean want(RepositoryName repository, Digest blob, Duration lately);

  /**
   * Takes a blob out of a repository.
   *
   * @return whether it was there
   */
  boolean unlink(RepositoryName repository, Digest blob);

  /** A repository in which a blob may be read. */
  Optional<RepositoryName> anyWith(Digest blob);

  /** In how many repositories a blob may be read. */
  int links(Digest blob);

  /**
   * A blob that may be read where no manifest needs it.
   *
   * @param repository where
   * @param blob which
   * @param wanted when it was last pushed, mounted or asked for there, or lost the last manifest
   *     that needed it; milliseconds
   */
  record Unneeded(RepositoryName repository, Digest blob, Instant wanted) {}

  /**
   * What no manifest of a repository needs and nobody has wanted since, by digest, from after
   * {@code after}; at most {@code n}.
   */
  List<Unneeded> unneeded(RepositoryName repository, Instant before, @Nullable Digest after, int n);

  /**
   * Takes blobs out of their repositories, each if still no manifest needs it and nobody has wanted
   * it since. That is decided where no other write can come between.
   *
   * @return those that were taken out
   */
  List<Unneeded> unlink(List<Unneeded> links, Instant before);

  /**
   * Does what makes a blob come to stay: putting its bytes and linking it, or looking for them and
   * linking it. Many may be at it at once; while they are, nobody is within {@link #removing} of
   * the same blob.
   */
  <T> T keeping(Digest blob, Supplier<T> work);

  /**
   * Does what removes a blob's bytes, after looking whether anybody needs them. Nobody is within
   * {@link #keeping} of the same blob meanwhile, on any replica.
   */
  <T> T removing(Digest blob, Supplier<T> work);

  /**
   * As {@link #removing}, for one whom others wait for.
   *
   * @return empty where somebody keeps it for longer than {@link #SOON}: then nothing was done
   */
  <T> Optional<T> removingSoon(Digest blob, Supplier<T> work);

  /**
   * Keeps a manifest, and has these tags point to it, all or nothing. Again is no error. That all
   * it needs is there is decided where no other write can come between.
   *
   * @return a blob or manifest that it needs and that may not be read in the repository; then
   *     nothing was kept. Empty where it was
   */
  Optional<Digest> put(RepositoryName repository, StoredManifest manifest, List<TagName> tags);

  Optional<StoredManifest> manifest(RepositoryName repository, Digest digest);

  Optional<StoredManifest> manifest(RepositoryName repository, TagName tag);

  /**
   * Removes a manifest and every tag that points to it.
   *
   * @return whether it was there
   */
  boolean delete(RepositoryName repository, Digest manifest);

  /**
   * Removes a tag; what it points to stays.
   *
   * @return whether it was there
   */
  boolean delete(RepositoryName repository, TagName tag);

  /**
   * Tags, sorted, from after {@code after}, which need not be there; at most {@code n}.
   *
   * @param after null to begin with the first
   */
  List<TagName> tags(RepositoryName repository, @Nullable String after, int n);

  /**
   * A manifest that refers to another.
   *
   * @param digest its own
   * @param descriptor its descriptor as JSON
   */
  record Referrer(Digest digest, String descriptor) {}

  /**
   * Some of the manifests that refer to one.
   *
   * @param referrers by digest
   * @param more whether others follow
   */
  record Referrers(List<Referrer> referrers, boolean more) {
    public Referrers {
      referrers = List.copyOf(referrers);
    }
  }

  /**
   * The manifests that refer to this one, by digest, from after {@code after}; at most {@code n},
   * and no more once their descriptors have 4 MiB together: each may be as long as a manifest.
   *
   * @param artifactType only these, null for all
   * @param n 1 or more
   */
  Referrers referrers(
      RepositoryName repository,
      Digest subject,
      @Nullable String artifactType,
      @Nullable Digest after,
      int n);

  /**
   * Why nothing more can be written until the server is started again, though reading goes on;
   * empty where all is well.
   */
  Optional<String> trouble();

  @Override
  void close();
}
