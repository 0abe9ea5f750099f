package dev.selfsame.oci.http;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A server in a process of its own, to be killed. Prints its port. */
public final class ServerMain {
  private ServerMain() {}

  /** The registry's folder is the only argument. */
  public static void main(String[] arguments) throws InterruptedException {
    Served served = Served.at(Path.of(arguments[0]));
    System.out.println(served.port());
    System.out.flush();
    new CountDownLatch(1).await();
  }
}
