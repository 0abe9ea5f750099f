package dev.selfsame.store.jdbi;

import dev.selfsame.digest.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** The ordered SQL files that make the schema. One that has been released is never edited. */
final class Migrations {
  /** What is said of evidence. */
  static final Migrations CATALOGUE = new Migrations(List.of("V1__catalogue.sql"));

  /** What stands in the server's repositories. */
  static final Migrations REPOSITORIES =
      new Migrations(
          List.of("V1__repositories.sql", "V2__needs.sql", "V3__anew.sql", "V4__compact.sql"));

  /** All of a registry whose truth is a PostgreSQL database. */
  static final Migrations POSTGRES =
      new Migrations(
          List.of("V1__postgres.sql", "V2__deployments.sql", "V3__bucket.sql", "V4__folder.sql"));

  /** Number {@code n} stands at {@code n - 1}. */
  private final List<String> files;

  Migrations(List<String> files) {
    this.files = files;
  }

  /** The number of the last one. */
  int newest() {
    return files.size();
  }

  /** What was found in a database. */
  enum Found {
    /** Every migration had been applied as it stands here. */
    CURRENT,
    /** Some were applied just now; rows of earlier versions are there. */
    UPGRADED,
    /** It was empty; every migration was applied just now. */
    NEW,
    /** It was made by other migrations than these. */
    FOREIGN
  }

  /** Whether a database was made by an earlier version, and by no later one since. */
  boolean isEarlier(Handle handle) {
    return handle
            .createQuery("select max(number) from migration")
            .mapTo(Integer.class)
            .findFirst()
            .orElse(0)
        < newest();
  }

  /** Brings the schema up to date, in one transaction where the database can. */
  Found apply(Handle handle) {
    handle.execute(
        "create table if not exists migration"
            + " (number int primary key, file varchar(100) not null, sha256 varchar(80) not null)");
    Map<Integer, String> applied =
        handle
            .createQuery("select number, sha256 from migration order by number")
            .reduceRows(
                new TreeMap<Integer, String>(),
                (all, row) -> {
                  all.put(
                      row.getColumn("number", Integer.class),
                      row.getColumn("sha256", String.class));
                  return all;
                });
    List<Integer> missing = new ArrayList<>();
    for (int number = 1; number <= files.size(); number++) {
      String digest = Digest.sha256(text(number).getBytes(StandardCharsets.UTF_8)).toString();
      if (!applied.containsKey(number)) {
        missing.add(number);
      } else if (!digest.equals(applied.remove(number))) {
        return Found.FOREIGN;
      }
    }
    if (!applied.isEmpty()) {
      return Found.FOREIGN; // A later version has been here.
    }
    missing.forEach(number -> apply(handle, number));
    return missing.isEmpty()
        ? Found.CURRENT
        : missing.size() == files.size() ? Found.NEW : Found.UPGRADED;
  }

  private void apply(Handle handle, int number) {
    String sql = text(number);
    handle.createScript(sql).execute();
    handle.execute(
        "insert into migration (number, file, sha256) values (?, ?, ?)",
        number,
        files.get(number - 1),
        Digest.sha256(sql.getBytes(StandardCharsets.UTF_8)).toString());
  }

  private String text(int number) {
    String file = files.get(number - 1);
    try (InputStream in = Migrations.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + file, e);
    }
  }
}
