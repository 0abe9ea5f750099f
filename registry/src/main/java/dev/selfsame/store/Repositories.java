package dev.selfsame.store;

import dev.selfsame.digest.Digest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What stands in which repository of the registry server: manifests, tags, and which blobs may be
 * read there. When a method that writes returns, what it wrote survives a crash of the machine.
 *
 * <p>Only repositories that take pushes are here. What is deployed is derived from signed evidence,
 * and no row of this port is asked for it.
 */
public interface Repositories extends AutoCloseable {

  /** Whether anything was ever pushed there and is there still. */
  boolean exists(RepositoryName repository);

  /** Repositories with something in them, sorted, from after {@code after}; at most {@code n}. */
  List<RepositoryName> names(@Nullable String after, int n);

  /** Makes a blob readable in a repository. Again is no error. */
  void link(RepositoryName repository, Digest blob);

  /** Whether a blob may be read in a repository. */
  boolean linked(RepositoryName repository, Digest blob);

  /**
   * Takes a blob out of a repository.
   *
   * @return whether it was there
   */
  boolean unlink(RepositoryName repository, Digest blob);

  /** A repository in which a blob may be read. */
  Optional<RepositoryName> anyWith(Digest blob);

  /** Keeps a manifest, and has these tags point to it, all or nothing. Again is no error. */
  void put(RepositoryName repository, StoredManifest manifest, List<TagName> tags);

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

  @Override
  void close();
}
