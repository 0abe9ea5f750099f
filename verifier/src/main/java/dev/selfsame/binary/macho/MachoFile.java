package dev.selfsame.binary.macho;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.MalformedInputException;
import dev.selfsame.binary.macho.LoadCommand.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A Mach-O file, or a slice of a universal one: its header and as many of its load commands as
 * could be read.
 *
 * @param bytes the whole slice, in its own byte order
 * @param header the header
 * @param commands load commands, in order
 * @param allCommands whether every load command was read: what is not there is then absent
 * @param problems what could not be read and why, in order
 */
public record MachoFile(
    ByteView bytes,
    MachoHeader header,
    List<LoadCommand> commands,
    boolean allCommands,
    List<MalformedInputException> problems) {

  /** More load commands than any linker is known to write are taken for damage. */
  static final int MAX_COMMANDS = 1 << 16;

  public MachoFile {
    commands = List.copyOf(commands);
    problems = List.copyOf(problems);
  }

  /**
   * Reads header and load commands.
   *
   * @throws MalformedInputException where not even the header can be read
   */
  public static MachoFile parse(ByteView file) {
    MachoHeader header = MachoHeader.parse(file);
    ByteView bytes = file.in(header.order());
    List<MalformedInputException> problems = new ArrayList<>();
    List<LoadCommand> commands = new ArrayList<>();
    try {
      readCommands(bytes, header, commands, problems);
    } catch (MalformedInputException e) {
      problems.add(e);
    }
    return new MachoFile(bytes, header, commands, problems.isEmpty(), problems);
  }

  /** A command that is broken inside is left out; one of a wrong size ends the list. */
  private static void readCommands(
      ByteView file,
      MachoHeader header,
      List<LoadCommand> into,
      List<MalformedInputException> problems) {
    if (header.commandCount() > MAX_COMMANDS) {
      throw file.malformed(16, "%d load commands: not believed".formatted(header.commandCount()));
    }
    CommandReader reader = new CommandReader(header);
    long at = header.size();
    long end = at + header.commandsSize();
    for (int index = 0; index < header.commandCount(); index++) {
      if (!file.holds(at, 8)) {
        throw file.malformed(
            file.size(),
            "load commands run past the end of the file: %d of %d are there"
                .formatted(index, header.commandCount()));
      }
      long size = file.u32(at + 4);
      if (size < 8 || at + size > end || !file.holds(at, size)) {
        throw file.malformed(at, "load command %d has the size %d".formatted(index, size));
      }
      Frame frame = new Frame(index, file.u32(at), at, size);
      try {
        into.add(reader.read(frame, file.slice(at, size)));
      } catch (MalformedInputException e) {
        problems.add(
            new MalformedInputException(e.offset(), "%s: %s".formatted(frame.name(), e.reason())));
      }
      at += size;
    }
  }

  /** All commands of one kind. */
  public <T extends LoadCommand> Stream<T> all(Class<T> kind) {
    return commands.stream().filter(kind::isInstance).map(kind::cast);
  }

  /** The first command of one kind. */
  public <T extends LoadCommand> Optional<T> first(Class<T> kind) {
    return all(kind).findFirst();
  }

  /** The first table with this command number. */
  public Optional<LoadCommand.Table> table(long number) {
    return all(LoadCommand.Table.class).filter(t -> t.frame().number() == number).findFirst();
  }

  /** The first text with this command number. */
  public Optional<LoadCommand.Text> text(long number) {
    return all(LoadCommand.Text.class).filter(t -> t.frame().number() == number).findFirst();
  }

  /** All segments, in the order of their commands. */
  public List<Segment> segments() {
    return all(LoadCommand.SegmentLoad.class).map(LoadCommand.SegmentLoad::segment).toList();
  }

  /** The first segment of this name. */
  public Optional<Segment> segment(String name) {
    return segments().stream().filter(segment -> segment.name().equals(name)).findFirst();
  }

  /** All sections, in the order in which symbols count them. */
  public List<Section> sections() {
    return all(LoadCommand.SegmentLoad.class).flatMap(load -> load.sections().stream()).toList();
  }

  /** The first section of this name in this segment. */
  public Optional<Section> section(String segment, String name) {
    return sections().stream()
        .filter(section -> section.segment().equals(segment) && section.name().equals(name))
        .findFirst();
  }

  /**
   * A section's bytes as they stand in the file.
   *
   * @throws MalformedInputException where they run past the end
   */
  public ByteView content(Section section) {
    return section.inFile()
        ? content(new Extent(section.offset(), section.size()), "section " + section.fullName())
        : bytes.slice(0, 0);
  }

  /**
   * The bytes of a table.
   *
   * @param what its name, for the exception
   * @throws MalformedInputException where they run past the end
   */
  public ByteView content(Extent extent, String what) {
    if (!bytes.holds(extent.offset(), extent.size())) {
      throw bytes.malformed(
          Math.clamp(extent.offset(), 0, bytes.size()), what + " runs past the end of the file");
    }
    return bytes.slice(extent.offset(), extent.size());
  }

  /** Where an offset of this slice stands in the whole file, in bytes. */
  public long place(long offset) {
    return bytes.start() + offset;
  }
}
