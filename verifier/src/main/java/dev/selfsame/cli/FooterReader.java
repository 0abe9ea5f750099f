package dev.selfsame.cli;

import dev.selfsame.cli.Manual.Block;
import dev.selfsame.cli.Manual.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes a command's footer apart: examples, notes, exit codes. A line that begins with two spaces
 * stays as it is; others are parts of a paragraph, which an empty line ends.
 */
final class FooterReader {
  private static final Pattern EXIT_CODE = Pattern.compile("  (\\d+) +(.*)");
  private static final String EXAMPLES = "Examples";
  private static final String EXIT_CODES = "Exit codes";

  private final List<List<String>> examples = new ArrayList<>();
  private final List<Block> notes = new ArrayList<>();
  private final List<Item> exitCodes = new ArrayList<>();
  private final List<String> open = new ArrayList<>();
  private boolean literal;

  private enum Part {
    EXAMPLES,
    NOTES,
    EXIT_CODES
  }

  private Part part = Part.NOTES;

  FooterReader(List<String> lines) {
    lines.forEach(this::take);
    close();
  }

  List<List<String>> examples() {
    return examples;
  }

  List<Block> notes() {
    return notes;
  }

  List<Item> exitCodes() {
    return exitCodes;
  }

  private void take(String line) {
    if (line.startsWith(EXAMPLES) && line.endsWith(":")) {
      close();
      part = Part.EXAMPLES;
    } else if (line.startsWith(EXIT_CODES) && line.endsWith(":")) {
      close();
      part = Part.EXIT_CODES;
    } else {
      switch (part) {
        case EXAMPLES -> example(line);
        case NOTES -> note(line);
        case EXIT_CODES -> exitCode(line);
      }
    }
  }

  private void example(String line) {
    if (line.isBlank()) {
      return;
    }
    if (!line.startsWith("  ")) {
      part = Part.NOTES;
      note(line);
    } else if (!examples.isEmpty() && examples.getLast().getLast().endsWith("\\")) {
      examples.getLast().add(line.strip());
    } else {
      examples.add(new ArrayList<>(List.of(line.strip())));
    }
  }

  private void note(String line) {
    boolean asIs = line.startsWith("  ");
    if (line.isBlank() || asIs != literal) {
      close();
    }
    literal = asIs;
    if (!line.isBlank()) {
      open.add(asIs ? line.substring(2) : line.strip());
    }
  }

  private void close() {
    if (!open.isEmpty()) {
      notes.add(literal ? new Block.Literal(open) : new Block.Paragraph(String.join(" ", open)));
      open.clear();
    }
  }

  private void exitCode(String line) {
    Matcher code = EXIT_CODE.matcher(line);
    if (code.matches()) {
      exitCodes.add(new Item(code.group(1), code.group(2).strip()));
    } else if (!line.isBlank() && !exitCodes.isEmpty()) {
      Item last = exitCodes.removeLast();
      exitCodes.add(new Item(last.term(), last.text() + " " + line.strip()));
    }
  }
}
