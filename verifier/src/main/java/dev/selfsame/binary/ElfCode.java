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
import java.util.Locale;
import java.util.Optional;

/** How an ELF file's code was made, as far as its bytes tell. */
final class ElfCode {
  private static final int X86_64 = 62;
  private static final long FEW_FUNCTIONS = 200;
  private static final int ALIGNMENT = 16;

  /** Measured: 90 % and more at opt-level 0 to 3, 40 to 48 % at s and z. */
  private static final double FAST = 0.85;

  private static final double SMALL = 0.60;

  /** Measured: tiny functions are 3 to 15 % at opt-level 1 to 3, 21 % and more at 0. */
  private static final double UNOPTIMISED = 0.19;

  private static final double INLINED = 0.13;

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
    sheet.read("optimise", code::optimise);
    sheet.read("frame-pointers", () -> ElfFrames.of(file));
    sheet.read("isa-level", code::isaLevel);
    RustConstants.checks(sheet, sheet.attempt(code::constants, Optional.<RustConstants>empty()));
    // What the names of symbols tell comes with them.
    for (String name : List.of("mangling", "lto", "codegen-units")) {
      sheet.put(name, Fact.unknown());
    }
    RustConstants.sources(sheet, () -> ElfLocations.of(file), code::auditable);
  }

  /**
   * For size or for speed: functions are aligned to 16 bytes unless they are to be small. Without
   * optimisation nothing is inlined, so that very many functions are tiny. Levels 1 to 3 cannot be
   * told apart.
   */
  private Fact optimise() {
    Optional<UnwindIndex> index =
        file.header().machine() == X86_64 ? UnwindIndex.of(file) : Optional.empty();
    if (index.isEmpty() || index.get().functions() < FEW_FUNCTIONS) {
      return Fact.unknown();
    }
    long functions = index.get().functions();
    long aligned = index.get().aligned(ALIGNMENT);
    double share = (double) aligned / functions;
    Evidence seen =
        new Evidence(
            index.get().section().name(),
            index.get().section().offset(),
            String.format(
                Locale.ROOT, "%,d of %,d functions begin at a multiple of 16", aligned, functions));
    if (share >= FAST) {
      return speed(index.get(), seen);
    } else if (share <= SMALL) {
      return new Fact("size (opt-level s or z)", Grade.STRONG, List.of(seen), List.of());
    }
    return new Fact("unknown", Grade.UNKNOWN, List.of(seen), List.of());
  }

  private static Fact speed(UnwindIndex index, Evidence aligned) {
    long tiny = index.within(ALIGNMENT);
    Evidence seen =
        new Evidence(
            index.section().name(),
            index.section().offset(),
            String.format(
                Locale.ROOT,
                "%,d of %,d functions have 16 bytes at most",
                tiny,
                index.functions()));
    double share = (double) tiny / index.functions();
    if (share >= UNOPTIMISED) {
      return new Fact("not (opt-level 0)", Grade.WEAK, List.of(seen, aligned), List.of());
    } else if (share <= INLINED) {
      return new Fact("speed (opt-level 1 to 3)", Grade.MEDIUM, List.of(aligned, seen), List.of());
    }
    return new Fact("speed (opt-level 0 to 3)", Grade.MEDIUM, List.of(aligned, seen), List.of());
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
