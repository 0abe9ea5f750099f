package dev.selfsame.store.jdbi;

import dev.selfsame.outcome.Progress;
import dev.selfsame.scenes.PostgresServer;
import dev.selfsame.store.RepositoriesContract;
import dev.selfsame.store.TagName;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** A server in a process of its own, to be killed: writes one tag after another, and names each. */
final class PostgresWriter {
  private PostgresWriter() {}

  /** args: the database's URL, and what the tags begin with. */
  public static void main(String[] args) {
    PostgresStore store =
        PostgresStore.open(
            new PostgresAddress(args[0], PostgresServer.USER, PostgresServer.PASSWORD),
            Duration.ofSeconds(10),
            Clock.systemUTC(),
            Progress.SILENT);
    for (int i = 0; ; i++) {
      String tag = args[1] + "-" + i;
      store
          .repositories()
          .put(
              RepositoriesContract.APP,
              RepositoriesContract.manifest(tag),
              List.of(new TagName(tag)));
      // One write of the whole line, or a kill could cut it.
      byte[] line = (tag + "\n").getBytes();
      System.out.write(line, 0, line.length);
      System.out.flush();
    }
  }
}
