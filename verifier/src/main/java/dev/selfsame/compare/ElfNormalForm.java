package dev.selfsame.compare;

import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.ElfHeader;
import dev.selfsame.binary.elf.Note;
import dev.selfsame.binary.elf.Section;
import dev.selfsame.binary.elf.Segment;
import dev.selfsame.compare.NormalForm.Span;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An ELF file without what was declared. Loaded are the ELF header, the program headers and every
 * segment; of the ELF header, where and how many the section headers are, is left out. Sections
 * that are not loaded follow in the order of their headers, without the table of their names.
 */
final class ElfNormalForm {
  /** Relocations of debug information, and what names a file that has it. */
  private static final Pattern DEBUG =
      Pattern.compile("\\.rela?\\.z?debug_.*|\\.gnu_debug(link|altlink|data)");

  private final BinaryFacts facts;
  private final ElfFile file;
  private final Set<Ignorable> ignored;
  private final Map<Long, Range> ranges = new HashMap<>();

  ElfNormalForm(BinaryFacts facts, ElfFile file, Set<Ignorable> ignored) {
    this.facts = facts;
    this.file = file;
    this.ignored = ignored;
    facts.ranges().forEach(range -> ranges.put(range.offset(), range));
  }

  NormalForm form() {
    List<Span> left = new ArrayList<>();
    if (ignored.contains(Ignorable.BUILD_ID)) {
      buildIds(left);
    }
    if (!movesParts()) {
      NormalForm form = new NormalForm(file.bytes(), left);
      form.bytes("file", 0, file.bytes().size());
      return form;
    }
    boolean wide = file.header().wide();
    left.add(new Span(wide ? 40 : 32, wide ? 8 : 4)); // e_shoff
    left.add(new Span(wide ? 60 : 48, 4)); // e_shnum, e_shstrndx
    NormalForm form = new NormalForm(file.bytes(), left);
    List<Span> loaded = loaded();
    loaded.forEach(span -> form.bytes("loaded at " + span.offset(), span.offset(), span.size()));
    file.sections().stream().filter(s -> !isLeftOut(s)).forEach(s -> section(form, s, loaded));
    for (Range range : facts.ranges()) {
      boolean loose =
          range.category() == Category.UNCLAIMED || range.category() == Category.TRAILER;
      if (loose && !isLoaded(loaded, range.offset(), range.size())) {
        form.bytes(range.name(), range.offset(), range.size());
      }
    }
    return form;
  }

  /** Taking a section out moves the others, and their headers. */
  private boolean movesParts() {
    return ignored.contains(Ignorable.DEBUG)
        || ignored.contains(Ignorable.SYMBOLS)
        || ignored.contains(Ignorable.NOTES);
  }

  private void buildIds(List<Span> left) {
    for (Note note : Note.readAll(file)) {
      if (note.owner().equals("GNU") && note.type() == Note.GNU_BUILD_ID) {
        left.add(new Span(note.content().start(), note.content().size()));
      }
    }
  }

  /** What stands at its own place, by offset, none overlapping another. */
  private List<Span> loaded() {
    List<Span> spans = new ArrayList<>();
    spans.add(new Span(0, file.header().size()));
    long headers = (long) file.header().programCount() * file.header().programEntrySize();
    spans.add(new Span(file.header().programOffset(), headers));
    for (Segment segment : file.segments()) {
      file.content(segment); // throws where the file does not hold it: then there is no form
      spans.add(new Span(segment.offset(), segment.size()));
    }
    spans.sort(Comparator.comparingLong(Span::offset).thenComparingLong(Span::size));
    spans.removeIf(span -> span.size() == 0);
    List<Span> merged = new ArrayList<>();
    for (Span span : spans) {
      if (merged.isEmpty() || merged.getLast().end() < span.offset()) {
        merged.add(span);
      } else {
        Span last = merged.removeLast();
        long end = Math.max(last.end(), span.end());
        merged.add(new Span(last.offset(), end - last.offset()));
      }
    }
    return merged;
  }

  private static boolean isLoaded(List<Span> loaded, long offset, long size) {
    return loaded.stream().anyMatch(span -> span.holds(offset, size));
  }

  private boolean isLeftOut(Section section) {
    if (section.type() == Section.NULL || isNameTable(section)) {
      return true;
    } else if (section.loaded()) {
      return false;
    } else if (ignored.contains(Ignorable.DEBUG) && DEBUG.matcher(section.name()).matches()) {
      return true;
    }
    Range range = section.inFile() ? ranges.get(section.offset()) : null;
    if (range == null || range.size() != section.size()) {
      return false;
    }
    return switch (range.category()) {
      case DEBUG -> ignored.contains(Ignorable.DEBUG);
      // A linker needs an object's symbols: its relocations are by their numbers.
      case SYMBOLS -> ignored.contains(Ignorable.SYMBOLS) && !isObject();
      case NOTES -> ignored.contains(Ignorable.NOTES);
      default -> false;
    };
  }

  private boolean isObject() {
    return file.header().type() == ElfHeader.TYPE_REL;
  }

  /** Where symbols share it, it is no mere table of sections' names. */
  private boolean isNameTable(Section section) {
    return section.index() == file.header().sectionNames()
        && section.type() == Section.STRTAB
        && file.sections().stream().noneMatch(other -> other.link() == section.index());
  }

  private void section(NormalForm form, Section section, List<Span> loaded) {
    boolean inImage = section.inFile() && isLoaded(loaded, section.offset(), section.size());
    form.said(
        "section %s, type %d, flags %d, address %d, size %d, entries of %d, aligned %d, link %s, info %s, at %s"
            .formatted(
                section.name(),
                section.type(),
                section.flags(),
                section.address(),
                section.size(),
                entrySize(section),
                alignment(section),
                name(section.link()),
                info(section),
                inImage ? section.offset() : "any"));
    if (section.inFile() && !inImage) {
      form.bytes(section.name(), section.offset(), section.size());
    }
  }

  /** LLD leaves the size of pointers in arrays of them open; GNU strip fills it in. */
  private long entrySize(Section section) {
    boolean array =
        section.type() == Section.INIT_ARRAY
            || section.type() == Section.FINI_ARRAY
            || section.type() == Section.PREINIT_ARRAY;
    return array && section.entrySize() == 0 ? (file.header().wide() ? 8 : 4) : section.entrySize();
  }

  private long alignment(Section section) {
    boolean wide = file.header().wide();
    long at = file.header().sectionOffset();
    at += (long) section.index() * file.header().sectionEntrySize();
    return file.bytes().word(at + (wide ? 48 : 32), wide);
  }

  /** Relocations name the section that they are for; elsewhere it is a number. */
  private String info(Section section) {
    boolean names = section.type() == Section.REL || section.type() == Section.RELA;
    return names ? name(section.info()) : Long.toString(section.info());
  }

  /** Indexes move where a section is taken out; names do not. */
  private String name(long index) {
    return index > 0 && index < file.sections().size()
        ? file.sections().get((int) index).name()
        : Long.toString(index);
  }
}
