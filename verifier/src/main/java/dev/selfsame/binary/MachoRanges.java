package dev.selfsame.binary;

import dev.selfsame.binary.macho.Commands;
import dev.selfsame.binary.macho.Cpu;
import dev.selfsame.binary.macho.Extent;
import dev.selfsame.binary.macho.LoadCommand;
import dev.selfsame.binary.macho.MachoFile;
import dev.selfsame.binary.macho.Section;
import dev.selfsame.binary.macho.Segment;
import dev.selfsame.binary.macho.SymbolTable;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import java.util.Comparator;
import java.util.List;

/**
 * Cuts a Mach-O file into ranges that hold every byte once. Where structures overlap, the one that
 * comes first here keeps the bytes, and the overlap is reported: header, load commands, sections,
 * tables in the order of the commands that name them, relocations, segments without sections.
 */
final class MachoRanges {
  private static final int WORD = 4;
  private static final int NOP = 0x90;

  /** Longer runs than any alignment of code are no fill. */
  private static final int MAX_FILL = 64;

  private final MachoFile file;
  private final Claims claims;

  private MachoRanges(MachoFile file, Claims claims) {
    this.file = file;
    this.claims = claims;
  }

  /** Offsets count from the beginning of the slice. */
  static List<Range> of(MachoFile file, FactSheet sheet) {
    Claims claims = new Claims(file.bytes(), sheet);
    new MachoRanges(file, claims).claim();
    long end = 0;
    for (Segment segment : file.segments()) {
      long there = claims.inFile("segment " + segment.name(), segment.offset(), segment.size());
      end = Math.max(end, there == 0 ? 0 : segment.offset() + there);
    }
    return claims.ranges(end);
  }

  private void claim() {
    int header = file.header().size();
    claims.claim("Mach-O header", Category.HEADERS, 0, header);
    claims.claim("load commands", Category.HEADERS, header, file.header().commandsSize());
    MachoCategory category = new MachoCategory(file);
    for (Section section : file.sections()) {
      if (section.inFile()) {
        claims.claim(section.fullName(), category.of(section), section.offset(), section.size());
      }
    }
    claimFill();
    file.commands().forEach(this::claim);
    for (Section section : file.sections()) {
      if (section.relocationCount() != 0) {
        claims.claim(
            "relocations of " + section.fullName(),
            Category.RELOCS,
            section.relocationOffset(),
            section.relocationCount() * Section.RELOCATION_SIZE);
      }
    }
    file.all(LoadCommand.SegmentLoad.class)
        .filter(load -> load.sections().isEmpty())
        .map(LoadCommand.SegmentLoad::segment)
        .filter(segment -> !segment.name().equals(Segment.LINKEDIT) && segment.size() != 0)
        .forEach(this::claim);
  }

  /** Between sections of code Apple's linker aligns with instructions that do nothing. */
  private void claimFill() {
    int cpu = file.header().cpu().type();
    if (cpu != Cpu.X86 && cpu != Cpu.X86_64) {
      return;
    }
    List<Section> sections =
        file.sections().stream()
            .filter(section -> section.inFile() && section.holder().executable())
            .sorted(Comparator.comparingLong(Section::offset))
            .toList();
    for (int i = 1; i < sections.size(); i++) {
      Section before = sections.get(i - 1);
      long from = before.offset() + before.size();
      long size = sections.get(i).offset() - from;
      if (before.executable() && size > 0 && size < MAX_FILL && isFill(from, size)) {
        claims.claim("padding", Category.PADDING, from, size);
      }
    }
  }

  private boolean isFill(long from, long size) {
    for (long at = from; at < from + size; at++) {
      if (!file.bytes().holds(at, 1) || file.bytes().u8(at) != NOP) {
        return false;
      }
    }
    return true;
  }

  private void claim(Segment segment) {
    Category category = segment.executable() ? Category.CODE : MachoCategory.linked(segment);
    claims.claimRest("segment " + segment.name(), category, segment.offset(), segment.size());
  }

