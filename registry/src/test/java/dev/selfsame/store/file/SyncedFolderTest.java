package dev.selfsame.store.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A name stays where anybody was told that it lasts, and goes where nobody was. */
@Timeout(120)
final class SyncedFolderTest {
  private static final int ROUNDS = 200;
  private static final int THREADS = 4;

  @TempDir private Path folder;

  private static boolean create(Path place) throws IOException {
    try {
      Files.createFile(place);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  /** Whether this thread was told that the name lasts; one that is stopped cannot sync. */
  private static boolean put(Path place, boolean stopped) {
    try {
      SyncedFolder.put(
          place,
          () -> {
            boolean isNew = create(place);
            if (stopped) {
              Thread.currentThread().interrupt();
            }
            return isNew;
          });
      return true;
    } catch (IOException e) {
      return false;
    } finally {
      boolean _ = Thread.interrupted();
    }
  }

  @Test
  void a_name_that_was_not_synced_is_taken_away_unless_it_was_there_before() throws IOException {
    Path place = folder.resolve("new");
    assertFalse(put(place, true));
    assertFalse(Files.exists(place));
    assertTrue(put(place, false));
    assertFalse(put(place, true));
    assertTrue(Files.exists(place));
  }

  @Test
  void what_cannot_be_named_is_told_and_leaves_no_trace() {
    Path place = folder.resolve("absent").resolve("file");
    assertThrows(IOException.class, () -> SyncedFolder.put(place, () -> create(place)));
    assertFalse(Files.exists(place));
  }

  @Test
  void of_many_that_give_one_name_whoever_is_told_that_it_lasts_was_told_the_truth()
      throws Exception {
    int lasting = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      for (int round = 0; round < ROUNDS; round++) {
        Path place = folder.resolve("file-" + round);
        List<Callable<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
          // In every eighth round all of them are stopped.
          boolean stopped = round % 8 == 0 || (round + i) % THREADS != 0;
          all.add(() -> put(place, stopped));
        }
        boolean told = false;
        for (Future<Boolean> one : threads.invokeAll(all)) {
          told |= one.get();
        }
        assertEquals(told, Files.exists(place), "round " + round);
        lasting += told ? 1 : 0;
      }
    }
    assertEquals(ROUNDS - ROUNDS / 8, lasting);
  }
}
