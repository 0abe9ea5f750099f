import dev.selfsame.view.TerminalSvg;
import java.nio.charset.StandardCharsets;

/** stdin, as a terminal got it, to stdout as a picture. Run by {@code terminal}. */
final class TerminalPicture {
  public static void main(String[] args) throws Exception {
    String transcript = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    String title =
        "A terminal: selfsame verify tells of two files, and selfsame compare why they differ";
    String svg = TerminalSvg.of(title, transcript.stripTrailing() + "\n", 100);
    System.out.write(svg.getBytes(StandardCharsets.UTF_8));
    System.out.flush();
  }
}
