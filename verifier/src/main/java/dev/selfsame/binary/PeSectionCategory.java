package dev.selfsame.binary;

import dev.selfsame.binary.pe.DataDirectory;
import dev.selfsame.binary.pe.PeFile;
import dev.selfsame.binary.pe.Section;
import dev.selfsame.evidence.Category;
import java.util.regex.Pattern;

/**
 * What a PE or COFF section's bytes are for: by the directory that begins with it, then by name
 * where a convention is older than the flags, then by flags.
 */
final class PeSectionCategory {
  private static final Pattern DEBUG =
      Pattern.compile("\\.z?debug_.*|\\.debug\\$.*|\\.debug|\\.stab.*|\\.gdb_index|\\.gnu_debug.*");
  private static final Pattern UNWIND =
      Pattern.compile("\\.([px]data|eh_frame|gcc_except_table|eh_fram)([$.].*)?");
  private static final Pattern NOTES =
      Pattern.compile("\\.drectve|\\.comment|\\.buildid|\\.rmeta|\\.rustc|\\.dep-v0");
  private static final Pattern DYNLINK = Pattern.compile("\\.(idata|edata|didat)([$.].*)?");

  private final PeFile file;

  PeSectionCategory(PeFile file) {
    this.file = file;
  }

  Category of(Section section) {
    if (begins(section, DataDirectory.EXCEPTIONS)) {
      return Category.UNWIND;
    } else if (begins(section, DataDirectory.RELOCATIONS)) {
      return Category.RELOCS;
    } else if (begins(section, DataDirectory.RESOURCES)) {
      return Category.RODATA;
    }
    String name = section.name();
    if (DEBUG.matcher(name).matches()) {
      return Category.DEBUG;
    } else if (UNWIND.matcher(name).matches()) {
      return Category.UNWIND;
    } else if (DYNLINK.matcher(name).matches()) {
      return Category.DYNLINK;
    } else if (NOTES.matcher(name).matches() || section.has(Section.LINKER_INFO)) {
      return Category.NOTES;
    } else if (section.inFile() && section.rawOffset() == file.header().symbolOffset()) {
      // Go's linker keeps the symbol table in a section.
      return Category.SYMBOLS;
    }
    return byFlags(section);
  }

  private static Category byFlags(Section section) {
    if (section.has(Section.CODE) || section.has(Section.EXECUTE)) {
      return Category.CODE;
    } else if (section.has(Section.LINKER_REMOVES)) {
      return Category.OTHER;
    }
    return section.has(Section.WRITE) ? Category.DATA : Category.RODATA;
  }

  private boolean begins(Section section, int number) {
    return file.directory(number).stream()
        .anyMatch(d -> d.rva() == section.virtualAddress() && section.inFile());
  }
}
