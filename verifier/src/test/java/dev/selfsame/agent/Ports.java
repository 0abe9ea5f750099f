package dev.selfsame.agent;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for servers that cannot choose one themselves. */
final class Ports {
  /** Below those that the kernel gives to whoever connects (ip(7), ip_local_port_range). */
  private static final int FIRST = 20_000;

  private static final int LAST = 32_000;

  private Ports() {}

  /**
   * A port on the loopback interface that was free just now. Of the kernel's own choice, a client
   * that tries again and again while nobody listens would one day be given that very port for its
   * own end, and then be connected to itself.
   */
  static int free() throws IOException {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
      try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return port;
      } catch (BindException e) {
        // Somebody has it.
      }
    }
  }
}
