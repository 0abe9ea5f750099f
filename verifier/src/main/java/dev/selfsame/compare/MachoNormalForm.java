package dev.selfsame.compare;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.macho.Commands;
import dev.selfsame.binary.macho.FatFile;
import dev.selfsame.binary.macho.LoadCommand;
import dev.selfsame.binary.macho.LoadCommand.Frame;
import dev.selfsame.binary.macho.MachoFile;
import dev.selfsame.binary.macho.MachoHeader;
import dev.selfsame.binary.macho.Segment;
import dev.selfsame.compare.NormalForm.Span;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Part;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * A Mach-O file without what was declared: the header but for the number and size of load commands;
 * each load command but for those of what is left out, and but for the size of {@code __LINKEDIT};
 * everything that segments hold at its own place; what stands in {@code __LINKEDIT} by name.
 */
final class MachoNormalForm {
  private final MachoFile file;
  private final List<Range> ranges;
  private final Set<Ignorable> ignored;
  private final NormalForm form;
  private final MachoDebugParts debug;

  private MachoNormalForm(
      MachoFile file, List<Range> ranges, Set<Ignorable> ignored, NormalForm form) {
    this.file = file;
    this.ranges = ranges;
    this.ignored = ignored;
    this.form = form;
    this.debug = MachoDebugParts.of(file);
  }

  static NormalForm of(BinaryFacts facts, ByteView bytes, Set<Ignorable> ignored) {
    MachoFile file = MachoFile.parse(bytes);
    NormalForm form = new NormalForm(bytes, uuids(file, 0, ignored));
    if (movesParts(ignored)) {
      new MachoNormalForm(file, facts.ranges(), ignored, form).parts();
    } else {
      form.bytes("file", 0, bytes.size());
    }
    return form;
  }

  /** Each slice for itself: where one becomes smaller, the next moves. */
  static NormalForm universal(BinaryFacts facts, ByteView bytes, Set<Ignorable> ignored) {
    List<Part> slices = facts.parts().stream().filter(p -> p.kind().equals("slice")).toList();
    List<Span> left = new ArrayList<>();
    for (Part slice : slices) {
      ByteView view = bytes.slice(slice.offset(), slice.size()).alone();
      left.addAll(uuids(MachoFile.parse(view), slice.offset(), ignored));
    }
    NormalForm form = new NormalForm(bytes, left);
    if (!movesParts(ignored)) {
      form.bytes("file", 0, bytes.size());
      return form;
    }
    for (FatFile.Slice slice : FatFile.parse(bytes).slices()) {
      form.said("slice %s, aligned %d".formatted(slice.cpu(), slice.align()));
    }
    for (Part slice : slices) {
      ByteView view = bytes.slice(slice.offset(), slice.size()).alone();
      MachoFile file = MachoFile.parse(view);
      NormalForm own = new NormalForm(view, uuids(file, 0, ignored));
      new MachoNormalForm(file, within(facts, slice), ignored, own).parts();
      form.add(own);
    }
    return form;
  }

  private static List<Range> within(BinaryFacts facts, Part slice) {
    Span span = new Span(slice.offset(), slice.size());
    return facts.ranges().stream()
        .filter(range -> span.holds(range.offset(), range.size()))
        .map(r -> new Range(r.name(), r.category(), r.offset() - slice.offset(), r.size()))
        .toList();
  }

  private static boolean movesParts(Set<Ignorable> ignored) {
    return ignored.contains(Ignorable.SIGNATURE)
        || ignored.contains(Ignorable.SYMBOLS)
        || ignored.contains(Ignorable.DEBUG);
  }

  private static List<Span> uuids(MachoFile file, long start, Set<Ignorable> ignored) {
    if (!ignored.contains(Ignorable.BUILD_ID)) {
      return List.of();
    }
    return file.all(LoadCommand.Uuid.class)
        .map(uuid -> new Span(start + uuid.frame().offset() + 8, uuid.frame().size() - 8))
        .toList();
  }

