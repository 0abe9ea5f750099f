package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.ElfHeader;
import dev.selfsame.binary.elf.Section;
import dev.selfsame.binary.elf.Segment;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts an ELF file into ranges that hold every byte once. Where structures overlap, the one that
 * comes first here keeps the bytes, and the overlap is reported: ELF header, section headers,
 * program headers, sections in the order of their headers; without any section header, the loaded
 * segments.
 */
final class ElfRanges {
  private final ByteView bytes;
  private final FactSheet sheet;
  private final RangeMap claimed = new RangeMap();

  private ElfRanges(ByteView bytes, FactSheet sheet) {
    this.bytes = bytes;
    this.sheet = sheet;
  }

  static List<Range> of(ElfFile file, FactSheet sheet) {
    ElfRanges ranges = new ElfRanges(file.bytes(), sheet);
    ranges.claimHeaders(file);
    ranges.claimSections(file);
    if (file.sections().isEmpty()) {
      ranges.claimSegments(file);
    }
    return ranges.withGaps();
  }

  private void claimHeaders(ElfFile file) {
    ElfHeader header = file.header();
    claim("ELF header", Category.HEADERS, 0, header.size());
    long sections = (long) file.sections().size() * header.sectionEntrySize();
    claim("section headers", Category.HEADERS, header.sectionOffset(), sections);
    long segments = (long) file.segments().size() * header.programEntrySize();
    claim("program headers", Category.HEADERS, header.programOffset(), segments);
  }

  private void claimSections(ElfFile file) {
    SectionCategory category = new SectionCategory(file);
    for (Section section : file.sections()) {
      if (section.inFile()) {
        String name =
            section.name().isEmpty() ? "section %d".formatted(section.index()) : section.name();
        claim(name, category.of(section), section.offset(), section.size());
      }
    }
  }

  private void claimSegments(ElfFile file) {
    for (Segment segment : file.segments()) {
      if (segment.type() == Segment.LOAD) {
        Category category =
            segment.executable()
                ? Category.CODE
                : segment.writable() ? Category.DATA : Category.RODATA;
        String name = "LOAD segment %d".formatted(segment.index());
        // Loaded segments hold the headers too: an overlap is as it should be.
        claimed.claim(
            name, category, segment.offset(), inFile(name, segment.offset(), segment.size()));
      }
    }
  }

  private void claim(String name, Category category, long offset, long size) {
    long there = inFile(name, offset, size);
    long kept = claimed.claim(name, category, offset, there);
    if (kept < there) {
      sheet.problem(
          "offset %d: %s overlaps other structures by %d bytes"
              .formatted(offset, name, there - kept));
    }
  }

  private long inFile(String name, long offset, long size) {
    long there = bytes.available(offset, size);
    if (there != size) {
      sheet.problem(
          "offset %s: %s runs past the end of the file: %d of %s bytes are there"
              .formatted(Long.toUnsignedString(offset), name, there, Long.toUnsignedString(size)));
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
      all.add(new Range("trailer", Category.TRAILER, next, bytes.size() - next));
    }
    return all;
  }

  private Range gap(long offset, long size) {
    if (bytes.slice(offset, size).zero()) {
      return new Range("padding", Category.PADDING, offset, size);
    }
    sheet.problem("offset %d: %d bytes that no structure claims".formatted(offset, size));
    return new Range("unclaimed", Category.UNCLAIMED, offset, size);
  }
}
