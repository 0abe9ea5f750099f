package dev.selfsame.cli;

import dev.selfsame.cli.Manual.Block;
import dev.selfsame.cli.Manual.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;

/**
 * A command's manual as text of at most 80 columns. In short, it fits a screen: where there is more
 * to say than {@value #SCREEN} lines hold, notes and later examples are left to {@code selfsame
 * help}.
 */
final class HelpText {
  /** The widest line, in columns. */
  static final int WIDTH = 80;

  private static final int SCREEN = 45;
  private static final int WIDEST_TERM = 22;
  private static final int FEW_EXAMPLES = 4;
  private static final int MOST_LINES = 3;
  private static final String CONTINUED = "      ";
  private static final String SECTION = "manual";

  private final Manual manual;
  private final List<String> lines = new ArrayList<>();

  private HelpText(Manual manual) {
    this.manual = manual;
  }

  /** Has a command and all below it print this in the place of picocli's own help. */
  static void install(CommandLine line) {
    line.setHelpSectionKeys(List.of(SECTION));
    line.setHelpSectionMap(Map.of(SECTION, help -> brief(ManualReader.read(help.commandSpec()))));
  }

  /** What fits a screen: as much as it holds. */
  static String brief(Manual manual) {
    String whole = text(manual, manual.examples().size(), true, false);
    if (!manual.commands().isEmpty() || fits(whole)) {
      return whole;
    }
    String shorter = text(manual, FEW_EXAMPLES, false, false);
    for (int lines = MOST_LINES; lines > 0 && !fits(shorter); lines--) {
      shorter = text(shortened(manual, lines), FEW_EXAMPLES, false, false);
    }
    return shorter;
  }

  private static boolean fits(String text) {
    return text.lines().count() <= SCREEN;
  }

  /** With at most so many lines for each option. */
  private static Manual shortened(Manual manual, int lines) {
    int room = WIDTH - termWidth(manual.options()) - 2;
    return new Manual(
        manual.name(),
        manual.summary(),
        manual.description(),
        manual.synopsis(),
        manual.arguments(),
        manual.options().stream()
            .map(item -> new Item(item.term(), begin(item.text(), room, lines)))
            .toList(),
        manual.common(),
        manual.commands(),
        manual.examples(),
        manual.notes(),
        manual.exitCodes());
  }

  /** As much of a text as so many lines hold, and a … where that is not all. */
  static String begin(String text, int room, int lines) {
    List<String> words = new ArrayList<>(List.of(text.strip().split("\\s+", -1)));
    if (filled(words, room) <= lines) {
      return text;
    }
    do {
      words.removeLast();
    } while (words.size() > 1 && filled(with(words, "…"), room) > lines);
    return String.join(" ", with(words, "…"));
  }

  private static List<String> with(List<String> words, String last) {
    List<String> all = new ArrayList<>(words);
    all.add(last);
    return all;
  }

  private static int filled(List<String> words, int room) {
    int lines = 1;
    int used = 0;
    for (String word : words) {
      boolean next = used > 0 && used + 1 + word.length() > room;
      lines += next ? 1 : 0;
      used = next || used == 0 ? word.length() : used + 1 + word.length();
    }
    return lines;
  }

  /** All there is to say. */
  static String full(Manual manual) {
    return text(manual, manual.examples().size(), true, true);
  }

  private static String text(Manual manual, int examples, boolean notes, boolean common) {
    HelpText help = new HelpText(manual);
    help.head();
    help.items("", "", manual.arguments());
    if (manual.commands().isEmpty() || common) {
      help.items("", "", manual.options());
    } else {
      help.inOneLine(manual.options());
    }
    help.items("Commands:", "  ", common ? manual.commands() : cut(manual.commands()));
    help.examples(examples);
    if (notes) {
      help.notes();
    }
    help.items("Exit codes:", "  ", manual.exitCodes());
    if (common) {
      help.items("Every command takes:", "", manual.common());
    }
    if (!notes) {
      help.lines.add("");
      help.lines.add(manual.name().replaceFirst("^selfsame", "selfsame help") + " says more.");
    }
    return String.join("\n", help.lines) + "\n";
  }

