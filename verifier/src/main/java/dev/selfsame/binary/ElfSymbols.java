package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.NameLimit;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.ElfHeader;
import dev.selfsame.binary.elf.Section;
import dev.selfsame.binary.elf.Segment;
import dev.selfsame.binary.elf.SymbolTable;
import dev.selfsame.binary.rust.CodegenMarks;
import dev.selfsame.binary.rust.Mark;
import dev.selfsame.binary.symbols.Owners;
import dev.selfsame.binary.symbols.SymbolMarks;
import dev.selfsame.binary.symbols.SymbolRuns;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Fact;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the symbols of an ELF file have their bytes. Only {@code .symtab} is read: {@code .dynsym}
 * names what others may call, which is too little to say whose the bytes are. Source: gABI, Symbol
 * Table.
 */
final class ElfSymbols {
  private static final int MACHINE_ARM = 40;
  private static final int LONGEST = 200;

  private final ElfFile file;
  private final FactSheet sheet;
  private final SymbolTable table;

  /** The program's sections by the numbers that the table has for them. */
  private final List<Optional<Section>> sections;

  private final SymbolRuns runs;
  private final CodegenMarks marks = new CodegenMarks();
  private boolean all = true;

  private ElfSymbols(
      ElfFile file, FactSheet sheet, SymbolTable table, List<Optional<Section>> sections) {
    this.file = file;
    this.sheet = sheet;
    this.table = table;
    this.sections = sections;
    this.runs = new SymbolRuns(table.names());
  }

  /** Whose the bytes of these ranges are; nobody's where there is no symbol table. */
  static Owners owners(ElfFile file, List<Range> ranges, FactSheet sheet) {
    return table(file, sheet)
        .map(symbols -> new ElfSymbols(file, sheet, symbols, all(file)).own(ranges))
        .orElseGet(Owners::none);
  }

  private static List<Optional<Section>> all(ElfFile file) {
    return file.sections().stream().map(Optional::of).toList();
  }

  /**
   * Whose the bytes of a stripped program are, by the symbols of its separate debug file. A section
   * there is the program's of the same name at the same address.
   */
  static Owners owners(ElfFile file, ElfFile debug, List<Range> ranges, FactSheet sheet) {
    Map<String, Section> known = new HashMap<>();
    for (Section section : file.sections()) {
      known.putIfAbsent(section.name() + " " + section.address(), section);
    }
    List<Optional<Section>> sections =
        debug.sections().stream()
            .map(s ->
                Optional.ofNullable(s.loaded() ? known.get(s.name() + " " + s.address()) : null))
            .toList();
    return table(debug, sheet)
        .map(symbols -> new ElfSymbols(file, sheet, symbols, sections).own(ranges))
        .orElseGet(Owners::none);
  }

  /** The symbols alone; their names are in the file's string table. */
  static Optional<SymbolRuns> runs(ElfFile file, FactSheet sheet) {
    return table(file, sheet)
        .map(symbols -> new ElfSymbols(file, sheet, symbols, all(file)).read());
  }

  private static Optional<SymbolTable> table(ElfFile file, FactSheet sheet) {
    return file.section(Section.SYMTAB)
        .filter(Section::inFile)
        .flatMap(section ->
            sheet.attempt(() -> Optional.of(SymbolTable.of(file, section)), Optional.empty()));
  }

  private Owners own(List<Range> ranges) {
    Owners owners = Owners.of(read(), ranges);
    SymbolMarks seen = owners.marks();
    sheet.put("mangling", mangling(seen, ".strtab", table.names()));
    if (file.header().type() != ElfHeader.TYPE_REL) {
      Optional<Mark> thinned = mark(".strtab", table.names(), seen.thinnedAt());
      Map<String, Long> code = owners.crateCode();
      sheet.put("lto", marks.lto(thinned, code.keySet(), seen.all() && all));
      sheet.put("codegen-units", marks.codegenUnits(code));
    }
    return owners;
  }

  /** Which scheme the names have; likely, where not all of them were read. */
  static Fact mangling(SymbolMarks seen, String where, ByteView names) {
    List<Mark> first =
        Stream.of(seen.legacyAt(), seen.v0At())
            .flatMap(at -> mark(where, names, at).stream())
            .toList();
    Fact read = CodegenMarks.mangling(seen.legacy(), seen.v0(), first);
    return seen.all() || read.grade() == Fact.Grade.UNKNOWN
        ? read
        : new Fact(read.value(), Fact.Grade.MEDIUM, read.evidence(), read.contradictions());
  }

  /** The name at this place among the names; nothing where there is none. */
  static Optional<Mark> mark(String where, ByteView names, long at) {
    return at < 0
        ? Optional.empty()
        : Optional.of(new Mark(where, names.start() + at, names.text(at, LONGEST)));
  }

  private SymbolRuns read() {
    long count = table.count();
    int unit = SymbolRuns.NO_UNIT;
    NameLimit units = new NameLimit(table.names());
    for (long i = 1; i < count; i++) {
      int type = table.type(i);
      if (type == SymbolTable.TYPE_FILE) {
        long index = i;
        String name = sheet.attempt(() -> table.name(index, units), "");
        unit = runs.unit(name);
        marks.unit(new Mark(".symtab", table.offset(index), name));
      } else if (owns(type) && table.size(i) != 0 && !add(i, type, unit)) {
        all = false;
        sheet.problem(
            "%d symbols, of which the first %d are read".formatted(count, SymbolRuns.MAX));
        break;
      }
    }
    return runs;
  }

  private static boolean owns(int type) {
    return type == SymbolTable.TYPE_NONE
        || type == SymbolTable.TYPE_OBJECT
        || type == SymbolTable.TYPE_FUNC
        || type == SymbolTable.TYPE_TLS
        || type == SymbolTable.TYPE_IFUNC;
  }

  /** Adds what of a symbol's bytes the file has; false where there are too many symbols. */
  private boolean add(long symbol, int type, int unit) {
    int index = table.section(symbol);
    // 0 is undefined, what lies beyond is absolute or common.
    if (index == 0 || index >= sections.size() || sections.get(index).isEmpty()) {
      return true;
    }
    Section section = sections.get(index).get();
    long size = table.size(symbol);
    long within = within(section, type, table.value(symbol));
    if (!section.inFile() || within < 0 || within >= section.size() || size < 0) {
      return true;
    }
    long offset = section.offset() + within;
    long there =
        Math.min(file.bytes().available(offset, size), Math.min(size, section.size() - within));
    return there <= 0 || runs.add(offset, there, table.nameOffset(symbol), binding(symbol), unit);
  }

  private long within(Section section, int type, long value) {
    long start = file.header().type() == ElfHeader.TYPE_REL ? 0 : section.address();
    if (type == SymbolTable.TYPE_TLS && start != 0) {
      // Counts from the start of the thread-local template.
      start -= file.segment(Segment.TLS).map(Segment::address).orElse(start);
    }
    boolean thumb = type == SymbolTable.TYPE_FUNC && file.header().machine() == MACHINE_ARM;
    return (thumb ? value & -2 : value) - start;
  }

  private byte binding(long symbol) {
    return switch (table.binding(symbol)) {
      case SymbolTable.BIND_LOCAL -> SymbolRuns.LOCAL;
      case SymbolTable.BIND_WEAK -> SymbolRuns.WEAK;
      default -> SymbolRuns.GLOBAL;
    };
  }
}
