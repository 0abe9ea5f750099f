package dev.selfsame.store.jdbi;

import java.nio.file.Path;
import java.sql.DriverManager;

/** A process that has the catalogue open, says so with one character, and never ends by itself. */
final class DatabaseHolder {
  private DatabaseHolder() {}

  /** args: registry folder. */
  public static void main(String[] args) throws Exception {
    try (var held =
        DriverManager.getConnection("jdbc:h2:file:" + Path.of(args[0], "catalogue"), "sa", "")) {
      System.out.print(held.isClosed() ? '?' : '!');
      System.out.flush();
      Thread.currentThread().join();
    }
  }
}
