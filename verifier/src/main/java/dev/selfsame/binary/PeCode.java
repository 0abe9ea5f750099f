package dev.selfsame.binary;

import dev.selfsame.binary.pe.OptionalHeader;
import dev.selfsame.binary.pe.PeFile;
import dev.selfsame.binary.pe.Section;
import dev.selfsame.binary.rust.AuditList;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How a PE image's code was made, as far as its constants tell. What only ELF's tables tell is said
 * to be unknown: it is not read, which does not mean that it is not there.
 */
final class PeCode {
  private static final Set<Category> CONSTANTS = Set.of(Category.RODATA);

  /** The loader moves what is constant too: {@code .rdata} has paths and pointers to them. */
  private static final Set<Category> POINTERS = Set.of(Category.RODATA, Category.DATA);

  private final PeFile file;

  private PeCode(PeFile file) {
    this.file = file;
  }

  static void read(PeFile file, FactSheet sheet) {
    PeCode code = new PeCode(file);
    RustConstants.checks(sheet, sheet.attempt(code::constants, Optional.<RustConstants>empty()));
    RustConstants.sources(sheet, code::locations, code::auditable);
    sheet.unknown(RustConstants.READ_OF_ELF_ALONE);
  }

  private Optional<RustConstants> constants() {
    SearchLimit limit = new SearchLimit(file.bytes());
    return file.optional()
        .map(header ->
            new RustConstants(
                parts(header, CONSTANTS, limit), !limit.met() && PeDebug.sectionsAreWhole(file)));
  }

  private List<LoadedPart> parts(OptionalHeader header, Set<Category> wanted, SearchLimit limit) {
    PeSectionCategory category = new PeSectionCategory(file);
    List<LoadedPart> parts = new ArrayList<>();
    for (Section section : file.sections()) {
      if (section.inFile() && wanted.contains(category.of(section))) {
        parts.add(
            new LoadedPart(
                section.name(),
                header.imageBase() + section.virtualAddress(),
                limit.of(file.content(section))));
      }
    }
    return parts;
  }

  private PanicLocations locations() {
    if (file.optional().isEmpty()) {
      return new PanicLocations(List.of(), List.of(), false);
    }
    OptionalHeader header = file.optional().get();
    PanicLocations locations =
        new PanicLocations(
            parts(header, CONSTANTS, new SearchLimit(file.bytes())),
            parts(header, POINTERS, new SearchLimit(file.bytes())),
            header.wide());
    locations.lookInPlace(word -> word);
    return locations;
  }

  private Optional<Fact> auditable() {
    return file.section(AuditList.SECTION)
        .filter(Section::inFile)
        .map(section -> AuditList.crates(section.name(), file.content(section)));
  }
}
