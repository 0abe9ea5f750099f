import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Asks a service on 127.0.0.1 every millisecond until its standard input ends, and tells how often,
 * and for how long in one piece, nobody answered: {@code Refused.java PORT}.
 */
final class Refused {
  private static final byte[] GET =
      "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  private Refused() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    InetSocketAddress at =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
    long asked = 0;
    long refused = 0;
    long longest = 0;
    long answered = System.nanoTime();
    System.out.println("asking");
    while (System.in.available() == 0) {
      asked++;
      if (answers(at)) {
        answered = System.nanoTime();
      } else {
        refused++;
        longest = Math.max(longest, System.nanoTime() - answered);
      }
      Thread.sleep(1);
    }
    System.out.printf("asked %d, refused %d, for %.1f ms%n", asked, refused, longest / 1e6);
  }

  private static boolean answers(InetSocketAddress at) {
    try (Socket socket = new Socket()) {
      socket.connect(at, 1000);
      socket.setSoTimeout(1000);
      socket.getOutputStream().write(GET);
      return socket.getInputStream().read() == 'H';
    } catch (IOException e) {
      return false;
    }
  }
}
