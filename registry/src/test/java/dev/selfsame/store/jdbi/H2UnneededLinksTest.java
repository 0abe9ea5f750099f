package dev.selfsame.store.jdbi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Progress;
import dev.selfsame.store.Repositories;
import dev.selfsame.store.Repositories.Unneeded;
import dev.selfsame.store.RowsCheck;
import dev.selfsame.store.StoredManifest;
import dev.selfsame.store.UnneededLinksContract;
import dev.selfsame.store.file.RegistryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** Which say that they have all that the log has, and have nothing. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void rows_of_an_earlier_version_are_made_anew(int version) {
    List<Unneeded> found = filled();
    repositories.close();
    List<String> files = List.of("V1__repositories.sql", "V2__needs.sql", "V3__anew.sql");
    H2Database earlier = H2Database.open(folder.resolve("registry"), _ -> {});
    earlier.with(handle -> {
      handle.execute("create local temporary table kept as select * from applied");
      handle.execute("drop table applied, repository, link, manifest, referrer, tag, need");
      handle.execute("delete from migration");
      new Migrations(files.subList(0, version)).apply(handle);
      handle.execute("delete from applied");
      return handle.execute("insert into applied select * from kept");
    });
    earlier.shutdown();
    RegistryFolder registry = RegistryFolder.create(folder.resolve("registry"));
    List<Digest> linked = new ArrayList<>();
    RowsCheck.Report report = new H2RowsCheck(registry, clock, Progress.SILENT).run(linked::add);
    assertEquals(Optional.empty(), report.unusable());
    assertEquals(List.of(), report.differing());
    assertTrue(linked.contains(blob("needed")), "what may be read is told to who looks for blobs");
    repositories = open(clock);
    assertEquals(found, all());
    assertTrue(repositories.linked(APP, blob("needed")));
  }
}
