package dev.selfsame.store.jdbi;

import dev.selfsame.digest.Digest;
import dev.selfsame.store.Change;
import dev.selfsame.store.ChangeLog.Place;
import dev.selfsame.store.Changes;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.StoredManifest;
import dev.selfsame.store.TagName;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** A simple model of the rows, made from the chain of changes. */
final class Replay {
  /** The same lines, from the rows. */
  static final String ROWS =
      """
      select coalesce(string_agg(x, E'\\n' order by x collate "C"), '') from (
        select 'link ' || repository || ' ' || blob as x from selfsame.link
        union all select 'manifest ' || repository || ' ' || digest from selfsame.manifest
        union all select 'tag ' || repository || ' ' || name || ' ' || manifest from selfsame.tag
      ) as every
      """;

  private final TreeSet<String> whole = new TreeSet<>();
  private final Map<String, String> tags = new TreeMap<>();

  private Replay() {}

  /** Reads and checks the chain; the rows that it leads to, a line for each. */
  static String of(Changes changes) {
    Replay replay = new Replay();
    changes.read(Place.START, (_, _, change) -> replay.apply(change));
    TreeSet<String> lines = new TreeSet<>(replay.whole);
    replay.tags.forEach((tag, manifest) -> lines.add("tag " + tag + " " + manifest));
    return String.join("\n", lines);
  }

  private void apply(Change change) {
    switch (change) {
      case Change.Link(RepositoryName repository, Digest blob) ->
          whole.add("link " + repository + " " + blob);
      case Change.Unlink(RepositoryName repository, Digest blob) ->
          whole.remove("link " + repository + " " + blob);
      case Change.Put(RepositoryName repository, StoredManifest manifest, List<TagName> names) -> {
        whole.add("manifest " + repository + " " + manifest.digest());
        names.forEach(name -> tags.put(repository + " " + name, manifest.digest().toString()));
      }
      case Change.DeleteManifest(RepositoryName repository, Digest manifest) -> {
        whole.remove("manifest " + repository + " " + manifest);
        tags.entrySet()
            .removeIf(tag ->
                tag.getKey().startsWith(repository + " ")
                    && tag.getValue().equals(manifest.toString()));
      }
      case Change.DeleteTag(RepositoryName repository, TagName tag) ->
          tags.remove(repository + " " + tag);
    }
  }
}
