package dev.selfsame.cli;

import dev.selfsame.attest.TrustRoot;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;

/** A server in a process of its own, to be killed. Prints its URL. */
public final class HostedMain {
  private HostedMain() {}

  /** The registry's folder, the trust root's file and the time. */
  public static void main(String[] arguments) throws InterruptedException {
    TrustRoot root = TrustRoot.read(Path.of(arguments[1]));
    Instant now = Instant.parse(arguments[2]);
    Hosted hosted = new Hosted(Path.of(arguments[0]), () -> root, () -> now);
    System.out.println(hosted.url());
    System.out.flush();
    new CountDownLatch(1).await();
  }
}
