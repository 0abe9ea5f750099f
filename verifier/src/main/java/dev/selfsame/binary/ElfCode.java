package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.ElfHeader;
import dev.selfsame.binary.elf.Note;
import dev.selfsame.binary.elf.Section;
import dev.selfsame.binary.elf.UnwindIndex;
import dev.selfsame.binary.rust.AuditList;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How an ELF file's code was made, as far as its bytes tell. */
final class ElfCode {
  private static final int X86_64 = 62;

  /** {@code NT_GNU_PROPERTY_TYPE_0} and {@code GNU_PROPERTY_X86_ISA_1_NEEDED}. */
  private static final long PROPERTIES = 5;

  private static final long X86_ISA_NEEDED = 0xc000_8002L;
  private static final List<String> LEVELS =
      List.of("x86-64 (baseline)", "x86-64-v2", "x86-64-v3", "x86-64-v4");

  private final ElfFile file;

  private ElfCode(ElfFile file) {
    this.file = file;
  }

  static void read(ElfFile file, FactSheet sheet) {
    ElfCode code = new ElfCode(file);
    Optional<Functions> functions = sheet.attempt(code::functions, Optional.<Functions>empty());
    sheet.put("optimise", functions.map(Functions::optimise).orElse(Fact.unknown()));
    sheet.read("frame-pointers", () -> functions.map(code::framePointers).orElse(Fact.unknown()));
    sheet.read("isa-level", code::isaLevel);
    RustConstants.checks(sheet, sheet.attempt(code::constants, Optional.<RustConstants>empty()));
    // What the names of symbols tell comes with them.
    for (String name : List.of("mangling", "lto", "codegen-units")) {
      sheet.put(name, Fact.unknown());
    }
    RustConstants.sources(sheet, () -> ElfLocations.of(file), code::auditable);
  }

  /** Those with unwind information, which on this machine are all of them. */
  private Optional<Functions> functions() {
    return file.header().machine() == X86_64
        ? UnwindIndex.of(file)
            .map(index ->
                new Functions(
                    index.section().name(),
                    index.section().offset(),
                    index.starts(),
                    true,
                    Functions.FEW_OF_ELF))
        : Optional.empty();
  }

  private Fact framePointers(Functions functions) {
    List<LoadedPart> parts = new ArrayList<>();
    for (Section section : file.sections()) {
      if (section.inFile() && section.executable()) {
        parts.add(new LoadedPart(section.name(), section.address(), file.content(section)));
      }
    }
    return Frames.of(functions, parts, Frames.Code.X86_64);
  }

  /**
   * Only what is declared: that an instruction occurs proves no more than a dispatch. A linker
   * joins what its inputs declare, and rustc's objects declare nothing, so this is a floor.
   */
  private Fact isaLevel() {
    if (file.header().machine() != X86_64) {
      return Fact.unknown();
    }
    for (Note note : Note.readAll(file)) {
      if (note.owner().equals("GNU") && note.type() == PROPERTIES) {
        Optional<Fact> level = isaLevel(note);
        if (level.isPresent()) {
          return level.get();
        }
      }
    }
    return Fact.unknown();
  }

  private Optional<Fact> isaLevel(Note note) {
    ByteView properties = note.content();
    for (long at = 0; at + 8 <= properties.size(); ) {
      long type = properties.u32(at);
      long size = properties.u32(at + 4);
      if (type == X86_ISA_NEEDED && size >= 4) {
        long bits = properties.u32(at + 8);
        int level = 63 - Long.numberOfLeadingZeros(bits);
        if (level >= 0 && level < LEVELS.size()) {
          Evidence read =
              new Evidence(
                  note.where(), properties.start() + at, "ISA needed, as declared: bits " + bits);
          return Optional.of(
              new Fact("at least " + LEVELS.get(level), Grade.WEAK, List.of(read), List.of()));
        }
      }
      at += 8 + ((size + 7) & ~7L);
    }
    return Optional.empty();
  }

  private Optional<RustConstants> constants() {
    if (file.header().type() == ElfHeader.TYPE_REL) {
      return Optional.empty();
    }
    SectionCategory categories = new SectionCategory(file);
    SearchLimit limit = new SearchLimit(file.bytes());
    List<LoadedPart> parts = new ArrayList<>();
    for (Section section : file.sections()) {
      if (section.inFile() && categories.of(section) == Category.RODATA) {
        parts.add(
            new LoadedPart(section.name(), section.address(), limit.of(file.content(section))));
      }
    }
    boolean all = !limit.met() && !file.sections().isEmpty() && ElfDebug.sectionsAreWhole(file);
    return Optional.of(new RustConstants(parts, all));
  }

  /** The list that cargo-auditable leaves: all crates, from Cargo's own resolution. */
  private Optional<Fact> auditable() {
    return file.section(AuditList.SECTION)
        .filter(Section::inFile)
        .map(section -> AuditList.crates(section.name(), file.content(section)));
  }
}
