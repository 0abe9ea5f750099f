package dev.selfsame.binary;

import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.ElfHeader;
import dev.selfsame.binary.elf.Pointers;
import dev.selfsame.binary.elf.Section;
import dev.selfsame.evidence.Category;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the panic locations of a Rust program that is an ELF file. A position-independent one has
 * them among what the loader relocates; one at fixed addresses has nothing to relocate, and has
 * them among its constants.
 */
final class ElfLocations {
  private ElfLocations() {}

  /**
   * Reads them.
   *
   * @throws dev.selfsame.binary.bytes.MalformedInputException where a section runs past the end
   */
  static PanicLocations of(ElfFile file) {
    SectionCategory categories = new SectionCategory(file);
    SearchLimit texts = new SearchLimit(file.bytes());
    SearchLimit places = new SearchLimit(file.bytes());
    boolean fixed = file.header().type() == ElfHeader.TYPE_EXEC;
    List<LoadedPart> constants = new ArrayList<>();
    List<LoadedPart> holders = new ArrayList<>();
    for (Section section : file.sections()) {
      if (!section.inFile() || !section.loaded()) {
        continue;
      }
      Category category = categories.of(section);
      if (category == Category.RODATA) {
        constants.add(part(file, section, texts));
      }
      if (category == Category.RELRO_DATA
          || category == Category.DATA
          || (fixed && category == Category.RODATA)) {
        holders.add(part(file, section, places));
      }
    }
    PanicLocations locations = new PanicLocations(constants, holders, file.header().wide());
    new Pointers(file).relocated(locations::look);
    locations.lookInPlace(word -> word);
    return locations;
  }

  private static LoadedPart part(ElfFile file, Section section, SearchLimit limit) {
    return new LoadedPart(section.name(), section.address(), limit.of(file.content(section)));
  }
}
