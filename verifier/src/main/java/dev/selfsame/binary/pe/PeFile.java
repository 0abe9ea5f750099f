package dev.selfsame.binary.pe;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.MalformedInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * A PE image or a COFF object: its headers and as much of its tables as could be read.
 *
 * @param bytes the whole file
 * @param dos the DOS header, which every image has and no object
 * @param header the COFF header
 * @param optional the optional header, which every image has and no object
 * @param symbols where the symbol table stands, empty where that could not be read
 * @param sections section headers, in order
 * @param allSections whether every section header was read: what is not there is then absent
 * @param problems what could not be read and why, in order
 */
public record PeFile(
    ByteView bytes,
    Optional<DosHeader> dos,
    CoffHeader header,
    Optional<OptionalHeader> optional,
    Optional<SymbolTable> symbols,
    List<Section> sections,
    boolean allSections,
    List<MalformedInputException> problems) {

  /** More sections than a big object is known to have are taken for damage. */
  static final int MAX_SECTIONS = 1 << 20;

  public PeFile {
    sections = List.copyOf(sections);
    problems = List.copyOf(problems);
  }

  /**
   * Reads the headers of an image or object.
   *
   * @throws MalformedInputException where not even the COFF header can be read
   */
  public static PeFile parse(ByteView file) {
    Optional<DosHeader> dos =
        DosHeader.isImage(file) ? Optional.of(DosHeader.parse(file)) : Optional.empty();
    CoffHeader header =
        CoffHeader.isBig(file)
            ? CoffHeader.parseBig(file)
            : CoffHeader.parse(file, dos.map(d -> d.newHeader() + 4).orElse(0L));
    List<MalformedInputException> problems = new ArrayList<>();
    long next = header.offset() + header.size();
    Optional<OptionalHeader> optional =
        dos.isEmpty()
            ? Optional.empty()
            : attempt(problems, () -> OptionalHeader.parse(file, next, header.optionalSize()));
    Optional<SymbolTable> symbols = attempt(problems, () -> SymbolTable.of(file, header));
    SectionReader reader = new SectionReader(file, header, symbols);
    Optional<Boolean> all = attempt(problems, reader::readAll);
    problems.addAll(reader.problems());
    return new PeFile(
        file, dos, header, optional, symbols, reader.sections(), all.isPresent(), problems);
  }

  /** Where section headers begin within the file, in bytes. */
  public long sectionsOffset() {
    return header.offset() + header.size() + header.optionalSize();
  }

  /** Whether it is an image, not an object. */
  public boolean image() {
    return dos.isPresent();
  }

  /** The data directory of this number. */
  public Optional<DataDirectory> directory(int number) {
    return optional.flatMap(header -> header.directory(number));
  }

  /** The first section that holds this address in the file. */
  public Optional<Section> sectionAt(long rva) {
    return sections.stream().filter(section -> section.holds(rva)).findFirst();
  }

  /** The first section of this name. */
  public Optional<Section> section(String name) {
    return sections.stream().filter(section -> section.name().equals(name)).findFirst();
  }

  /** Where an address stands in the file; empty where the file has no bytes for it. */
  public OptionalLong offsetOf(long rva) {
    Optional<Section> section = sectionAt(rva);
    if (section.isPresent()) {
      return OptionalLong.of(section.get().rawOffset() + rva - section.get().virtualAddress());
    }
    boolean header = optional.isPresent() && rva < optional.get().headersSize();
    return header ? OptionalLong.of(rva) : OptionalLong.empty();
  }

  /**
   * Where a directory's table stands in the file.
   *
   * @throws MalformedInputException where no section holds its address
   */
  public long offsetOf(DataDirectory directory, String what) {
    return offsetOf(directory.rva())
        .orElseThrow(
            () -> new MalformedInputException(directory.offset(), what + " lies in no section"));
  }

  /**
   * A section's bytes without the padding at its end.
   *
   * @throws MalformedInputException where they run past the end
   */
  public ByteView content(Section section) {
    if (!section.inFile()) {
      return bytes.slice(0, 0);
    }
    if (!bytes.holds(section.rawOffset(), section.contentSize())) {
      throw new MalformedInputException(
          Math.clamp(section.rawOffset(), 0, bytes.size()),
          "section %s runs past the end of the file".formatted(section.name()));
    }
    return bytes.slice(section.rawOffset(), section.contentSize());
  }

  private static <T> Optional<T> attempt(List<MalformedInputException> problems, Supplier<T> read) {
    try {
      return Optional.of(read.get());
    } catch (MalformedInputException e) {
      problems.add(e);
      return Optional.empty();
    }
  }
}
