package dev.selfsame.store.jdbi;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One row for each promotion: its key is its place, and so is given once. */
final class PostgresChannels implements Channels {
  private final Connections connections;

  PostgresChannels(Connections connections) {
    this.connections = connections;
  }

  private record Row(long seq, String bundle) {}

  @Override
  public List<Entry> entries(ArtifactName name, ChannelName channel) {
    List<Row> rows =
        connections.with(handle ->
            handle
                .createQuery(
                    "select seq, bundle from channel where name = ? and channel = ? order by seq")
                .bind(0, name.value())
                .bind(1, channel.value())
                .map((row, _) -> new Row(row.getLong(1), row.getString(2)))
                .list());
    List<Entry> entries = new ArrayList<>();
    for (Row row : rows) {
      if (row.seq() != entries.size() + 1) {
        throw Failure.badEvidence(
            "channel %s of %s has no promotion %d, though it has %d records"
                .formatted(channel, name, entries.size() + 1, rows.size()),
            "restore the database from a copy");
      }
      entries.add(new Entry(row.seq(), digest(row.bundle(), name, channel)));
    }
    return entries;
  }

  @Override
  public Optional<Digest> at(ArtifactName name, ChannelName channel, long seq) {
    return connections
        .with(handle ->
            handle
                .createQuery(
                    "select bundle from channel where name = ? and channel = ? and seq = ?")
                .bind(0, name.value())
                .bind(1, channel.value())
                .bind(2, seq)
                .mapTo(String.class)
                .findFirst())
        .map(bundle -> digest(bundle, name, channel));
  }

  @Override
  public boolean append(ArtifactName name, ChannelName channel, Entry entry) {
    int added =
        connections.with(handle ->
            handle.execute(
                "insert into channel (name, channel, seq, bundle) values (?, ?, ?, ?)"
                    + " on conflict do nothing",
                name.value(),
                channel.value(),
                entry.seq(),
                entry.bundle().toString()));
    return added == 1 || at(name, channel, entry.seq()).equals(Optional.of(entry.bundle()));
  }

  @Override
  public List<ArtifactName> names() {
    List<String> names =
        connections.with(handle ->
            handle
                .createQuery("select distinct name from channel order by name")
                .mapTo(String.class)
                .list());
    return names.stream().map(text -> parsed(text, () -> new ArtifactName(text))).toList();
  }

  @Override
  public List<ArtifactName> names(@Nullable String after, int most) {
    List<String> names =
        connections.with(handle ->
            handle
                .createQuery(
                    "select distinct name from channel where name > ? order by name limit ?")
                .bind(0, PostgresRepositories.place(after))
                .bind(1, most)
                .mapTo(String.class)
                .list());
    return names.stream().map(text -> parsed(text, () -> new ArtifactName(text))).toList();
  }

  @Override
  public List<ChannelName> channels(ArtifactName name) {
    List<String> channels =
        connections.with(handle ->
            handle
                .createQuery("select distinct channel from channel where name = ? order by channel")
                .bind(0, name.value())
                .mapTo(String.class)
                .list());
    return channels.stream().map(text -> parsed(text, () -> new ChannelName(text))).toList();
  }

  /** One row of a name's channels, as it stands in the database. */
  private record Raw(String channel, long seq, String bundle) {}

  /** All rows, which any server may have added to; one query instead of several. */
  @Override
  public Optional<Look> look(ArtifactName name) {
    List<Raw> before = raw(name);
    return Optional.of(() -> raw(name).equals(before));
  }

  private List<Raw> raw(ArtifactName name) {
    return connections.with(handle ->
        handle
            .createQuery(
                "select channel, seq, bundle from channel where name = ? order by channel, seq")
            .bind(0, name.value())
            .map((row, _) -> new Raw(row.getString(1), row.getLong(2), row.getString(3)))
            .list());
  }

  private static Digest digest(String bundle, ArtifactName name, ChannelName channel) {
    try {
      return Digest.parse(bundle);
    } catch (IllegalArgumentException e) {
      throw Failure.badEvidence(
          "a record of channel %s of %s is malformed: %s".formatted(channel, name, bundle),
          "restore the database from a copy");
    }
  }

  /** What stands in a row was written by us, or by one who altered it. */
  static <T> T parsed(String text, Supplier<T> parse) {
    try {
      return parse.get();
    } catch (IllegalArgumentException e) {
      throw Failure.badEvidence(
          "a row of the registry's database is malformed: " + text,
          "restore the database from a copy");
    }
  }
}
