package dev.selfsame.binary.elf;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.MalformedInputException;
import dev.selfsame.binary.bytes.NameLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An ELF file: its header and as much of its tables as could be read.
 *
 * @param bytes the whole file, in its own byte order
 * @param header the ELF header
 * @param segments program headers, in order
 * @param sections section headers, in order, the null section first
 * @param allSegments whether every program header was read: what is not there is then absent
 * @param allSections whether every section header was read
 * @param problems what could not be read and why, in order
 */
public record ElfFile(
    ByteView bytes,
    ElfHeader header,
    List<Segment> segments,
    List<Section> sections,
    boolean allSegments,
    boolean allSections,
    List<MalformedInputException> problems) {

  /** More headers than any linker is known to write are taken for damage. */
  static final int MAX_HEADERS = 1 << 17;

  private static final int MAX_NAME = 512;

  public ElfFile {
    segments = List.copyOf(segments);
    sections = List.copyOf(sections);
    problems = List.copyOf(problems);
  }

  /**
   * Reads the headers.
   *
   * @throws MalformedInputException where not even the ELF header can be read
   */
  public static ElfFile parse(ByteView file) {
    ElfHeader header = ElfHeader.parse(file);
    ByteView bytes = file.in(header.order());
    List<MalformedInputException> problems = new ArrayList<>();
    List<Segment> segments = new ArrayList<>();
    List<Section> sections = new ArrayList<>();
    boolean allSegments = attempt(problems, () -> readSegments(bytes, header, segments));
    boolean allSections = attempt(problems, () -> readSections(bytes, header, sections));
    return new ElfFile(bytes, header, segments, sections, allSegments, allSections, problems);
  }

  /** Bytes of one section header. */
  public static int sectionHeaderSize(boolean wide) {
    return wide ? 64 : 40;
  }

  /** Bytes of one program header. */
  public static int programHeaderSize(boolean wide) {
    return wide ? 56 : 32;
  }

  /** The first section of this name. */
  public Optional<Section> section(String name) {
    return sections.stream().filter(section -> section.name().equals(name)).findFirst();
  }

  /** The first section of this type. */
  public Optional<Section> section(long type) {
    return sections.stream().filter(section -> section.type() == type).findFirst();
  }

  /** The first segment of this type. */
  public Optional<Segment> segment(long type) {
    return segments.stream().filter(segment -> segment.type() == type).findFirst();
  }

  /** The section that {@code sh_link} names. */
  public Optional<Section> linked(Section from) {
    return from.link() == 0 || from.link() >= sections.size()
        ? Optional.empty()
        : Optional.of(sections.get((int) from.link()));
  }

  /**
   * A section's bytes as they stand in the file.
   *
   * @throws MalformedInputException where they run past the end
   */
  public ByteView content(Section section) {
    if (!section.inFile()) {
      return bytes.slice(0, 0);
    }
    return part(section.offset(), section.size(), "section " + section.name());
  }

  /**
   * A segment's bytes as they stand in the file.
   *
   * @throws MalformedInputException where they run past the end
   */
  public ByteView content(Segment segment) {
    return part(segment.offset(), segment.size(), "segment " + segment.index());
  }

  /** Where a program header stands in the file, in bytes. */
  public long place(Segment segment) {
    return header.programOffset() + (long) segment.index() * header.programEntrySize();
  }

  private ByteView part(long offset, long size, String what) {
    if (!bytes.holds(offset, size)) {
      throw new MalformedInputException(
          Math.clamp(offset, 0, bytes.size()), what + " runs past the end of the file");
    }
    return bytes.slice(offset, size);
  }

  private static boolean attempt(List<MalformedInputException> problems, Runnable read) {
    try {
      read.run();
      return true;
    } catch (MalformedInputException e) {
      problems.add(e);
      return false;
    }
  }

  private static void readSegments(ByteView file, ElfHeader header, List<Segment> into) {
    if (header.programOffset() == 0 || header.programCount() == 0) {
      return;
    }
    int entry = header.programEntrySize();
    if (entry < programHeaderSize(header.wide())) {
      throw file.malformed(header.wide() ? 54 : 42, "program headers are too small: " + entry);
    }
    int count = segmentCount(file, header);
    readable(
        file,
        header.programOffset(),
        count,
        entry,
        "program headers",
        index -> {
          into.add(segment(file, header, index));
        });
  }

  private static Segment segment(ByteView file, ElfHeader header, int index) {
    boolean wide = header.wide();
    long at = header.programOffset() + (long) index * header.programEntrySize();
    ByteView view = file.slice(at, programHeaderSize(wide));
    return new Segment(
        index,
        view.u32(0),
        view.u32(wide ? 4 : 24),
        view.word(wide ? 8 : 4, wide),
        view.word(wide ? 16 : 8, wide),
        view.word(wide ? 32 : 16, wide));
  }

  private static void readSections(ByteView file, ElfHeader header, List<Section> into) {
    if (header.sectionOffset() == 0) {
      return;
    }
    int entry = header.sectionEntrySize();
    if (entry < sectionHeaderSize(header.wide())) {
      throw file.malformed(header.wide() ? 58 : 46, "section headers are too small: " + entry);
    }
    List<MalformedInputException> unnamed = new ArrayList<>();
    NameLimit names = new NameLimit(names(file, header, unnamed));
    readable(
        file,
        header.sectionOffset(),
        count(file, header),
        entry,
        "section headers",
        index -> into.add(section(file, header, index, names, unnamed)));
    if (!unnamed.isEmpty()) {
      throw unnamed.getFirst();
    }
  }

  /** Reads every entry that the file holds; then tells of those that it does not. */
  private static void readable(
      ByteView file, long offset, int count, int entry, String what, Consumer<Integer> read) {
    if (count > MAX_HEADERS) {
      throw new MalformedInputException(
          Math.clamp(offset, 0, file.size()), "%d %s: not believed".formatted(count, what));
    }
    long there = file.available(offset, (long) count * entry) / entry;
    for (int index = 0; index < there; index++) {
      read.accept(index);
    }
    if (there < count) {
      throw new MalformedInputException(
          Math.clamp(offset, 0, file.size()),
          "%s run past the end of the file: %d of %d are there".formatted(what, there, count));
    }
  }

  private static Section section(
      ByteView file,
      ElfHeader header,
      int index,
      NameLimit names,
      List<MalformedInputException> unnamed) {
    boolean wide = header.wide();
    long at = header.sectionOffset() + (long) index * header.sectionEntrySize();
    ByteView view = file.slice(at, sectionHeaderSize(wide));
    String name = "";
    try {
      name = names.empty() ? "" : names.text(view.u32(0), MAX_NAME);
    } catch (MalformedInputException e) {
      if (unnamed.isEmpty()) { // the first is told, and there may be very many
        unnamed.add(new MalformedInputException(at, "section %d has no name".formatted(index)));
      }
    }
    return new Section(
        index,
        name,
        view.u32(4),
        view.word(8, wide),
        view.word(wide ? 16 : 12, wide),
        view.word(wide ? 24 : 16, wide),
        view.word(wide ? 32 : 20, wide),
        view.u32(wide ? 40 : 24),
        view.u32(wide ? 44 : 28),
        view.word(wide ? 56 : 36, wide));
  }

  /** Without names, sections are still known by their types. */
  private static ByteView names(
      ByteView file, ElfHeader header, List<MalformedInputException> unnamed) {
    try {
      return names(file, header);
    } catch (MalformedInputException e) {
      unnamed.add(new MalformedInputException(e.offset(), "section names: " + e.reason()));
      return file.slice(0, 0);
    }
  }

  private static ByteView names(ByteView file, ElfHeader header) {
    long index = header.sectionNames();
    if (index == 0) {
      return file.slice(0, 0);
    }
    if (index == 0xffff) { // SHN_XINDEX: section 0's link holds the index
      index = zeroth(file, header, header.wide() ? 40 : 24);
    }
    boolean wide = header.wide();
    int entry = header.sectionEntrySize();
    if (index >= count(file, header)) {
      throw file.malformed(wide ? 62 : 50, "no section holds the names: " + index);
    }
    ByteView view = file.slice(header.sectionOffset() + index * entry, sectionHeaderSize(wide));
    long offset = view.word(wide ? 24 : 16, wide);
    long size = view.word(wide ? 32 : 20, wide);
    return file.slice(offset, size);
  }

  /** Source: gABI, {@code e_shnum}: with 65,280 sections or more, section 0's size is the count. */
  private static int count(ByteView file, ElfHeader header) {
    if (header.sectionCount() != 0 || header.sectionOffset() == 0) {
      return header.sectionCount();
    }
    long count = zeroth(file, header, header.wide() ? 32 : 20);
    return Math.clamp(count, 0, Integer.MAX_VALUE);
  }

  private static int segmentCount(ByteView file, ElfHeader header) {
    if (header.programCount() != 0xffff || header.sectionOffset() == 0) { // PN_XNUM
      return header.programCount();
    }
    return Math.clamp(zeroth(file, header, header.wide() ? 44 : 28), 0, Integer.MAX_VALUE);
  }

  /** A number of the null section, which holds what does not fit the ELF header. */
  private static long zeroth(ByteView file, ElfHeader header, int field) {
    boolean wide = header.wide();
    ByteView view = file.slice(header.sectionOffset(), sectionHeaderSize(wide));
    return field == 32 ? view.i64(field) : view.u32(field);
  }
}
