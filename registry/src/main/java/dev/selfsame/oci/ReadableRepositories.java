package dev.selfsame.oci;

import dev.selfsame.digest.Digest;
import dev.selfsame.store.Repositories;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.StoredManifest;
import dev.selfsame.store.TagName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be pulled. Whatever is not there, or not to be had, is an {@link OciError}. */
public interface ReadableRepositories {

  /** Repositories with something in them, sorted, from after {@code after}; at most {@code n}. */
  List<RepositoryName> names(@Nullable String after, int n);

  /** A manifest. */
  StoredManifest manifest(RepositoryName repository, Reference reference);

  /** A blob. */
  Content blob(RepositoryName repository, Digest digest);

  /**
   * Tags, sorted, from after {@code after}; at most {@code n}.
   *
   * @throws OciError where there is no such repository
   */
  List<TagName> tags(RepositoryName repository, @Nullable String after, int n);

  /**
   * The same for whoever takes it for all that there is.
   *
   * @throws OciError where there is no such repository, or one of its tags is not served now
   */
  default List<TagName> allTags(RepositoryName repository, @Nullable String after, int n) {
    return tags(repository, after, n);
  }

  /**
   * What refers to a manifest: see {@link Repositories#referrers}. A list, even where there is
   * nothing: that is how clients find out that they may ask.
   */
  Repositories.Referrers referrers(
      RepositoryName repository,
      Digest subject,
      @Nullable String artifactType,
      @Nullable Digest after,
      int n);
}