  private void head() {
    String start = "Usage: " + manual.name() + " ";
    lines.addAll(wrapped(start, " ".repeat(7), manual.synopsis()));
    manual.description().forEach(text -> lines.addAll(wrapped("", "", text)));
  }

  private void examples(int most) {
    if (manual.examples().isEmpty()) {
      return;
    }
    heading("Examples:");
    manual.examples().stream().limit(most).forEach(this::example);
  }

  /** As it was written where it fits; else in lines that break before an option. */
  private void example(List<String> example) {
    List<String> own = new ArrayList<>();
    for (int i = 0; i < example.size(); i++) {
      own.add((i == 0 ? "  " : CONTINUED) + example.get(i));
    }
    if (own.stream().allMatch(line -> line.length() <= WIDTH)) {
      lines.addAll(own);
      return;
    }
    String rest =
        "  "
            + example.stream()
                .map(line -> line.replaceFirst(" *\\\\$", ""))
                .collect(Collectors.joining(" "));
    for (int space = breakOf(rest); space > 0; space = breakOf(rest)) {
      lines.add(rest.substring(0, space) + " \\");
      rest = CONTINUED + rest.substring(space + 1);
    }
    lines.add(rest);
  }

  /** Where a line is to be broken; 0 where it fits, or has no place for that. */
  private static int breakOf(String line) {
    if (line.length() <= WIDTH) {
      return 0;
    }
    int option = line.lastIndexOf(" --", WIDTH - 2);
    int space = option > WIDTH / 2 ? option : line.lastIndexOf(' ', WIDTH - 2);
    return space > CONTINUED.length() ? space : 0;
  }

  private void inOneLine(List<Item> options) {
    if (!options.isEmpty()) {
      lines.add(
          options.stream()
              .map(item -> item.term().strip())
              .collect(Collectors.joining(", ", "Options: ", "")));
    }
  }

  /** Each in a line: a clause that does not fit any more is left to the command's own help. */
  private static List<Item> cut(List<Item> commands) {
    int width = commands.stream().mapToInt(item -> item.term().length()).max().orElse(0);
    int room = WIDTH - width - 4;
    return commands.stream().map(item -> new Item(item.term(), cut(item.text(), room))).toList();
  }

  static String cut(String text, int room) {
    if (text.length() <= room) {
      return text;
    }
    for (String end : List.of(". ", ": ", "; ", ", ")) {
      int at = text.lastIndexOf(end, room);
      if (at > room / 2) {
        return text.substring(0, at);
      }
    }
    int space = text.lastIndexOf(' ', room - 2);
    return text.substring(0, space < 0 ? room - 2 : space) + " …";
  }

  private void notes() {
    for (Block block : manual.notes()) {
      lines.add("");
      switch (block) {
        case Block.Paragraph(String text) -> lines.addAll(wrapped("", "", text));
        case Block.Literal(List<String> literal) -> literal.forEach(line -> lines.add("  " + line));
      }
    }
  }

  private void heading(String title) {
    lines.add("");
    lines.add(title);
  }

  private void items(String title, String indent, List<Item> items) {
    if (items.isEmpty()) {
      return;
    }
    if (!title.isEmpty()) {
      heading(title);
    }
    int width = termWidth(items);
    String next = indent + " ".repeat(width + 2);
    for (Item item : items) {
      String term = indent + item.term();
      if (item.term().length() > width) {
        lines.add(term);
        lines.addAll(wrapped(next, next, item.text()));
      } else {
        lines.addAll(
            wrapped(term + " ".repeat(width + 2 - item.term().length()), next, item.text()));
      }
    }
  }

  private static int termWidth(List<Item> items) {
    return items.stream()
        .mapToInt(item -> item.term().length())
        .filter(length -> length <= WIDEST_TERM)
        .max()
        .orElse(WIDEST_TERM);
  }

  /** Words filled into lines; a word that is too long for any stands alone. */
  static List<String> wrapped(String first, String next, String text) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(first);
    boolean empty = true;
    for (String word : text.strip().split("\\s+", -1)) {
      if (!empty && line.length() + 1 + word.length() > WIDTH) {
        lines.add(line.toString());
        line = new StringBuilder(next);
        empty = true;
      }
      line.append(empty ? "" : " ").append(word);
      empty = false;
    }
    lines.add(line.toString());
    return lines;
  }
}
