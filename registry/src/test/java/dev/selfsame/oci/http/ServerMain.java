package dev.selfsame.oci.http;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** A server in a process of its own, to be killed. Prints its port. */
public final class ServerMain {
  private ServerMain() {}

  /**
   * Serves the registry in a folder.
   *
   * @param arguments the folder; the grace in milliseconds, where garbage is to be collected
   *     without a pause
   */
  public static void main(String[] arguments) throws InterruptedException {
    Path folder = Path.of(arguments[0]);
    Served served =
        arguments.length == 1
            ? Served.at(folder)
            : Served.noting(folder, Optional::empty, Instant::now);
    if (arguments.length > 1) {
      Duration grace = Duration.ofMillis(Long.parseLong(arguments[1]));
      Thread.ofPlatform().daemon().start(() -> collect(served, grace));
    }
    System.out.println(served.port());
    System.out.flush();
    new CountDownLatch(1).await();
  }

  private static void collect(Served served, Duration grace) {
    while (true) {
      served.collector().run(grace, _ -> {});
    }
  }
}
