package dev.selfsame.binary;

import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.Section;
import dev.selfsame.binary.elf.Segment;
import dev.selfsame.evidence.Category;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What an ELF section's bytes are for: by type and flags first, by name only where these leave it
 * open. A name's prefix alone proves nothing: {@code .debug_gdb_scripts} is loaded data that stays
 * in stripped programs.
 */
final class SectionCategory {
  private static final Pattern DEBUG =
      Pattern.compile(
          "\\.debug_.*|\\.zdebug_.*|\\.debug|\\.line|\\.stab.*|\\.gdb_index|\\.gnu_debugdata");
  private static final Pattern UNWIND =
      Pattern.compile("\\.eh_frame(_hdr)?|\\.gcc_except_table(\\..*)?|\\.ARM\\.(exidx|extab).*");
  private static final Pattern NOTES =
      Pattern.compile("\\.comment|\\.note.*|\\.gnu_debug(alt)?link|\\.gnu\\.warning.*|\\.dep-v0");
  private static final Pattern STUBS = Pattern.compile("\\.i?plt(\\..*)?");
  private static final Pattern RELRO =
      Pattern.compile("\\.data\\.rel\\.ro(\\..*)?|\\.got|\\.[cd]tors|\\.jcr|\\.tm_clone_table");

  private final Optional<Segment> relro;
  private final long sectionNames;
  private final Set<Long> symbolNames = new HashSet<>();

  SectionCategory(ElfFile file) {
    this.relro = file.segment(Segment.GNU_RELRO);
    this.sectionNames = file.header().sectionNames();
    for (Section section : file.sections()) {
      if (section.type() == Section.SYMTAB) {
        symbolNames.add(section.link());
      }
    }
  }

  Category of(Section section) {
    long type = section.type();
    if (type == Section.SYMTAB || type == Section.SYMTAB_SHNDX) {
      return Category.SYMBOLS;
    } else if (type == Section.STRTAB) {
      return strings(section);
    } else if (type == Section.RELA
        || type == Section.REL
        || type == Section.RELR
        || type == Section.ANDROID_REL
        || type == Section.ANDROID_RELA) {
      return Category.RELOCS;
    } else if (type == Section.NOTE
        || type == Section.GNU_ATTRIBUTES
        || type == Section.PROCESSOR_ATTRIBUTES) {
      return Category.NOTES;
    } else if (isDynamicLinking(type)) {
      return Category.DYNLINK;
    }
    return section.loaded() ? loaded(section) : unloaded(section);
  }

  private static boolean isDynamicLinking(long type) {
    return type == Section.DYNSYM
        || type == Section.DYNAMIC
        || type == Section.HASH
        || (type >= Section.GNU_HASH && type <= Section.GNU_VERSYM);
  }

  private Category strings(Section section) {
    if (section.loaded()) {
      return Category.DYNLINK;
    } else if (symbolNames.contains((long) section.index())) {
      return Category.SYMBOLS;
    }
    return section.index() == sectionNames ? Category.HEADERS : Category.OTHER;
  }

  private Category loaded(Section section) {
    if (section.type() == Section.PROCESSOR_UNWIND || UNWIND.matcher(section.name()).matches()) {
      return Category.UNWIND;
    } else if (section.executable()) {
      return STUBS.matcher(section.name()).matches() ? Category.STUBS : Category.CODE;
    } else if (section.writable()) {
      return isRelro(section) ? Category.RELRO_DATA : Category.DATA;
    }
    return section.name().equals(".interp") ? Category.DYNLINK : Category.RODATA;
  }

  private boolean isRelro(Section section) {
    return relro
        .map(segment -> segment.holds(section.offset()))
        .orElseGet(() -> RELRO.matcher(section.name()).matches());
  }

  private static Category unloaded(Section section) {
    String name = section.name();
    if (UNWIND.matcher(name).matches()) {
      return Category.UNWIND;
    } else if (DEBUG.matcher(name).matches()) {
      return Category.DEBUG;
    }
    return NOTES.matcher(name).matches() ? Category.NOTES : Category.OTHER;
  }
}