  private void parts() {
    requireApart();
    long end = file.header().size();
    form.bytes("magic, processor, type", 0, 16);
    form.bytes("flags", 24, end - 24);
    file.commands().forEach(this::command);
    for (Range range : ranges) {
      if (range.offset() >= end && range.category() != Category.HEADERS) {
        content(range);
      }
    }
  }

  /**
   * Where two segments hold the same bytes, what one of them has for a debugger the other may run.
   *
   * @throws dev.selfsame.binary.bytes.MalformedInputException where that is so
   */
  private void requireApart() {
    long end = 0;
    for (Segment segment :
        file.segments().stream()
            .filter(segment -> segment.size() > 0)
            .sorted(Comparator.comparingLong(Segment::offset))
            .toList()) {
      if (segment.offset() < end) {
        throw file.bytes().malformed(segment.offset(), "segments overlap");
      }
      end = segment.offset() + segment.size();
    }
  }

  private void command(LoadCommand command) {
    Frame frame = command.frame();
    if (isLeftOut(command)) {
      return;
    } else if (command instanceof LoadCommand.SegmentLoad load
        && load.segment().name().equals(Segment.LINKEDIT)) {
      Segment segment = load.segment();
      form.said(
          "%s at %d, address %d, protection %d of %d, flags %d, %d sections"
              .formatted(
                  segment.name(),
                  segment.offset(),
                  segment.address(),
                  segment.protection(),
                  segment.mostProtection(),
                  segment.flags(),
                  load.sections().size()));
      return;
    }
    form.bytes(frame.name(), frame.offset(), frame.size());
  }

  private boolean isLeftOut(LoadCommand command) {
    long number = command.frame().number();
    if (number == Commands.CODE_SIGNATURE || number == Commands.DYLIB_CODE_SIGN_DRS) {
      return ignored.contains(Ignorable.SIGNATURE);
    } else if (command instanceof LoadCommand.Symbols
        || command instanceof LoadCommand.DynamicSymbols
        || number == Commands.ATOM_INFO) {
      return symbolsAreLeftOut();
    }
    return command instanceof LoadCommand.SegmentLoad load
        && ignored.contains(Ignorable.DEBUG)
        && debug.segments().contains(load.segment());
  }

  /**
   * Without dyld's own tables, binding is by the symbol table; so is linking an object. Kernel
   * extensions are linked when they are loaded.
   */
  private boolean symbolsAreLeftOut() {
    boolean program =
        file.header().type() == MachoHeader.TYPE_EXECUTE
            || file.header().type() == MachoHeader.TYPE_DYLIB;
    boolean bound =
        file.first(LoadCommand.DyldInfo.class).isPresent()
            || file.table(Commands.DYLD_CHAINED_FIXUPS).isPresent();
    return ignored.contains(Ignorable.SYMBOLS) && program && bound;
  }

  /** Between what has a place, zeros follow from the places. */
  private void content(Range range) {
    boolean leftOut =
        switch (range.category()) {
          // Fill between functions may be instructions that do nothing.
          case PADDING -> file.bytes().slice(range.offset(), range.size()).zero();
          case SIGNATURE -> ignored.contains(Ignorable.SIGNATURE);
          case SYMBOLS -> symbolsAreLeftOut();
          case DEBUG -> ignored.contains(Ignorable.DEBUG) && debug.holds(range);
          default -> false;
        };
    if (!leftOut) {
      form.said("%s, at %s".formatted(range.name(), place(range)));
      form.bytes(range.name(), range.offset(), range.size());
    }
  }

  private String place(Range range) {
    boolean loaded =
        file.segments().stream()
            .filter(segment -> !segment.name().equals(Segment.LINKEDIT))
            .anyMatch(s -> new Span(s.offset(), s.size()).holds(range.offset(), range.size()));
    boolean relocation = range.category() == Category.RELOCS;
    return loaded && !relocation ? Long.toString(range.offset()) : "any";
  }
}
