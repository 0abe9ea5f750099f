package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.pe.DataDirectory;
import dev.selfsame.binary.pe.DebugEntry;
import dev.selfsame.binary.pe.DosHeader;
import dev.selfsame.binary.pe.Imports;
import dev.selfsame.binary.pe.LoadConfig;
import dev.selfsame.binary.pe.PeFile;
import dev.selfsame.binary.pe.Section;
import dev.selfsame.binary.pe.Span;
import dev.selfsame.binary.pe.SymbolTable;
import dev.selfsame.binary.pe.UnwindTable;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Cuts a PE image or COFF object into ranges that hold every byte once. Tables that lie within a
 * section of another category are cut out of it, as import tables are out of {@code .rdata}. Where
 * headers, sections and symbols overlap, the first keeps the bytes and the overlap is reported.
 */
final class PeRanges {
  private final PeFile file;
  private final ByteView bytes;
  private final FactSheet sheet;
  private final PeSectionCategory category;
  private final RangeMap claimed = new RangeMap();

  /** Structures that may not overlap; tables within sections are not among them. */
  private final RangeMap blocks = new RangeMap();

  /** Where the last header, section or symbol ends: what follows belongs to nothing. */
  private long end;

  private PeRanges(PeFile file, FactSheet sheet) {
    this.file = file;
    this.bytes = file.bytes();
    this.sheet = sheet;
    this.category = new PeSectionCategory(file);
  }

  static List<Range> of(PeFile file, FactSheet sheet) {
    PeRanges ranges = new PeRanges(file, sheet);
    ranges.claimHeaders();
    ranges.claimTables();
    file.symbols().ifPresent(ranges::claimSymbols);
    file.sections().forEach(ranges::claimSection);
    ranges.claimCertificates();
    return ranges.withGaps();
  }

  private void claimHeaders() {
    long coff = file.header().offset();
    file.dos()
        .ifPresent(dos -> {
          claim("DOS header", Category.HEADERS, 0, Math.min(DosHeader.SIZE, dos.newHeader()));
          dos.rich().ifPresent(r -> claim("Rich header", Category.HEADERS, r.offset(), r.size()));
          claim("PE signature", Category.HEADERS, coff - 4, 4);
          long stub = dos.rich().map(r -> r.offset()).orElse(dos.newHeader());
          if (stub > DosHeader.SIZE) {
            claim("DOS stub", Category.HEADERS, DosHeader.SIZE, stub - DosHeader.SIZE);
          }
        });
    claim("COFF header", Category.HEADERS, coff, file.header().size());
    long optional = coff + file.header().size();
    claim("optional header", Category.HEADERS, optional, file.header().optionalSize());
    long headers = (long) file.sections().size() * Section.SIZE;
    claim("section headers", Category.HEADERS, file.sectionsOffset(), headers);
  }

  /** Tables that the loader finds by directory. */
  private void claimTables() {
    sheet
        .attempt(() -> Imports.read(file).spans(), List.<Span>of())
        .forEach(span -> within(span.name(), Category.DYNLINK, span.offset(), span.size()));
    directory("bound imports", DataDirectory.BOUND_IMPORTS, Category.DYNLINK);
    directory("export table", DataDirectory.EXPORTS, Category.DYNLINK);
    directory("exception table", DataDirectory.EXCEPTIONS, Category.UNWIND);
    sheet
        .attempt(() -> UnwindTable.read(file), Optional.<UnwindTable>empty())
        .ifPresent(
            t -> t.spans().forEach(s -> within(s.name(), Category.UNWIND, s.offset(), s.size())));
    directory("base relocations", DataDirectory.RELOCATIONS, Category.RELOCS);
    List<DebugEntry> debug = sheet.attempt(() -> DebugEntry.readAll(file), List.of());
    if (!debug.isEmpty()) {
      long size = (long) debug.size() * DebugEntry.SIZE;
      within("debug directory", Category.NOTES, debug.getFirst().offset(), size);
    }
    for (DebugEntry entry : debug) {
      if (entry.dataOffset() != 0) {
        // What only names a file elsewhere is a note, as .gnu_debuglink is in ELF.
        Category kind = entry.debugInfo() ? Category.DEBUG : Category.NOTES;
        within(entry.typeName() + " record", kind, entry.dataOffset(), entry.dataSize());
      }
    }
    sheet
        .attempt(() -> LoadConfig.read(file), Optional.<LoadConfig>empty())
        .flatMap(LoadConfig::guardTable)
        .ifPresent(t -> within(t.name(), Category.FUNCTION_TABLE, t.offset(), t.size()));
  }

