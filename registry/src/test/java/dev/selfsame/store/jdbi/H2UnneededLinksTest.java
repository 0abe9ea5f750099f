package dev.selfsame.store.jdbi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.Progress;
import dev.selfsame.store.Repositories;
import dev.selfsame.store.Repositories.Unneeded;
import dev.selfsame.store.StoredManifest;
import dev.selfsame.store.UnneededLinksContract;
import dev.selfsame.store.file.RegistryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** H2 keeps the contract, and makes all of it again from the log. */
final class H2UnneededLinksTest extends UnneededLinksContract {
  @TempDir private Path folder;

  @Override
  protected Repositories open(Clock clock) {
    RegistryFolder registry = RegistryFolder.create(folder.resolve("registry"));
    return H2Repositories.open(registry.path(), registry.changes(clock), Progress.SILENT);
  }

  private Path rows() {
    return folder.resolve("registry/repositories.mv.db");
  }

  private List<Unneeded> all() {
    return repositories.unneeded(APP, clock.instant().plusSeconds(1), null, 100);
  }

  /** Pushed, asked for, needed, and needed no more, each at its own time. */
  private List<Unneeded> filled() {
    StoredManifest gone = image(blob("until deleted"));
    for (String content : List.of("pushed", "asked", "needed", "until deleted")) {
      repositories.link(APP, blob(content));
      clock.advance(Duration.ofMinutes(1));
    }
    repositories.put(APP, image(blob("needed")), List.of());
    repositories.put(APP, gone, List.of());
    clock.advance(Duration.ofMinutes(1));
    repositories.want(APP, blob("asked"), Duration.ZERO);
    repositories.delete(APP, gone.digest());
    clock.advance(Duration.ofMinutes(1));
    List<Unneeded> found = all();
    assertEquals(3, found.size());
    return found;
  }

  @Test
  void when_a_blob_was_wanted_is_known_from_the_log_alone() throws IOException {
    List<Unneeded> found = filled();
    repositories.close();
    Files.delete(rows());
    repositories = open(clock);
    assertEquals(found, all());
  }

  @Test
  void rows_of_the_version_before_are_made_again_with_needs() throws SQLException {
    List<Unneeded> found = filled();
    repositories.close();
    try (var connection =
            DriverManager.getConnection(
                "jdbc:h2:file:" + folder.resolve("registry/repositories"), "sa", "");
        var run = connection.createStatement()) {
      run.execute("drop table need");
      run.execute("alter table link drop column wanted");
      run.execute("delete from migration where number = 2");
    }
    repositories = open(clock);
    assertEquals(found, all());
    assertTrue(repositories.linked(APP, blob("needed")));
  }
}
