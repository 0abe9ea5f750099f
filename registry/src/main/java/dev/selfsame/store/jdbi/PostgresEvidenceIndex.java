package dev.selfsame.store.jdbi;

import dev.selfsame.digest.Digest;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.EvidenceIndex;
import java.util.List;

/** One row for each that was noted. */
final class PostgresEvidenceIndex implements EvidenceIndex {
  private final Connections connections;

  PostgresEvidenceIndex(Connections connections) {
    this.connections = connections;
  }

  @Override
  public void addAbout(Digest artifact, Digest bundle) {
    add(
        "insert into about (artifact, bundle) values (?, ?) on conflict do nothing",
        artifact.toString(),
        bundle);
  }

  @Override
  public List<Digest> about(Digest artifact) {
    return digests(
        "select bundle from about where artifact = ? order by bundle", artifact.toString());
  }

  @Override
  public List<Digest> artifacts() {
    List<String> artifacts =
        connections.with(handle ->
            handle
                .createQuery("select distinct artifact from about order by artifact")
                .mapTo(String.class)
                .list());
    return artifacts.stream()
        .map(text -> PostgresChannels.parsed(text, () -> Digest.parse(text)))
        .toList();
  }

  @Override
  public void addStaged(ArtifactName name, Digest bundle) {
    add(
        "insert into submitted (name, bundle) values (?, ?) on conflict do nothing",
        name.value(),
        bundle);
  }

  @Override
  public List<Digest> staged(ArtifactName name) {
    return digests("select bundle from submitted where name = ? order by bundle", name.value());
  }

  @Override
  public List<ArtifactName> names() {
    return names("select distinct name from submitted order by name");
  }

  @Override
  public void addDeployment(ArtifactName name, Digest bundle) {
    add(
        "insert into deployed (name, bundle) values (?, ?) on conflict do nothing",
        name.value(),
        bundle);
  }

  @Override
  public List<Digest> deployments(ArtifactName name) {
    return digests("select bundle from deployed where name = ? order by bundle", name.value());
  }

  @Override
  public List<ArtifactName> deployed() {
    return names("select distinct name from deployed order by name");
  }

  private List<ArtifactName> names(String sql) {
    List<String> names =
        connections.with(handle -> handle.createQuery(sql).mapTo(String.class).list());
    return names.stream()
        .map(text -> PostgresChannels.parsed(text, () -> new ArtifactName(text)))
        .toList();
  }

  private void add(String sql, String key, Digest bundle) {
    connections.with(handle -> handle.execute(sql, key, bundle.toString()));
  }

  private List<Digest> digests(String sql, String key) {
    List<String> digests =
        connections.with(handle -> handle.createQuery(sql).bind(0, key).mapTo(String.class).list());
    return digests.stream()
        .map(text -> PostgresChannels.parsed(text, () -> Digest.parse(text)))
        .toList();
  }
}
