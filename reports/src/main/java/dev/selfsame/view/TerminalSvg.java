package dev.selfsame.view;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a terminal showed, as a picture that stands alone: text in cells of one width, in the
 * colours that were written (ECMA-48, SGR). Other control sequences are left out. The same
 * transcript gives the same bytes.
 */
public final class TerminalSvg {
  private static final double CELL = 7.83;
  private static final double LINE = 18;
  private static final double MARGIN = 16;
  private static final int LARGEST_LINE = 1000;
  private static final Pattern SEQUENCE =
      Pattern.compile("\u001b\\[([0-9;]*)([@-~])|\u001b[^\\[]|[\\x00-\\x08\\x0b-\\x1a\\x7f]|\r");
  private static final Pattern WORDS = Pattern.compile("\\S+(?: \\S+)*");
  private static final String CSS =
      """
      text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #d8dee9 }
      .ground { fill: #1d2430 }
      .strong { font-weight: 700; fill: #ffffff }
      .faint { fill: #8b95a7 }
      .bad { fill: #ff8a80 }
      .good { fill: #8fd694 }
      .between { fill: #ffd580 }
      """;

  private final int columns;

  private TerminalSvg(int columns) {
    this.columns = columns;
  }

  /**
   * Draws a transcript.
   *
   * @param title what it shows, for those who cannot see it
   * @param transcript lines as a terminal got them
   * @param columns the terminal's width; what is beyond it is cut off, which a … shows
   */
  public static String of(String title, String transcript, int columns) {
    List<String> lines = transcript.lines().toList();
    TerminalSvg terminal = new TerminalSvg(columns);
    int width = (int) Math.ceil(2 * MARGIN + columns * CELL);
    int height = (int) Math.ceil(2 * MARGIN + lines.size() * LINE);
    Svg svg = Svg.picture(title, width, height, CSS);
    svg.rectangle(0, 0, width, height, "ground", "");
    String style = "";
    for (int i = 0; i < lines.size(); i++) {
      List<Run> runs = runs(lines.get(i), style);
      style = runs.getLast().style();
      terminal.draw(svg, MARGIN + (i + 0.75) * LINE, runs);
    }
    return svg.end() + "\n";
  }

  /** Text of one colour; the last of a line may be empty, and only carries the colour on. */
  private record Run(String style, String text) {}

  private static List<Run> runs(String line, String before) {
    String text = line.length() > LARGEST_LINE ? line.substring(0, LARGEST_LINE) : line;
    List<Run> runs = new ArrayList<>();
    String style = before;
    int from = 0;
    Matcher sequence = SEQUENCE.matcher(text);
    while (sequence.find()) {
      runs.add(new Run(style, text.substring(from, sequence.start())));
      from = sequence.end();
      if ("m".equals(sequence.group(2))) {
        style = style(sequence.group(1));
      }
    }
    runs.add(new Run(style, text.substring(from)));
    return runs;
  }

  private static String style(String codes) {
    return switch (codes) {
      case "1" -> "strong";
      case "2" -> "faint";
      case "31" -> "bad";
      case "32" -> "good";
      case "33" -> "between";
      default -> "";
    };
  }

  private void draw(Svg svg, double y, List<Run> runs) {
    int column = 0;
    for (Run run : runs) {
      String text = run.text();
      boolean cut = column + text.length() > columns;
      if (cut) {
        text = text.substring(0, Math.max(0, columns - column - 1)) + "…";
      }
      // Viewers fold spaces, so what has a gap before it gets a place of its own.
      Matcher words = WORDS.matcher(text);
      while (words.find()) {
        double x = MARGIN + (column + words.start()) * CELL;
        svg.text(x, y, run.style(), false, words.group());
      }
      column += text.length();
      if (cut) {
        return;
      }
    }
  }
}