  private void claim(LoadCommand command) {
    switch (command) {
      case LoadCommand.Symbols symbols -> {
        int entry = SymbolTable.entrySize(file.header().wide());
        table("symbol table", Category.SYMBOLS, symbols.symbols(), symbols.count(), entry);
        claim("string table", Category.SYMBOLS, symbols.strings());
      }
      case LoadCommand.DynamicSymbols dynamic -> claim(dynamic);
      case LoadCommand.DyldInfo info -> {
        claim("rebase opcodes", Category.RELOCS, info.rebase());
        claim("bind opcodes", Category.RELOCS, info.bind());
        claim("weak bind opcodes", Category.RELOCS, info.weakBind());
        claim("lazy bind opcodes", Category.RELOCS, info.lazyBind());
        claim("export trie", Category.DYNLINK, info.exports());
      }
      case LoadCommand.Table table ->
          claim(name(table.frame().number()), category(table.frame().number()), table.extent());
      case LoadCommand.Hints hints ->
          table("two-level hints", Category.DYNLINK, hints.offset(), hints.count(), WORD);
      case LoadCommand.Note note -> claim("note of " + note.owner(), Category.NOTES, note.extent());
      case LoadCommand.SymbolSegment old -> claim("symbol segment", Category.DEBUG, old.extent());
      case LoadCommand.SegmentLoad c -> {}
      case LoadCommand.Dylib c -> {}
      case LoadCommand.Text c -> {}
      case LoadCommand.Uuid c -> {}
      case LoadCommand.Main c -> {}
      case LoadCommand.Registers c -> {}
      case LoadCommand.BuildVersion c -> {}
      case LoadCommand.MinimumVersion c -> {}
      case LoadCommand.SourceVersion c -> {}
      case LoadCommand.Encryption c -> {} // a part of __TEXT
      case LoadCommand.LinkerOptions c -> {}
      case LoadCommand.FilesetEntry c -> {}
      case LoadCommand.Routines c -> {}
      case LoadCommand.PrebindChecksum c -> {}
      case LoadCommand.Plain c -> {}
      case LoadCommand.Unknown c -> {}
    }
  }

  /** Source: {@code loader.h}: the sizes of the tables' entries. */
  private void claim(LoadCommand.DynamicSymbols dynamic) {
    int module = file.header().wide() ? 56 : 52;
    table("table of contents", Category.DYNLINK, dynamic.contents(), 8);
    table("module table", Category.DYNLINK, dynamic.modules(), module);
    table("referenced symbols", Category.DYNLINK, dynamic.references(), WORD);
    table("indirect symbols", Category.DYNLINK, dynamic.indirect(), WORD);
    int relocation = Section.RELOCATION_SIZE;
    table("external relocations", Category.RELOCS, dynamic.externalRelocations(), relocation);
    table("local relocations", Category.RELOCS, dynamic.localRelocations(), relocation);
  }

  private void table(String name, Category category, Extent offsetAndCount, int entry) {
    table(name, category, offsetAndCount.offset(), offsetAndCount.size(), entry);
  }

  private void table(String name, Category category, long offset, long count, int entry) {
    claim(name, category, new Extent(offset, count * entry));
  }

  private void claim(String name, Category category, Extent extent) {
    if (extent.size() != 0) {
      claims.claim(name, category, extent.offset(), extent.size());
    }
  }

  /** What the range of a table is called that this command names. */
  static String name(long command) {
    return switch ((int) command) {
      case (int) Commands.CODE_SIGNATURE -> "code signature";
      case (int) Commands.SEGMENT_SPLIT_INFO -> "segment split info";
      case (int) Commands.FUNCTION_STARTS -> "function starts";
      case (int) Commands.DATA_IN_CODE -> "data in code";
      case (int) Commands.DYLIB_CODE_SIGN_DRS -> "requirements on libraries";
      case (int) Commands.LINKER_OPTIMIZATION_HINT -> "linker optimisation hints";
      case (int) Commands.DYLD_EXPORTS_TRIE -> "export trie";
      case (int) Commands.DYLD_CHAINED_FIXUPS -> "chained fixups";
      case (int) Commands.ATOM_INFO -> "atom info";
      case (int) Commands.FUNCTION_VARIANTS -> "function variants";
      case (int) Commands.FUNCTION_VARIANT_FIXUPS -> "function variant fixups";
      default -> Commands.name(command);
    };
  }

  /** Split info and optimisation hints say, as relocations do, what must change when code moves. */
  private static Category category(long command) {
    return switch ((int) command) {
      case (int) Commands.CODE_SIGNATURE, (int) Commands.DYLIB_CODE_SIGN_DRS -> Category.SIGNATURE;
      case (int) Commands.FUNCTION_STARTS, (int) Commands.DATA_IN_CODE -> Category.FUNCTION_TABLE;
      case (int) Commands.SEGMENT_SPLIT_INFO,
          (int) Commands.LINKER_OPTIMIZATION_HINT,
          (int) Commands.DYLD_CHAINED_FIXUPS,
          (int) Commands.FUNCTION_VARIANT_FIXUPS ->
          Category.RELOCS;
      case (int) Commands.DYLD_EXPORTS_TRIE, (int) Commands.FUNCTION_VARIANTS -> Category.DYNLINK;
      case (int) Commands.ATOM_INFO -> Category.SYMBOLS;
      default -> Category.OTHER;
    };
  }
}
