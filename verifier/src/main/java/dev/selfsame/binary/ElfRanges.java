package dev.selfsame.binary;

import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.ElfHeader;
import dev.selfsame.binary.elf.Section;
import dev.selfsame.binary.elf.Segment;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import java.util.List;

/**
 * Cuts an ELF file into ranges that hold every byte once. Where structures overlap, the one that
 * comes first here keeps the bytes, and the overlap is reported: ELF header, section headers,
 * program headers, sections in the order of their headers; without any section header, the loaded
 * segments.
 */
final class ElfRanges {
  private final Claims claims;

  private ElfRanges(Claims claims) {
    this.claims = claims;
  }

  static List<Range> of(ElfFile file, FactSheet sheet) {
    ElfRanges ranges = new ElfRanges(new Claims(file.bytes(), sheet));
    ranges.claimHeaders(file);
    ranges.claimSections(file);
    if (file.sections().isEmpty()) {
      ranges.claimSegments(file);
    }
    return ranges.claims.ranges();
  }

  private void claimHeaders(ElfFile file) {
    ElfHeader header = file.header();
    claims.claim("ELF header", Category.HEADERS, 0, header.size());
    long sections = (long) file.sections().size() * header.sectionEntrySize();
    claims.claim("section headers", Category.HEADERS, header.sectionOffset(), sections);
    long segments = (long) file.segments().size() * header.programEntrySize();
    claims.claim("program headers", Category.HEADERS, header.programOffset(), segments);
  }

  private void claimSections(ElfFile file) {
    SectionCategory category = new SectionCategory(file);
    for (Section section : file.sections()) {
      if (section.inFile()) {
        String name =
            section.name().isEmpty() ? "section %d".formatted(section.index()) : section.name();
        claims.claim(name, category.of(section), section.offset(), section.size());
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
        claims.claimRest(name, category, segment.offset(), segment.size());
      }
    }
  }
}
