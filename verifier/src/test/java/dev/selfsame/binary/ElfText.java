package dev.selfsame.binary;

import dev.selfsame.binary.ElfDump.Part;
import dev.selfsame.binary.elf.DynamicEntry;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.ElfHeader;
import dev.selfsame.binary.elf.Note;
import dev.selfsame.binary.elf.Section;
import dev.selfsame.binary.elf.Segment;
import dev.selfsame.binary.elf.SymbolTable;
import dev.selfsame.binary.elf.VersionNeed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What our reader gives of an ELF file, in readelf's words: a line an entry. */
final class ElfText {
  private static final Map<Integer, String> MACHINES =
      Map.of(
          3, "Intel 80386",
          40, "ARM",
          62, "Advanced Micro Devices X86-64",
          183, "AArch64",
          243, "RISC-V",
          247, "Linux BPF");
  private static final Map<Integer, String> ABIS =
      Map.of(0, "UNIX - System V", 3, "UNIX - GNU", 9, "UNIX - FreeBSD");
  private static final Map<Long, String> SECTIONS =
      Map.ofEntries(
          Map.entry(Section.NULL, "NULL"),
          Map.entry(Section.PROGBITS, "PROGBITS"),
          Map.entry(Section.SYMTAB, "SYMTAB"),
          Map.entry(Section.STRTAB, "STRTAB"),
          Map.entry(Section.RELA, "RELA"),
          Map.entry(Section.HASH, "HASH"),
          Map.entry(Section.DYNAMIC, "DYNAMIC"),
          Map.entry(Section.NOTE, "NOTE"),
          Map.entry(Section.NOBITS, "NOBITS"),
          Map.entry(Section.REL, "REL"),
          Map.entry(Section.DYNSYM, "DYNSYM"),
          Map.entry(Section.INIT_ARRAY, "INIT_ARRAY"),
          Map.entry(Section.FINI_ARRAY, "FINI_ARRAY"),
          Map.entry(Section.PREINIT_ARRAY, "PREINIT_ARRAY"),
          Map.entry(17L, "GROUP"),
          Map.entry(Section.SYMTAB_SHNDX, "SYMTAB SECTION INDICES"),
          Map.entry(Section.RELR, "RELR"),
          Map.entry(Section.GNU_HASH, "GNU_HASH"),
          Map.entry(Section.GNU_LIBLIST, "GNU_LIBLIST"),
          Map.entry(Section.GNU_VERDEF, "VERDEF"),
          Map.entry(Section.GNU_VERNEED, "VERNEED"),
          Map.entry(Section.GNU_VERSYM, "VERSYM"),
          Map.entry(Section.PROCESSOR_UNWIND, "X86_64_UNWIND"));
  private static final Map<Long, String> SEGMENTS =
      Map.ofEntries(
          Map.entry(0L, "NULL"),
          Map.entry(Segment.LOAD, "LOAD"),
          Map.entry(Segment.DYNAMIC, "DYNAMIC"),
          Map.entry(Segment.INTERP, "INTERP"),
          Map.entry(Segment.NOTE, "NOTE"),
          Map.entry(6L, "PHDR"),
          Map.entry(Segment.TLS, "TLS"),
          Map.entry(Segment.GNU_EH_FRAME, "GNU_EH_FRAME"),
          Map.entry(Segment.GNU_STACK, "GNU_STACK"),
          Map.entry(Segment.GNU_RELRO, "GNU_RELRO"),
          Map.entry(0x6474_e553L, "GNU_PROPERTY"),
          Map.entry(0x6474_e554L, "GNU_SFRAME"));
  private static final Map<String, String> NOTES =
      Map.of(
          "GNU 1", "NT_GNU_ABI_TAG",
          "GNU 3", "NT_GNU_BUILD_ID",
          "GNU 4", "NT_GNU_GOLD_VERSION",
          "GNU 5", "NT_GNU_PROPERTY_TYPE_0",
          "stapsdt 3", "NT_STAPSDT",
          "Go 4", "GO BUILDID",
          "FDO cafe1a7e", "FDO_PACKAGING_METADATA");
  private static final Set<Long> TEXTS =
      Set.of(1L, 14L, 15L, 29L, 0x7fff_fffdL, 0x7fff_ffffL, 0x6fff_fefcL, 0x6fff_fefbL);

