package dev.selfsame.store.remote;

import dev.selfsame.digest.Digest;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ReadableIndex;
import java.util.List;

/** A server's index. It is the server that adds to it, from what it verified itself. */
final class RemoteEvidenceIndex implements ReadableIndex {
  private final Lists lists;

  RemoteEvidenceIndex(Lists lists) {
    this.lists = lists;
  }

  @Override
  public List<Digest> about(Digest artifact) {
    String path = Lists.ROOT + "about/" + artifact;
    return sorted(lists.bundles(path, bundle -> path + "/" + bundle));
  }

  @Override
  public List<Digest> staged(ArtifactName name) {
    return sorted(
        lists.bundles(
            Lists.ROOT + "submissions/" + name,
            digest -> Lists.ROOT + "blob/staging/%s/%s".formatted(digest, name)));
  }

  @Override
  public List<ArtifactName> names() {
    return lists.all(Lists.ROOT + "names/staged", ArtifactName::new);
  }

  @Override
  public List<Digest> deployments(ArtifactName name) {
    return sorted(
        lists.bundles(
            Lists.ROOT + "deployments/" + name,
            digest -> Lists.ROOT + "blob/deploy/%s/%s".formatted(digest, name)));
  }

  private static List<Digest> sorted(List<Digest> bundles) {
    return bundles.stream().distinct().sorted().toList();
  }
}
