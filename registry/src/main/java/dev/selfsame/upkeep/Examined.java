package dev.selfsame.upkeep;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Progress;
import dev.selfsame.store.BlobsCheck;
import dev.selfsame.store.ChainCheck;
import dev.selfsame.store.Registry;
import dev.selfsame.store.RowsCheck;
import dev.selfsame.store.file.FolderCheck;
import dev.selfsame.store.file.RegistryFolder;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The parts of a registry that {@link Fsck} reads and mends.
 *
 * @param registry its evidence, to be read
 * @param blobs where its blobs are
 * @param rows its repositories
 * @param audit the audit log of the server here; empty where there is none
 * @param alone lets nobody else write
 */
public record Examined(
    Registry registry, BlobsCheck blobs, RowsCheck rows, Optional<ChainCheck> audit, Alone alone) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Sees to it that nobody else writes to a registry, in any process. */
  public interface Alone {
    /**
     * Does some work while nobody else writes evidence.
     *
     * @param work is given the registry, to be written to
     * @throws dev.selfsame.outcome.Failure exit 3 where others do not come to an end; then it was
     *     not begun
     */
    void during(Consumer<Registry> work);

    /** Does some work while nobody puts or links this blob, nor writes evidence. */
    default void during(Digest blob, Runnable work) {
      during(_ -> work.run());
    }
  }

  /**
   * Those of a registry in a folder.
   *
   * @param rows those in the folder, which no server has open
   */
  public static Examined in(RegistryFolder folder, RowsCheck rows, Progress progress) {
    FolderCheck files = new FolderCheck(folder);
    return new Examined(
        folder.registry(),
        files,
        rows,
        files.audit(),
        work -> {
          try (var _ = folder.write(PATIENCE, progress)) {
            work.accept(folder.registry());
          }
        });
  }
}
