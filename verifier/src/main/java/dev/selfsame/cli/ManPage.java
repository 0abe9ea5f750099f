package dev.selfsame.cli;

import dev.selfsame.cli.Manual.Block;
import dev.selfsame.cli.Manual.Item;
import java.util.List;
import java.util.Locale;

/**
 * A command's manual as a man page, in the macros of man(7). The same program gives the same bytes:
 * no date stands in it.
 */
final class ManPage {
  private final StringBuilder out = new StringBuilder();

  private ManPage() {}

  /** The page's file name, such as {@code selfsame-pins-list.1}. */
  static String fileName(Manual manual) {
    return manual.name().replace(' ', '-') + ".1";
  }

  /** The page's text. */
  static String of(Manual manual) {
    ManPage page = new ManPage();
    page.head(manual);
    page.items("ARGUMENTS", manual.arguments());
    page.items("OPTIONS", manual.options());
    page.items("COMMANDS", manual.commands());
    page.examples(manual.examples());
    page.notes(manual.notes());
    page.items("EXIT STATUS", manual.exitCodes());
    page.items("EVERY COMMAND TAKES", manual.common());
    page.seeAlso(manual);
    return page.out.toString();
  }

  private void head(Manual manual) {
    String name = manual.name().replace(' ', '-');
    out.append(".\\\" Written by the program itself: selfsame man DIR\n");
    out.append(
        ".TH \"%s\" \"1\" \"\" \"selfsame %s\" \"Selfsame\"\n"
            .formatted(escaped(name.toUpperCase(Locale.ROOT)), SelfsameCommand.VERSION));
    out.append(".nh\n.ad l\n");
    section("NAME");
    out.append(escaped(name)).append(" \\- ").append(escaped(manual.summary())).append('\n');
    section("SYNOPSIS");
    out.append("\\fB").append(escaped(manual.name())).append("\\fR ");
    out.append(escaped(manual.synopsis())).append('\n');
    section("DESCRIPTION");
    manual.description().forEach(this::paragraph);
  }

  private void examples(List<List<String>> examples) {
    if (!examples.isEmpty()) {
      section("EXAMPLES");
      examples.forEach(this::literal);
    }
  }

  private void notes(List<Block> notes) {
    if (notes.isEmpty()) {
      return;
    }
    section("NOTES");
    for (Block block : notes) {
      switch (block) {
        case Block.Paragraph(String text) -> paragraph(text);
        case Block.Literal(List<String> lines) -> literal(lines);
      }
    }
  }

  private void items(String title, List<Item> items) {
    if (items.isEmpty()) {
      return;
    }
    section(title);
    for (Item item : items) {
      out.append(".TP\n\\fB").append(escaped(item.term().strip())).append("\\fR\n");
      line(item.text());
    }
  }

  private void seeAlso(Manual manual) {
    section("SEE ALSO");
    if (manual.commands().isEmpty()) {
      String above = manual.name().substring(0, manual.name().lastIndexOf(' '));
      reference(above.replace(' ', '-'), "");
      return;
    }
    String name = manual.name().replace(' ', '-');
    for (int i = 0; i < manual.commands().size(); i++) {
      boolean last = i == manual.commands().size() - 1;
      reference(name + "-" + manual.commands().get(i).term(), last ? "" : ",");
    }
  }

  private void reference(String page, String end) {
    out.append(".BR ").append(escaped(page)).append(" (1)").append(end).append('\n');
  }

  private void section(String title) {
    out.append(".SH \"").append(title).append("\"\n");
  }

  private void paragraph(String text) {
    out.append(".PP\n");
    line(text);
  }

  private void literal(List<String> lines) {
    out.append(".PP\n.RS 4\n.nf\n");
    lines.forEach(this::line);
    out.append(".fi\n.RE\n");
  }

  private void line(String text) {
    String safe = escaped(text);
    // A dot or an apostrophe at a line's start would begin a request.
    boolean request = safe.startsWith(".") || safe.startsWith("\\(aq");
    out.append(request ? "\\&" : "").append(safe).append('\n');
  }

  /** Text in which nothing means anything to roff. Source: groff_char(7). */
  private static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case '\\' -> out.append("\\(rs");
            case '-' -> out.append("\\-");
            case '\'' -> out.append("\\(aq");
            case '"' -> out.append("\\(dq");
            case '`' -> out.append("\\(ga");
            case '^' -> out.append("\\(ha");
            case '~' -> out.append("\\(ti");
            case '\n' -> out.append(' ');
            default -> {
              if (c < 128) {
                out.append((char) c);
              } else {
                out.append(String.format(Locale.ROOT, "\\[u%04X]", c));
              }
            }
          }
        });
    return out.toString();
  }
}
