package dev.selfsame.cli;

import dev.selfsame.files.UserFolders;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The program in a thread of its own, with what it printed: a server, or what should be none. */
class OwnThread {
  private static final Pattern ADDRESS =
      Pattern.compile("listening on (https?://127\\.0\\.0\\.1:\\d+),");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final AtomicInteger status = new AtomicInteger(-1);
  private final Thread thread;

  OwnThread(Path folder, Map<String, String> environment, Clock clock, String... arguments) {
    Main main =
        new Main(
            new Surroundings(
                environment,
                clock,
                UserFolders.of(environment),
                folder,
                new Console(
                    new PrintStream(out, true, StandardCharsets.UTF_8),
                    new PrintStream(err, true, StandardCharsets.UTF_8),
                    false,
                    false)));
    thread = new Thread(() -> status.set(main.run(arguments)));
    thread.start();
  }

  /** Where it listens, such as {@code http://127.0.0.1:5000}; fails where it ends before. */
  final String address() throws InterruptedException {
    while (true) {
      boolean alive = thread.isAlive();
      Matcher address = ADDRESS.matcher(out());
      if (address.find()) {
        return address.group(1);
      }
      if (!alive) {
        throw new AssertionError(err());
      }
      Thread.sleep(10);
    }
  }

  final int port() throws InterruptedException {
    return URI.create(address()).getPort();
  }

  final String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  final String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** Waits until it has ended by itself; the exit status. */
  final int end() throws InterruptedException {
    thread.join();
    return status.get();
  }

  /** Tells it to end, and waits until it has; the exit status. */
  final int stop() throws InterruptedException {
    thread.interrupt();
    return end();
  }
}
