package dev.selfsame.store.jdbi;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.Repositories;
import dev.selfsame.store.RepositoriesContract;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.StoredManifest;
import dev.selfsame.store.TagName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * One who writes to a repository of their own, and knows what must be there: all that was
 * acknowledged; of what was refused, it may be there whole or not at all.
 */
final class PostgresLoad implements Runnable {
  private static final RepositoryName SHARED = new RepositoryName("staging/shared");

  private final RepositoryName own;
  private final Repositories rows;
  private final Random random;
  private final Map<TagName, Set<String>> tags = new LinkedHashMap<>();
  private final List<Digest> linked = new ArrayList<>();
  private int acknowledged;
  private int refused;
  private volatile boolean stopped;

  PostgresLoad(String name, Repositories rows, long seed) {
    this.own = new RepositoryName("staging/" + name);
    this.rows = rows;
    this.random = new Random(seed);
  }

  void stop() {
    stopped = true;
  }

  int acknowledged() {
    return acknowledged;
  }

  int refused() {
    return refused;
  }

  @Override
  public void run() {
    while (!stopped) {
      try {
        write();
        acknowledged++;
      } catch (Failure e) {
        if (e.code() != ExitCode.UNDECIDED) {
          throw e;
        }
        refused++;
      }
    }
  }

  private void write() {
    TagName tag = new TagName("t" + random.nextInt(5));
    Set<String> maybe = tags.computeIfAbsent(tag, _ -> new TreeSet<>(Set.of("")));
    switch (random.nextInt(4)) {
      case 0 -> {
        maybe.add("");
        rows.delete(own, tag);
        only(tag, "");
      }
      case 1 -> {
        Digest blob = Digest.sha256((own + " " + random.nextLong()).getBytes());
        rows.link(SHARED, blob);
        linked.add(blob);
      }
      default -> {
        StoredManifest manifest = RepositoriesContract.manifest(own + " " + random.nextInt(50));
        maybe.add(manifest.digest().toString());
        rows.put(own, manifest, List.of(tag));
        only(tag, manifest.digest().toString());
      }
    }
  }

  private void only(TagName tag, String what) {
    tags.put(tag, new TreeSet<>(Set.of(what)));
  }

  /** What was lost or is half there; empty where all is well. */
  List<String> losses() {
    List<String> losses = new ArrayList<>();
    tags.forEach((tag, maybe) -> {
      String found =
          rows.manifest(own, tag).map(manifest -> manifest.digest().toString()).orElse("");
      if (!maybe.contains(found)) {
        losses.add("%s:%s is '%s', not one of %s".formatted(own, tag, found, maybe));
      }
    });
    // From here on each is what it is.
    List.copyOf(tags.keySet())
        .forEach(tag ->
            only(tag, rows.manifest(own, tag).map(one -> one.digest().toString()).orElse("")));
    linked.stream()
        .filter(blob -> !rows.linked(SHARED, blob))
        .forEach(blob -> losses.add("link to " + blob));
    return losses;
  }
}
