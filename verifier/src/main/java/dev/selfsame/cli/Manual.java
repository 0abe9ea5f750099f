package dev.selfsame.cli;

import java.util.List;

/**
 * What there is to say of one command, in parts that help and man pages lay out each in its way.
 *
 * @param name such as {@code selfsame pins list}
 * @param summary one sentence without a full stop
 * @param description paragraphs
 * @param synopsis without the name, such as {@code [OPTIONS] --key=FILE NAME}
 * @param arguments in their order
 * @param options the command's own, sorted by name
 * @param common what every command takes
 * @param commands its commands, in the order of the journey
 * @param examples one a command, of one or more lines
 * @param notes what is said between the examples and the exit codes
 * @param exitCodes term and meaning
 */
record Manual(
    String name,
    String summary,
    List<String> description,
    String synopsis,
    List<Item> arguments,
    List<Item> options,
    List<Item> common,
    List<Item> commands,
    List<List<String>> examples,
    List<Block> notes,
    List<Item> exitCodes) {
  Manual {
    description = List.copyOf(description);
    arguments = List.copyOf(arguments);
    options = List.copyOf(options);
    common = List.copyOf(common);
    commands = List.copyOf(commands);
    examples = List.copyOf(examples);
    notes = List.copyOf(notes);
    exitCodes = List.copyOf(exitCodes);
  }

  /** A word and what it means. */
  record Item(String term, String text) {}

  /** A part of the notes. */
  sealed interface Block {

    /** Text that may be wrapped anywhere. */
    record Paragraph(String text) implements Block {}

    /** Lines that stay as they are. */
    record Literal(List<String> lines) implements Block {
      public Literal {
        lines = List.copyOf(lines);
      }
    }
  }
}
