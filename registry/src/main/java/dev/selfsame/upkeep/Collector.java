package dev.selfsame.upkeep;

import dev.selfsame.outcome.Progress;
import dev.selfsame.store.Blobs;
import dev.selfsame.store.Registry;
import dev.selfsame.store.Repositories;
import dev.selfsame.store.Uploads;
import dev.selfsame.store.file.RegistryFolder;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Takes away what nobody needs, while pushes, mounts, deletes and promotions go on.
 *
 * <p>First what was given up half-way, for which nothing has to be written. Then links: a blob that
 * no manifest of a repository needs, and that nobody has pushed, mounted or asked for there within
 * the grace period, can no longer be read there. Then bytes: what no repository links, no evidence
 * needs and nobody has put within the grace period; before the links too where there is no room to
 * write that they go. Each is decided anew at the last moment, where no writer can come between:
 * see {@link Repositories#unlink} and {@link Repositories#removing}.
 *
 * <p>Manifests are never taken away: they may be pulled by digest whatever their tags point to.
 */
public final class Collector {
  /** How long evidence is waited for that is being put just now. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Stores stores;
  private final Supplier<List<Needed>> needed;
  private final Stillness stillness;
  private final Clock clock;

  private volatile boolean stopped;

  /** Where blobs are and where they are named. */
  public record Stores(Blobs blobs, Uploads uploads, Repositories repositories) {}

  /** Sees to it that nobody puts evidence meanwhile, in any process. */
  @FunctionalInterface
  public interface Stillness {
    /**
     * Does the work.
     *
     * @throws dev.selfsame.outcome.Failure exit 3 where others do not come to an end; then it was
     *     not begun
     */
    void during(Runnable work);
  }

  /**
   * @param needed what must stay though no repository links it, made anew for each run
   */
  public Collector(Stores stores, Supplier<List<Needed>> needed, Stillness stillness, Clock clock) {
    this.stores = stores;
    this.needed = needed;
    this.stillness = stillness;
    this.clock = clock;
  }

  /**
   * One for a registry in a folder.
   *
   * @param uploads those of the folder, the server's own where one is running
   * @param repositories those of the folder, which this process has open
   */
  public static Collector in(
      RegistryFolder folder,
      Uploads uploads,
      Repositories repositories,
      Clock clock,
      Progress progress) {
    Registry registry = folder.registry();
    return new Collector(
        new Stores(registry.blobs(), uploads, repositories),
        () -> List.of(new EvidenceNeeds(registry)),
        work -> {
          try (var _ = folder.write(PATIENCE, progress)) {
            work.run();
          }
        },
        clock);
  }

  /**
   * How much there was.
   *
   * @param number how many
   * @param bytes what they took of the disk
   */
  public record Count(long number, long bytes) {
    static final Count NONE = new Count(0, 0);

    Count and(Garbage more) {
      return new Count(number + 1, bytes + more.bytes());
    }
  }

  /**
   * What was taken away, or would be.
   *
   * @param links blobs that can no longer be read in one of their repositories
   * @param blobs blobs that are gone
   * @param uploads uploads that were given up
   * @param leftovers what writers that died had left
   */
  public record Report(Count links, Count blobs, Count uploads, Count leftovers) {
    static final Report NOTHING = new Report(Count.NONE, Count.NONE, Count.NONE, Count.NONE);

    Report and(Garbage more) {
      return switch (more) {
        case Garbage.Link _ -> new Report(links.and(more), blobs, uploads, leftovers);
        case Garbage.Bytes _ -> new Report(links, blobs.and(more), uploads, leftovers);
        case Garbage.Upload _ -> new Report(links, blobs, uploads.and(more), leftovers);
        case Garbage.Leftover _ -> new Report(links, blobs, uploads, leftovers.and(more));
      };
    }

    /** Bytes of the disk. */
    public long bytes() {
      return blobs.bytes() + uploads.bytes() + leftovers.bytes();
    }
  }

  /**
   * Collects once. Not to be interrupted: that would close files which the server works with; see
   * {@link #stop}.
   *
   * @param grace how long a blob may be unneeded before it goes
   * @param told of each thing that went
   * @throws dev.selfsame.outcome.Failure exit 4 where evidence cannot be read, so that nobody can
   *     tell what it needs; exit 3 where the store fails or others do not stop putting evidence
   */
  public Report run(Duration grace, Consumer<Garbage> told) {
    return collection(grace, told).run();
  }

  /**
   * Takes away uploads that were given up and what killed writers have left, for which nothing has
   * to be written: for a disk that is full.
   *
   * @param idle for how long nobody has added to an upload
   * @throws dev.selfsame.outcome.Failure exit 3 where the store fails
   */
  public Report clear(Duration idle, Consumer<Garbage> told) {
    return collection(idle, told).clear();
  }

  /** Finds what {@link #run} would take away now, and changes nothing. */
  public Report dryRun(Duration grace, Consumer<Garbage> told) {
    return collection(grace, told).dryRun();
  }

  private Collection collection(Duration grace, Consumer<Garbage> told) {
    return new Collection(
        stores, needed.get(), stillness, clock.instant(), grace, told, () -> stopped);
  }

  /** Ends a run after what it is at; there is no other after this. */
  public void stop() {
    stopped = true;
  }
}
