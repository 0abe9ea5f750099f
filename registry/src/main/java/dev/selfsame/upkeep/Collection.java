package dev.selfsame.upkeep;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.Blob;
import dev.selfsame.store.Blobs;
import dev.selfsame.store.Repositories;
import dev.selfsame.store.Repositories.Unneeded;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.Uploads;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One run of a {@link Collector}. */
final class Collection {
  private static final int PAGE = 200;

  /** Writers of evidence wait no longer than about this. */
  private static final Duration STILL = Duration.ofSeconds(2);

  /** However short the grace, what somebody works on is not taken from under their hands. */
  private static final Duration UPLOAD_GRACE = Duration.ofHours(1);

  private static final Duration LEFTOVER_GRACE = Duration.ofMinutes(10);

  private final Blobs blobs;
  private final Uploads uploads;
  private final Repositories rows;
  private final List<Needed> needed;
  private final Collector.Stillness stillness;
  private final Instant now;
  private final Duration grace;
  private final Instant before;
  private final Consumer<Garbage> told;
  private final BooleanSupplier stopped;

  private Collector.Report report = Collector.Report.NOTHING;

  Collection(
      Collector.Stores stores,
      List<Needed> needed,
      Collector.Stillness stillness,
      Instant now,
      Duration grace,
      Consumer<Garbage> told,
      BooleanSupplier stopped) {
    this.blobs = stores.blobs();
    this.uploads = stores.uploads();
    this.rows = stores.repositories();
    this.needed = needed;
    this.stillness = stillness;
    this.now = now;
    this.grace = grace;
    this.before = now.minus(grace);
    this.told = told;
    this.stopped = stopped;
  }

  Collector.Report run() {
    // First, since nothing may go where this cannot be told.
    needed.forEach(Needed::refresh);
    giveUp(uploadsBefore());
    try {
      unlink();
    } catch (Failure noRoom) {
      // An unlink is a line of the log; taking away what was unlinked before makes room for it.
      removeUnlinked();
      unlink();
    }
    removeUnlinked();
    return report;
  }

  private void unlink() {
    eachPage(page -> rows.unlink(page, before).forEach(link -> add(new Garbage.Link(link))));
  }

  private void removeUnlinked() {
    removeAll(candidates(digest -> rows.anyWith(digest).isEmpty()));
  }

  /** Takes away what was given up half-way, and writes nothing. */
  Collector.Report clear() {
    giveUp(before);
    return report;
  }

  private void giveUp(Instant since) {
    for (Uploads.Abandoned upload : uploads.abandoned(since)) {
      if (stopped.getAsBoolean()) {
        return;
      }
      if (uploads.cancelAbandoned(upload.id(), since)) {
        add(new Garbage.Upload(upload));
      }
    }
    for (Blobs.Leftover left : blobs.leftovers(now.minus(LEFTOVER_GRACE))) {
      if (stopped.getAsBoolean()) {
        return;
      }
      if (blobs.discard(left)) {
        add(new Garbage.Leftover(left));
      }
    }
  }

  Collector.Report dryRun() {
    needed.forEach(Needed::refresh);
    Map<Digest, Integer> going = new HashMap<>();
    eachPage(page -> {
      for (Unneeded link : page) {
        going.merge(link.blob(), 1, Integer::sum);
        add(new Garbage.Link(link));
      }
    });
    candidates(digest -> rows.links(digest) == going.getOrDefault(digest, 0))
        .forEach(blob -> add(new Garbage.Bytes(blob)));
    uploads.abandoned(uploadsBefore()).forEach(upload -> add(new Garbage.Upload(upload)));
    blobs.leftovers(now.minus(LEFTOVER_GRACE)).forEach(left -> add(new Garbage.Leftover(left)));
    return report;
  }

  private Instant uploadsBefore() {
    return now.minus(grace.compareTo(UPLOAD_GRACE) > 0 ? grace : UPLOAD_GRACE);
  }

  private void add(Garbage garbage) {
    report = report.and(garbage);
    told.accept(garbage);
  }

  /** Every link that is not needed, some at a time. */
  private void eachPage(Consumer<List<Unneeded>> work) {
    @Nullable String after = null;
    for (List<RepositoryName> names = rows.names(after, PAGE);
        !names.isEmpty() && !stopped.getAsBoolean();
        names = rows.names(after, PAGE)) {
      names.forEach(name -> eachPage(name, work));
      after = names.getLast().value();
    }
  }

  private void eachPage(RepositoryName name, Consumer<List<Unneeded>> work) {
    @Nullable Digest after = null;
    for (List<Unneeded> page = rows.unneeded(name, before, after, PAGE);
        !page.isEmpty() && !stopped.getAsBoolean();
        page = rows.unneeded(name, before, after, PAGE)) {
      work.accept(page);
      after = page.getLast().blob();
    }
  }

  private Queue<Blob> candidates(Predicate<Digest> unlinked) {
    List<Blob> found = new ArrayList<>();
    blobs.each(blob -> {
      if (!stopped.getAsBoolean()
          && !isNeeded(blob.digest())
          && isOld(blob.digest())
          && unlinked.test(blob.digest())) {
        found.add(blob);
      }
    });
    found.forEach(blob -> needed.forEach(each -> each.look(blob)));
    found.removeIf(blob -> isNeeded(blob.digest()));
    return new ArrayDeque<>(found);
  }

  private boolean isNeeded(Digest digest) {
    return needed.stream().anyMatch(each -> each.needs(digest));
  }

  private boolean isOld(Digest digest) {
    return blobs.kept(digest).filter(kept -> kept.isBefore(before)).isPresent();
  }

  private void removeAll(Queue<Blob> candidates) {
    while (!candidates.isEmpty() && !stopped.getAsBoolean()) {
      stillness.during(() -> {
        needed.forEach(Needed::refresh);
        long end = System.nanoTime() + STILL.toNanos();
        do {
          remove(candidates.remove());
        } while (!candidates.isEmpty() && System.nanoTime() - end < 0 && !stopped.getAsBoolean());
      });
    }
  }

  private void remove(Blob blob) {
    Digest digest = blob.digest();
    // Who hashes and syncs a large upload keeps it for long, and writers of evidence wait for this
    // run: then it goes in the next.
    boolean gone =
        rows.removingSoon(
                digest,
                () ->
                    rows.anyWith(digest).isEmpty()
                        && !isNeeded(digest)
                        && isOld(digest)
                        && blobs.remove(digest))
            .orElse(false);
    if (gone) {
      add(new Garbage.Bytes(blob));
    }
  }
}