  private void directory(String name, int number, Category kind) {
    file.directory(number)
        .ifPresent(d -> {
          long offset = sheet.attempt(() -> file.offsetOf(d, name), -1L);
          if (offset >= 0) {
            within(name, kind, offset, d.size());
          }
        });
  }

  /** A table in a section that has its own category already does not split it. */
  private void within(String name, Category kind, long offset, long size) {
    Optional<Section> section =
        file.sections().stream()
            .filter(s -> s.inFile() && offset >= s.rawOffset())
            .filter(s -> offset - s.rawOffset() < s.rawSize())
            .findFirst();
    if (section.isEmpty() || category.of(section.get()) != kind) {
      claimed.claim(name, kind, offset, inFile(name, offset, size));
    }
  }

  private void claimSymbols(SymbolTable table) {
    long strings = table.strings().size();
    boolean inSection =
        file.sections().stream().anyMatch(s -> s.inFile() && s.rawOffset() == table.offset());
    if (table.offset() == 0 || inSection) {
      return;
    }
    claim("symbol table", Category.SYMBOLS, table.offset(), table.size());
    // Without symbols, the strings are the long names of sections.
    Category kind = table.count() > 0 ? Category.SYMBOLS : Category.HEADERS;
    claim("string table", kind, table.offset() + table.size(), strings);
  }

  private void claimSection(Section section) {
    String name =
        section.name().isEmpty() ? "section %d".formatted(section.index()) : section.name();
    Category kind = category.of(section);
    if (section.inFile() && !section.has(Section.UNINITIALIZED)) {
      padding(section);
      claim(name, kind, section.rawOffset(), section.rawSize());
    }
    if (section.relocations() > 0 && section.relocationOffset() > 0) {
      claim(
          "relocations of " + name,
          Category.RELOCS,
          section.relocationOffset(),
          section.relocations() * Section.RELOCATION_SIZE);
    }
    if (section.lines() > 0 && section.lineOffset() > 0) {
      claim(
          "line numbers of " + name,
          Category.DEBUG,
          section.lineOffset(),
          section.lines() * Section.LINE_SIZE);
    }
  }

  /** Images round sections up; only zeros are taken for that. */
  private void padding(Section section) {
    long size = section.rawSize() - section.contentSize();
    long offset = section.rawOffset() + section.contentSize();
    if (file.image() && size > 0 && bytes.holds(offset, size) && bytes.slice(offset, size).zero()) {
      claimed.claim("padding", Category.PADDING, offset, size);
    }
  }

  private void claimCertificates() {
    file.directory(DataDirectory.CERTIFICATES)
        .ifPresent(table -> {
          long before = end;
          claim("certificates", Category.SIGNATURE, table.rva(), table.size());
          end = before;
        });
  }

  private void claim(String name, Category kind, long offset, long size) {
    long there = inFile(name, offset, size);
    claimed.claim(name, kind, offset, there);
    long kept = blocks.claim(name, kind, offset, there);
    if (kept < there) {
      sheet.problem(
          "offset %d: %s overlaps other structures by %d bytes"
              .formatted(offset, name, there - kept));
    }
    end = Math.max(end, offset + there);
  }

  private long inFile(String name, long offset, long size) {
    long there = bytes.available(offset, size);
    if (there != size) {
      sheet.problem(
          "offset %d: %s runs past the end of the file: %d of %d bytes are there"
              .formatted(offset, name, there, size));
    }
    return there;
  }

  private List<Range> withGaps() {
    List<Range> all = new ArrayList<>();
    long next = 0;
    for (Range range : claimed.ranges()) {
      if (range.offset() > next) {
        all.add(gap(next, range.offset() - next));
      }
      all.add(range);
      next = range.offset() + range.size();
    }
    if (next < bytes.size()) {
      all.add(gap(next, bytes.size() - next));
    }
    return all;
  }

  /** Installers and self-extracting programs keep their data behind the image: that is no gap. */
  private Range gap(long offset, long size) {
    if (offset >= end && offset + size == bytes.size()) {
      return new Range("overlay", Category.TRAILER, offset, size);
    } else if (bytes.slice(offset, size).zero()) {
      return new Range("padding", Category.PADDING, offset, size);
    } else if (offset >= end) {
      return new Range("overlay", Category.TRAILER, offset, size);
    }
    sheet.problem("offset %d: %d bytes that no structure claims".formatted(offset, size));
    return new Range("unclaimed", Category.UNCLAIMED, offset, size);
  }
}