  /** Tags that say all: readelf writes the zero behind some of them. */
  static final Set<Long> WITHOUT_VALUE = Set.of(16L, 22L, 24L);

  private static final List<String> FLAGS =
      List.of("ORIGIN", "SYMBOLIC", "TEXTREL", "BIND_NOW", "STATIC_TLS");
  private static final List<String> FLAGS_1 =
      List.of(
          "NOW GLOBAL GROUP NODELETE LOADFLTR INITFIRST NOOPEN ORIGIN DIRECT TRANS INTERPOSE"
              .concat(" NODEFLIB NODUMP CONFALT ENDFILTEE DISPRELDNE DISPRELPND NODIRECT IGNMULDEF")
              .concat(" NOKSYMS NOHDR EDITED NORELOC SYMINTPOSE GLOBAUDIT SINGLETON STUB PIE")
              .split(" ", -1));
  private static final List<String> TYPES =
      List.of("NOTYPE", "OBJECT", "FUNC", "SECTION", "FILE", "COMMON", "TLS");
  private static final List<String> BINDINGS = List.of("LOCAL", "GLOBAL", "WEAK");
  private static final int SECTION_SYMBOL = 3;

  private final ElfFile file;

  ElfText(ElfFile file) {
    this.file = file;
  }

  List<String> lines(Part part) {
    return switch (part) {
      case HEADER -> header();
      case SECTIONS -> file.sections().stream().map(this::said).toList();
      case SEGMENTS -> file.segments().stream().map(ElfText::said).toList();
      case DYNAMIC -> DynamicEntry.readAll(file).stream().map(this::said).toList();
      case VERSIONS -> VersionNeed.readAll(file).stream().map(ElfText::said).toList();
      case NOTES -> Note.readAll(file).stream().map(ElfText::said).toList();
      case DYNAMIC_SYMBOLS -> symbols(Section.DYNSYM);
      case SYMBOLS -> symbols(Section.SYMTAB);
    };
  }

  static String symbol(String table, long index, long value, long size, String rest) {
    return table + " " + index + ": " + Long.toHexString(value) + "+" + size + " " + rest;
  }

  /** In the order of readelf; numbers as it prints them. */
  private List<String> header() {
    ElfHeader h = file.header();
    String order = h.order() == java.nio.ByteOrder.LITTLE_ENDIAN ? "little" : "big";
    return List.of(
        "Class: " + (h.wide() ? "ELF64" : "ELF32"),
        "Data: 2's complement, %s endian".formatted(order),
        "OS/ABI: " + ABIS.getOrDefault(h.abi(), String.valueOf(h.abi())),
        "Type: " + List.of("NONE", "REL", "EXEC", "DYN", "CORE").get(h.type()),
        "Machine: " + MACHINES.getOrDefault(h.machine(), String.valueOf(h.machine())),
        "Entry point address: 0x" + Long.toHexString(h.entry()),
        "Start of program headers: " + h.programOffset(),
        "Start of section headers: " + h.sectionOffset(),
        "Flags: 0x" + Long.toHexString(h.flags()),
        "Size of this header: " + h.size(),
        "Size of program headers: " + h.programEntrySize(),
        "Number of program headers: " + h.programCount(),
        "Size of section headers: " + h.sectionEntrySize(),
        "Number of section headers: " + h.sectionCount(),
        "Section header string table index: " + h.sectionNames());
  }

  private String said(Section s) {
    return "[%d] %s %s at %x, %x+%x entry %x flags %s link %d info %d"
        .formatted(
            s.index(),
            s.name(),
            SECTIONS.getOrDefault(s.type(), os(s.type())),
            s.address(),
            s.offset(),
            s.size(),
            s.entrySize(),
            flags(s.flags()),
            s.link(),
            s.info());
  }

  private static String os(long type) {
    return "LOOS+0x%x".formatted(type - 0x6000_0000L);
  }

