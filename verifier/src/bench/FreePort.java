import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Says a TCP port of 127.0.0.1 that nobody has. */
final class FreePort {
  private FreePort() {}

  public static void main(String[] args) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      System.out.println(socket.getLocalPort());
    }
  }
}
