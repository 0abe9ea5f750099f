package dev.selfsame.binary;

import dev.selfsame.binary.pe.CoffHeader;
import dev.selfsame.binary.pe.OptionalHeader;
import dev.selfsame.binary.pe.PeFile;
import dev.selfsame.binary.pe.Section;
import dev.selfsame.binary.pe.UnwindTable;
import dev.selfsame.binary.rust.AuditList;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * How a PE image's code was made, as far as its bytes tell: its constants, its table of functions
 * for unwinding and how these begin, its imports and its debug information. What none of these
 * tells is said to be unknown, which does not mean that it is not there.
 */
final class PeCode {
  private static final Set<Category> CONSTANTS = Set.of(Category.RODATA);

  /** The loader moves what is constant too: {@code .rdata} has paths and pointers to them. */
  private static final Set<Category> POINTERS = Set.of(Category.RODATA, Category.DATA);

  private final PeFile file;

  private PeCode(PeFile file) {
    this.file = file;
  }

  static void read(PeFile file, FactSheet sheet) {
    PeCode code = new PeCode(file);
    RustConstants.checks(sheet, sheet.attempt(code::constants, Optional.<RustConstants>empty()));
    RustConstants.sources(sheet, () -> locations(file), code::auditable);
    sheet.put(
        "isa-level", Fact.unknown(new Evidence("file", -1, "no field of the format says it")));
    Fact unlisted =
        Fact.unknown(new Evidence("exception directory", -1, "no table of functions that is read"));
    Optional<Table> table = sheet.attempt(code::table, Optional.<Table>empty());
    sheet.put("optimise", table.map(code::optimise).orElse(unlisted));
    sheet.read("frame-pointers", () -> table.map(code::framePointers).orElse(unlisted));
    // What the names of symbols tell comes with them.
    sheet.put("lto", Fact.unknown(new Evidence("symbols", -1, "only names of symbols tell it")));
    sheet.unknown(List.of("mangling"));
    sheet.put("stack-protector", Fact.unknown());
    if (file.image()) {
      sheet.read("stack-protector", () -> StackProtector.of(file));
    }
    sheet.read("codegen-units", () -> UnitNames.of(file, Map.of()));
  }

  /**
   * The functions that the exception directory lists: all but those that call nothing and keep
   * nothing.
   *
   * @param framed how many of them have their frame in RBP, on x86-64
   */
  private record Table(Functions functions, long framed) {}

  private Optional<Table> table() {
    if (!file.image()) {
      return Optional.empty();
    }
    LongStream.Builder starts = LongStream.builder();
    long[] framed = {0};
    boolean x86 = file.header().machine() == CoffHeader.AMD64;
    OptionalLong place =
        UnwindTable.entries(
            file,
            entry -> {
              if (entry.whole()) {
                starts.add(entry.start());
                OptionalLong information = entry.information();
                boolean has = x86 && information.isPresent();
                framed[0] += has && UnwindTable.framed(file, information.getAsLong()) ? 1 : 0;
              }
            });
    return place.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Table(
                new Functions(
                    "exception directory",
                    place.getAsLong(),
                    starts.build().toArray(),
                    false,
                    Functions.FEW),
                framed[0]));
  }

  private Fact optimise(Table table) {
    return file.header().machine() == CoffHeader.AMD64
        ? table.functions().optimise()
        : Fact.unknown(table.functions().seen(Functions.AARCH64));
  }

  /**
   * On x86-64 a function that catches has a frame whatever was asked for: so few frames, or nearly
   * all, say something, and what lies between does not.
   */
  private Fact framePointers(Table table) {
    if (file.header().machine() == CoffHeader.AMD64) {
      return Frames.of(table.framed(), table.functions(), "have their frame in RBP");
    }
    List<LoadedPart> code = new ArrayList<>();
    PeSectionCategory category = new PeSectionCategory(file);
    for (Section section : file.sections()) {
      if (section.inFile() && category.of(section) == Category.CODE) {
        code.add(new LoadedPart(section.name(), section.virtualAddress(), file.content(section)));
      }
    }
    return Frames.of(table.functions(), code, Frames.Code.AARCH64);
  }

  private Optional<RustConstants> constants() {
    SearchLimit limit = new SearchLimit(file.bytes());
    return file.optional()
        .map(header ->
            new RustConstants(
                parts(header, CONSTANTS, limit), !limit.met() && PeDebug.sectionsAreWhole(file)));
  }

  private List<LoadedPart> parts(OptionalHeader header, Set<Category> wanted, SearchLimit limit) {
    PeSectionCategory category = new PeSectionCategory(file);
    List<LoadedPart> parts = new ArrayList<>();
    for (Section section : file.sections()) {
      if (section.inFile() && wanted.contains(category.of(section))) {
        parts.add(
            new LoadedPart(
                section.name(),
                header.imageBase() + section.virtualAddress(),
                limit.of(file.content(section))));
      }
    }
    return parts;
  }

  /**
   * Reads them.
   *
   * @throws dev.selfsame.binary.bytes.MalformedInputException where a section runs past the end
   */
  static PanicLocations locations(PeFile file) {
    if (file.optional().isEmpty()) {
      return new PanicLocations(List.of(), List.of(), false);
    }
    PeCode code = new PeCode(file);
    OptionalHeader header = file.optional().get();
    PanicLocations locations =
        new PanicLocations(
            code.parts(header, CONSTANTS, new SearchLimit(file.bytes())),
            code.parts(header, POINTERS, new SearchLimit(file.bytes())),
            header.wide());
    locations.lookInPlace(word -> word);
    return locations;
  }

  private Optional<Fact> auditable() {
    return file.section(AuditList.SECTION)
        .filter(Section::inFile)
        .map(section -> AuditList.crates(section.name(), file.content(section)));
  }
}
