package dev.selfsame.oci.http;

import dev.selfsame.access.ApiTokens;
import dev.selfsame.access.BearerTokens;
import dev.selfsame.files.AtomicFile;
import dev.selfsame.outcome.Progress;
import dev.selfsame.store.CatalogueContract;
import dev.selfsame.store.jdbi.H2Catalogue;
import dev.selfsame.store.jdbi.H2File;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Writes one thing to a disk, says so with one character, and waits to be killed. */
final class DiskWriter {
  private DiskWriter() {}

  /** args: a folder, and what to write: {@code key}, {@code announcement} or {@code row}. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path folder = Path.of(args[0]);
    switch (args[1]) {
      case "key" -> key(folder.resolve("access"));
      case "announcement" -> catalogue(folder).announce();
      case "row" -> row(folder);
      default -> throw new IllegalArgumentException(args[1]);
    }
    System.out.print('!');
    System.out.flush();
    new CountDownLatch(1).await();
  }

  /** As the server starts: its key, then the file of its tokens, whose folder is synced. */
  private static void key(Path access) {
    BearerTokens.of(access.resolve("token.key"), new SecureRandom());
    ApiTokens.change(access.resolve("tokens.json"), none -> none);
  }

  private static H2Catalogue catalogue(Path folder) {
    return new H2File(folder, Duration.ofSeconds(5), Progress.SILENT).open(List::of);
  }

  /** With whatever syncs the folder after it. */
  private static void row(Path folder) throws IOException {
    H2Catalogue catalogue = catalogue(folder);
    catalogue.announce();
    catalogue.add(CatalogueContract.promoted(2, "2"));
    AtomicFile.syncFolder(folder);
  }
}
