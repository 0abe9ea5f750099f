package dev.selfsame.binary;

import dev.selfsame.binary.macho.Commands;
import dev.selfsame.binary.macho.Cpu;
import dev.selfsame.binary.macho.FunctionStarts;
import dev.selfsame.binary.macho.MachoFile;
import dev.selfsame.binary.macho.MachoHeader;
import dev.selfsame.binary.macho.Section;
import dev.selfsame.binary.macho.Segment;
import dev.selfsame.binary.rust.AuditList;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a Mach-O file's code was made, as far as its bytes tell: its constants, the places of its
 * functions and how they begin, what it imports, and the objects that it was linked from. What none
 * of these tells is said to be unknown, which does not mean that it is not there.
 */
final class MachoCode {
  private static final Set<Category> CONSTANTS = Set.of(Category.RODATA);

  /** What dyld writes to before the program begins. */
  private static final Set<Category> POINTERS = Set.of(Category.RELRO_DATA, Category.DATA);

  /**
   * The bits of a chained pointer that hold its target: an address, or an offset from the image's
   * begin. Source: {@code mach-o/fixup-chains.h}, {@code dyld_chained_ptr_64_rebase}; arm64e, which
   * has fewer, is not what rustc makes.
   */
  private static final long TARGET = (1L << 36) - 1;

  private final MachoFile file;

  private MachoCode(MachoFile file) {
    this.file = file;
  }

  static void read(MachoFile file, FactSheet sheet) {
    MachoCode code = new MachoCode(file);
    RustConstants.checks(sheet, sheet.attempt(code::constants, Optional.<RustConstants>empty()));
    RustConstants.sources(sheet, () -> locations(file), code::auditable);
    sheet.put("isa-level", code.isaLevel());
    Optional<Functions> functions = sheet.attempt(code::functions, Optional.<Functions>empty());
    Fact unlisted = Fact.unknown(new Evidence("load commands", -1, "no list of function starts"));
    sheet.put("optimise", functions.map(code::optimise).orElse(unlisted));
    sheet.read("frame-pointers", () -> functions.map(code::framePointers).orElse(unlisted));
    // What the names of symbols tell comes with them.
    sheet.put("lto", Fact.unknown(new Evidence("symbols", -1, "only names of symbols tell it")));
    sheet.unknown(List.of("mangling"));
    sheet.put("stack-protector", Fact.unknown());
    if (code.linked()) {
      sheet.read("stack-protector", () -> StackProtector.of(file));
    }
    sheet.read("codegen-units", () -> UnitNames.of(file, Map.of()));
  }

  private Optional<Functions> functions() {
    return linked()
        ? FunctionStarts.of(file)
            .map(starts ->
                new Functions(
                    "function starts", starts.place(), starts.addresses(), true, Functions.FEW))
        : Optional.empty();
  }

  private Fact optimise(Functions functions) {
    return switch (file.header().cpu().type()) {
      case Cpu.X86_64 -> functions.optimise();
      case Cpu.ARM64 -> Fact.unknown(functions.seen(Functions.AARCH64));
      default -> Fact.unknown(functions.seen(Functions.UNMEASURED));
    };
  }

  private Fact framePointers(Functions functions) {
    List<LoadedPart> code = parts(Set.of(Category.CODE), new SearchLimit(file.bytes()));
    return switch (file.header().cpu().type()) {
      case Cpu.X86_64 -> Frames.of(functions, code, Frames.Code.X86_64);
      case Cpu.ARM64 -> Frames.of(functions, code, Frames.Code.AARCH64);
      default -> Fact.unknown(functions.seen(Functions.UNMEASURED));
    };
  }

  /**
   * What the header says that the processor must have: no system loads the file on another. One
   * that names its kind in general says nothing: {@code -C target-cpu} does not change it, and that
   * an instruction occurs proves no more than a dispatch. Source: {@code mach/machine.h}; XNU's
   * {@code grade_binary} and its features of {@code CPU_SUBTYPE_X86_64_H}.
   */
  private Fact isaLevel() {
    String name = file.header().cpu().name();
    Evidence read = new Evidence("Mach-O header", file.place(4), "made for " + name);
    return switch (name) {
      case "x86_64h" -> needed("x86-64-v3 (x86_64h)", read);
      case "arm64e" -> needed("ARMv8.3-A (arm64e)", read);
      default ->
          Fact.unknown(
              new Evidence(
                  "Mach-O header",
                  file.place(4),
                  "made for %s, whatever target-cpu was".formatted(name)));
    };
  }

  private static Fact needed(String level, Evidence read) {
    return new Fact("at least " + level, Grade.STRONG, List.of(read), List.of());
  }

  /** An object's pointers are still to be filled in, and a dSYM has its program's names alone. */
  private boolean linked() {
    return file.header().type() != MachoHeader.TYPE_OBJECT
        && file.header().type() != MachoHeader.TYPE_DSYM;
  }

  private Optional<RustConstants> constants() {
    SearchLimit limit = new SearchLimit(file.bytes());
    return linked()
        ? Optional.of(
            new RustConstants(parts(CONSTANTS, limit), !limit.met() && file.allCommands()))
        : Optional.empty();
  }

  private List<LoadedPart> parts(Set<Category> wanted, SearchLimit limit) {
    MachoCategory category = new MachoCategory(file);
    List<LoadedPart> parts = new ArrayList<>();
    for (Section section : file.sections()) {
      if (section.inFile() && wanted.contains(category.of(section))) {
        parts.add(
            new LoadedPart(section.fullName(), section.address(), limit.of(file.content(section))));
      }
    }
    return parts;
  }

  /**
   * Reads them.
   *
   * @throws dev.selfsame.binary.bytes.MalformedInputException where a section runs past the end
   */
  static PanicLocations locations(MachoFile file) {
    MachoCode code = new MachoCode(file);
    boolean wide = file.header().wide();
    List<LoadedPart> constants =
        code.linked() ? code.parts(CONSTANTS, new SearchLimit(file.bytes())) : List.of();
    List<LoadedPart> holders =
        code.linked() ? code.parts(POINTERS, new SearchLimit(file.bytes())) : List.of();
    PanicLocations locations = new PanicLocations(constants, holders, wide);
    if (wide && file.table(Commands.DYLD_CHAINED_FIXUPS).isPresent()) {
      long base = file.segment(Segment.TEXT).map(Segment::address).orElse(0L);
      locations.lookInPlace(word -> {
        long target = word & TARGET;
        return target < base ? base + target : target;
      });
    } else {
      locations.lookInPlace(word -> word);
    }
    return locations;
  }

  private Optional<Fact> auditable() {
    return file.sections().stream()
        .filter(section -> section.name().equals(AuditList.SECTION) && section.inFile())
        .findFirst()
        .map(section -> AuditList.crates(section.fullName(), file.content(section)));
  }
}
