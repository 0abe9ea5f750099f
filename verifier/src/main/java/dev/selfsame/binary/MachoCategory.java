package dev.selfsame.binary;

import dev.selfsame.binary.macho.MachoFile;
import dev.selfsame.binary.macho.MachoHeader;
import dev.selfsame.binary.macho.Section;
import dev.selfsame.binary.macho.Segment;
import dev.selfsame.evidence.Category;
import java.util.Set;

/**
 * What a Mach-O section's bytes are for: by type, attributes and its segment's protection first, by
 * name only where these leave it open.
 */
final class MachoCategory {
  private static final Set<String> UNWIND =
      Set.of("__unwind_info", "__eh_frame", "__gcc_except_tab", "__compact_unwind");

  private final boolean object;
  private final boolean apart;

  MachoCategory(MachoFile file) {
    this.object = file.header().type() == MachoHeader.TYPE_OBJECT;
    this.apart = object || file.header().type() == MachoHeader.TYPE_DSYM;
  }

  Category of(Section section) {
    if (UNWIND.contains(section.name())) {
      return Category.UNWIND; // an object's __compact_unwind is marked as for debuggers
    } else if ((section.debug() || isForDebuggers(section.segment())) && !isUsed(section)) {
      return Category.DEBUG;
    } else if (section.type() == Section.SYMBOL_STUBS || section.name().equals("__stub_helper")) {
      return Category.STUBS;
    } else if (section.executable()) {
      return Category.CODE;
    } else if (section.segment().equals("__LLVM")) {
      return Category.OTHER; // bitcode, or what stands for it
    }
    return object ? unlinked(section) : linked(section.holder());
  }

  /** A name is no proof: what is written to, or run, is no debug information. */
  private boolean isUsed(Section section) {
    Segment holder = section.holder();
    return !apart && holder.memory() != 0 && (holder.writable() || holder.executable());
  }

  private static boolean isForDebuggers(String segment) {
    return segment.equals("__DWARF") || segment.equals("__CTF");
  }

  /** An object's one segment is writable and executable: the names say where sections will go. */
  private static Category unlinked(Section section) {
    return switch (section.segment()) {
      case "__TEXT" -> Category.RODATA;
      case "__DATA_CONST", "__AUTH_CONST" -> Category.RELRO_DATA;
      case "__LD" -> Category.OTHER;
      default -> Category.DATA;
    };
  }

  /** What a segment's bytes are for where no section says more. */
  static Category linked(Segment segment) {
    if (segment.writable()) {
      boolean fixed =
          segment.readOnlyOnceFixed()
              || segment.name().equals("__DATA_CONST")
              || segment.name().equals("__AUTH_CONST");
      return fixed ? Category.RELRO_DATA : Category.DATA;
    }
    return Category.RODATA;
  }
}