  /**
   * Source: readelf's key to flags, whose letters stand in the order of the bits. Of GNU's own
   * flags (retain, mbind) it writes letters only where the ABI is GNU; "o" stands for both here.
   */
  private static String flags(long flags) {
    StringBuilder letters = new StringBuilder();
    Map<Long, String> known =
        Map.ofEntries(
            Map.entry(1L, "W"),
            Map.entry(2L, "A"),
            Map.entry(4L, "X"),
            Map.entry(0x10L, "M"),
            Map.entry(0x20L, "S"),
            Map.entry(0x40L, "I"),
            Map.entry(0x80L, "L"),
            Map.entry(0x100L, "O"),
            Map.entry(0x200L, "G"),
            Map.entry(0x400L, "T"),
            Map.entry(0x800L, "C"),
            Map.entry(0x20_0000L, "o"),
            Map.entry(0x100_0000L, "o"),
            Map.entry(0x1000_0000L, "l"),
            Map.entry(0x8000_0000L, "E"));
    for (int bit = 0; bit < 64; bit++) {
      if ((flags >>> bit & 1) != 0) {
        letters.append(known.getOrDefault(1L << bit, "?"));
      }
    }
    return letters.toString();
  }

  private static String said(Segment s) {
    return "%s %x+%x at %x flags %s%s%s"
        .formatted(
            SEGMENTS.getOrDefault(s.type(), os(s.type())),
            s.offset(),
            s.size(),
            s.address(),
            s.readable() ? "R" : "",
            s.writable() ? "W" : "",
            s.executable() ? "E" : "");
  }

  private String said(DynamicEntry entry) {
    String value = Long.toHexString(entry.value());
    if (TEXTS.contains(entry.tag())) {
      value = "[" + entry.text(file) + "]";
    } else if (WITHOUT_VALUE.contains(entry.tag())) {
      value = "";
    } else if (entry.tag() == DynamicEntry.FLAGS) {
      value = names(FLAGS, entry.value());
    } else if (entry.tag() == DynamicEntry.FLAGS_1) {
      value = names(FLAGS_1, entry.value());
    } else if (entry.tag() == 20) { // DT_PLTREL
      value = entry.value() == 7 ? "RELA" : "REL";
    }
    return "%x %s".formatted(entry.tag(), value);
  }

  private static String names(List<String> names, long bits) {
    List<String> set = new ArrayList<>();
    for (int bit = 0; bit < 64; bit++) {
      if ((bits >>> bit & 1) != 0) {
        set.add(bit < names.size() ? names.get(bit) : "bit " + bit);
      }
    }
    return String.join(" ", set);
  }

  private static String said(VersionNeed need) {
    return need.library() + " " + need.version();
  }

  /** The notes in LLVM's words, which has names for fewer types and prints the others' numbers. */
  List<String> notesAs(List<String> theirs) {
    List<Note> notes = Note.readAll(file);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < notes.size(); i++) {
      Note note = notes.get(i);
      boolean numbered = i < theirs.size() && theirs.get(i).contains(": (0x");
      lines.add(numbered ? said(note, Map.of()) : said(note));
    }
    return lines;
  }

  private static String said(Note note) {
    return said(note, NOTES);
  }

  private static String said(Note note, Map<String, String> names) {
    if (note.owner().startsWith("GA")) { // build attributes: the owner is the value
      return "%s: GA %x".formatted(note.where(), note.content().size());
    }
    String type =
        names.getOrDefault(
            "%s %x".formatted(note.owner(), note.type()),
            "Unknown note type: (0x%08x)".formatted(note.type()));
    return "%s: %s %x %s".formatted(note.where(), note.owner(), note.content().size(), type);
  }

  private List<String> symbols(long type) {
    List<String> lines = new ArrayList<>();
    for (Section section : file.sections()) {
      if (section.type() == type) {
        SymbolTable table = SymbolTable.of(file, section);
        for (long i = 0; i < table.count(); i++) {
          lines.add(symbol(section.name(), i, table.value(i), table.size(i), rest(table, i)));
        }
      }
    }
    return lines;
  }

  private String rest(SymbolTable table, long i) {
    int type = table.type(i);
    int binding = table.binding(i);
    int section = table.section(i);
    return (type == SymbolTable.TYPE_IFUNC ? "IFUNC" : TYPES.get(type))
        + " "
        + (binding == 10 ? "UNIQUE" : BINDINGS.get(binding))
        + " "
        + switch (section) {
          case 0 -> "UND";
          case 0xfff1 -> "ABS";
          case 0xfff2 -> "COM";
          default -> String.valueOf(section);
        }
        + " "
        + (type == SECTION_SYMBOL && table.nameOffset(i) == 0 && section < file.sections().size()
            ? file.sections().get(section).name()
            : table.name(i));
  }
}
