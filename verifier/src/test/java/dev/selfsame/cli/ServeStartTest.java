package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.scenes.DatabaseHolder;
import dev.selfsame.scenes.PostgresServer;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.OwnJvm;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code serve} where what it keeps its rows in cannot be had at once. */
@Timeout(180)
final class ServeStartTest {
  private static final Pattern PORT =
      Pattern.compile("listening on http://127\\.0\\.0\\.1:(\\d+),");

  @TempDir private Path folder;
  private final List<Running> started = new ArrayList<>();

  /** A server in a thread of its own. */
  private final class Running {
    final Captured program =
        new Captured(folder).with("SELFSAME_SERVE_DATABASE_PASSWORD", PostgresServer.PASSWORD);
    final AtomicInteger status = new AtomicInteger(-1);
    final Thread thread;

    Running(String... more) {
      List<String> words = new ArrayList<>(List.of("serve", "--listen", "127.0.0.1:0"));
      words.addAll(Arrays.asList(more));
      thread = new Thread(() -> status.set(program.run(words.toArray(String[]::new))));
      started.add(this);
      thread.start();
    }

    /** Waits for what it says; fails where it ends before. */
    Matcher said(Pattern what) throws InterruptedException {
      while (true) {
        boolean alive = thread.isAlive();
        Matcher found = what.matcher(program.out() + program.err());
        if (found.find()) {
          return found;
        }
        assertTrue(alive, program.err());
        Thread.sleep(10);
      }
    }

    int answer() throws Exception {
      String url = "http://127.0.0.1:" + said(PORT).group(1) + "/v2/";
      try (HttpClient client = HttpClient.newHttpClient()) {
        return client
            .send(
                HttpRequest.newBuilder(URI.create(url)).build(),
                HttpResponse.BodyHandlers.discarding())
            .statusCode();
      }
    }

    int end() throws InterruptedException {
      thread.interrupt();
      thread.join();
      return status.get();
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    for (Running one : started) {
      one.end();
    }
  }

  @Test
  void repositories_that_another_process_has_open_are_told_in_one_line() throws Exception {
    String[] data = {"--data", "registry"};
    Running first = new Running(data);
    assertEquals(200, first.answer());
    assertEquals(0, first.end(), first.program.err());
    Process holder =
        new ProcessBuilder(
                OwnJvm.command(
                    DatabaseHolder.class, folder.resolve("registry").toString(), "repositories"))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertEquals('!', holder.getInputStream().read());
      Running refused = new Running(data);
      refused.thread.join();
      assertEquals(3, refused.status.get(), refused.program.err());
      assertEquals(
          """
          error: another process has the registry's repositories open
          hint: end the other server, or name another folder with --data
          """,
          refused.program.err());
      assertEquals("", refused.program.out());
    } finally {
      holder.destroyForcibly().waitFor();
    }
    // It took nothing away from whoever had it, and left nothing open itself.
    Running again = new Running(data);
    assertEquals(200, again.answer());
    assertEquals(0, again.end(), again.program.err());
  }

  @Test
  @Needs(Component.POSTGRES_USER)
  void a_database_that_starts_later_is_waited_for() throws Exception {
    try (PostgresServer postgres = PostgresServer.in(folder.resolve("postgres"))) {
      String database = postgres.newDatabase();
      postgres.kill();
      Files.writeString(
          folder.resolve("serve.toml"),
          """
          [database]
          url = "%s"
          user = "%s"
          """
              .formatted(postgres.url(database), PostgresServer.USER));
      Running server =
          new Running("--settings", "serve.toml", "--data", "registry", "--wait", "120");
      server.said(Pattern.compile("waiting for the database: PostgreSQL at .* cannot be reached"));
      assertEquals("", server.program.out());
      postgres.start();
      assertEquals(200, server.answer());
      // While the database is there.
      assertEquals(0, server.end(), server.program.err());
      assertEquals(
          1,
          server.program.err().split("waiting for the database", -1).length - 1,
          server.program.err());
    }
  }
}
