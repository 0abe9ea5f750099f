package dev.selfsame.scenes;

import java.nio.file.Path;
import java.sql.DriverManager;

/** A process that has a database open, says so with one character, and never ends by itself. */
public final class DatabaseHolder {
  private DatabaseHolder() {}

  /** args: registry folder, and the database's name where it is not the catalogue. */
  public static void main(String[] args) throws Exception {
    Path database = Path.of(args[0], args.length > 1 ? args[1] : "catalogue");
    try (var held = DriverManager.getConnection("jdbc:h2:file:" + database, "sa", "")) {
      System.out.print(held.isClosed() ? '?' : '!');
      System.out.flush();
      Thread.currentThread().join();
    }
  }
}
