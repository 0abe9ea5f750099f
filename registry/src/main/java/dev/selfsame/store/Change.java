package dev.selfsame.store;

import dev.selfsame.digest.Digest;
import java.util.List;

/** What a write does to the server's repositories. */
public sealed interface Change {
  RepositoryName repository();

  /** A blob may be read. */
  record Link(RepositoryName repository, Digest blob) implements Change {}

  /** A blob may no longer be read. */
  record Unlink(RepositoryName repository, Digest blob) implements Change {}

  /** A manifest is there, and these tags point to it. */
  record Put(RepositoryName repository, StoredManifest manifest, List<TagName> tags)
      implements Change {
    public Put {
      tags = List.copyOf(tags);
    }
  }

  /** A manifest is gone, with every tag that pointed to it. */
  record DeleteManifest(RepositoryName repository, Digest manifest) implements Change {}

  /** A tag is gone. */
  record DeleteTag(RepositoryName repository, TagName tag) implements Change {}
}
