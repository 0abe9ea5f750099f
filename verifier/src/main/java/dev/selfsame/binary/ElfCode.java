package dev.selfsame.binary;

import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.ElfHeader;
import dev.selfsame.binary.elf.Section;
import dev.selfsame.binary.elf.UnwindIndex;
import dev.selfsame.binary.rust.AuditList;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How an ELF file's code was made, as far as its bytes tell. */
final class ElfCode {
  private static final int X86_64 = 62;
  private static final int AARCH64 = 183;

  private final ElfFile file;

  private ElfCode(ElfFile file) {
    this.file = file;
  }

  static void read(ElfFile file, FactSheet sheet) {
    ElfCode code = new ElfCode(file);
    Optional<Functions> functions = sheet.attempt(code::functions, Optional.<Functions>empty());
    Fact unlisted =
        Fact.unknown(new Evidence(".eh_frame_hdr", -1, "no list of functions that is read"));
    sheet.put("optimise", functions.map(code::optimise).orElse(unlisted));
    sheet.read("frame-pointers", () -> functions.map(code::framePointers).orElse(unlisted));
    sheet.read("isa-level", () -> ElfIsa.level(file));
    RustConstants.checks(sheet, sheet.attempt(code::constants, Optional.<RustConstants>empty()));
    // What the names of symbols tell comes with them.
    for (String name : List.of("mangling", "lto", "codegen-units")) {
      sheet.put(name, Fact.unknown());
    }
    RustConstants.sources(sheet, () -> ElfLocations.of(file), code::auditable);
  }

  /**
   * Those with unwind information, which on x86-64 and AArch64 are all of them. Code for the latter
   * was measured in other formats, so that as many are asked for as there.
   */
  private Optional<Functions> functions() {
    int few = file.header().machine() == X86_64 ? Functions.FEW_OF_ELF : Functions.FEW;
    return UnwindIndex.of(file)
        .map(index ->
            new Functions(
                index.section().name(), index.section().offset(), index.starts(), true, few));
  }

  private Fact optimise(Functions functions) {
    return switch (file.header().machine()) {
      case X86_64 -> functions.optimise();
      case AARCH64 -> Fact.unknown(functions.seen(Functions.AARCH64));
      default -> Fact.unknown(functions.seen(Functions.UNMEASURED));
    };
  }

  /** Of AArch64 instructions are little-endian where data are not; such files were not measured. */
  private Fact framePointers(Functions functions) {
    List<LoadedPart> parts = new ArrayList<>();
    for (Section section : file.sections()) {
      if (section.inFile() && section.executable()) {
        parts.add(new LoadedPart(section.name(), section.address(), file.content(section)));
      }
    }
    int machine = file.header().machine();
    if (machine == X86_64) {
      return Frames.of(functions, parts, Frames.Code.X86_64);
    } else if (machine == AARCH64 && file.header().order() == ByteOrder.LITTLE_ENDIAN) {
      return likely(Frames.of(functions, parts, Frames.Code.AARCH64));
    }
    return Fact.unknown(functions.seen(Functions.UNMEASURED));
  }

  /** Of programs for Linux on AArch64 one was measured. */
  private static Fact likely(Fact frames) {
    return frames.grade() == Fact.Grade.STRONG
        ? new Fact(frames.value(), Fact.Grade.MEDIUM, frames.evidence(), frames.contradictions())
        : frames;
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
