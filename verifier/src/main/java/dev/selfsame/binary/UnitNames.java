package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.macho.LoadCommand;
import dev.selfsame.binary.macho.MachoFile;
import dev.selfsame.binary.macho.MachoHeader;
import dev.selfsame.binary.macho.SymbolTable;
import dev.selfsame.binary.pe.PeFile;
import dev.selfsame.binary.pe.Section;
import dev.selfsame.binary.rust.CodegenMarks;
import dev.selfsame.binary.rust.Mark;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The codegen units of Mach-O and PE files, which have no symbol that names them: Mach-O's map to
 * the objects with debug information does, and DWARF where it is in the file. Both leave out units
 * without debug information, so that what is not named may still be there.
 */
final class UnitNames {
  /**
   * An object that rustc made, alone or as an archive's member; newer ones put letters of chance
   * behind the number. Folders have other endings.
   */
  private static final Pattern OBJECT =
      Pattern.compile(
          "([A-Za-z0-9_]+\\.[0-9a-f]{6,16}-cgu\\.[0-9]{1,4})(?:\\.[0-9a-z]{1,16})?\\.rcgu\\.o\\)?$");

  /** Rustc names a unit of DWARF by the crate's source, this, and the codegen unit. */
  private static final String SEPARATOR = "/@/";

  private static final int MAX_NAME = 300;

  /** More than the largest programs have; each costs a look at some bytes behind it. */
  private static final int MAX_NAMES = 1 << 14;

  private static final String FACT = "codegen-units";

  private final CodegenMarks marks = new CodegenMarks();

  private UnitNames() {}

  /**
   * {@code codegen-units} of what a linker made, or of its dSYM.
   *
   * @param code the crates that have code, and how many bytes each, as far as symbols have told
   */
  static Fact of(MachoFile file, Map<String, Long> code) {
    if (file.header().type() == MachoHeader.TYPE_OBJECT) {
      return Fact.unknown();
    }
    UnitNames names = new UnitNames();
    file.first(LoadCommand.Symbols.class).ifPresent(c -> names.objects(SymbolTable.of(file, c)));
    SearchLimit limit = new SearchLimit(file.bytes());
    file.sections().stream()
        .filter(section -> section.name().equals("__debug_str") && section.inFile())
        .findFirst()
        .ifPresent(s -> names.units(s.fullName(), limit.of(file.content(s))));
    return names.fact(code);
  }

  /**
   * {@code codegen-units} of an image: GNU ld cuts the names of COFF's file symbols short.
   *
   * @param code as for {@link #of(MachoFile, Map)}
   */
  static Fact of(PeFile file, Map<String, Long> code) {
    if (!file.image()) {
      return Fact.unknown();
    }
    UnitNames names = new UnitNames();
    SearchLimit limit = new SearchLimit(file.bytes());
    Optional<Section> strings = file.section(".debug_str").filter(Section::inFile);
    strings.ifPresent(s -> names.units(s.name(), limit.of(file.content(s))));
    return names.fact(code);
  }

  /** Tells the fact once more, now that symbols say how large crates are, where units are named. */
  static void again(FactSheet sheet, Supplier<Fact> reader) {
    Fact now = sheet.facts().getOrDefault(FACT, Fact.unknown());
    if (now.grade() != Grade.UNKNOWN) {
      sheet.read(FACT, reader);
    }
  }

  private void objects(SymbolTable table) {
    int seen = 0;
    for (long i = 0; i < table.count() && seen < MAX_NAMES; i++) {
      if (table.type(i) == SymbolTable.STAB_OBJECT) {
        seen++;
        String path = table.name(i);
        // What stands before says nothing, and searching a long path would cost much.
        Matcher object = OBJECT.matcher(path.substring(Math.max(0, path.length() - MAX_NAME)));
        if (object.find()) {
          marks.unit(new Mark("symbol table", table.offset(i), object.group(1)));
        }
      }
    }
  }

  private void units(String where, ByteView strings) {
    long at = strings.indexOf(SEPARATOR, 0);
    for (int i = 0; at >= 0 && i < MAX_NAMES; i++) {
      long name = at + SEPARATOR.length();
      String text = strings.text(name, MAX_NAME);
      marks.unit(new Mark(where, strings.start() + name, text));
      at = strings.indexOf(SEPARATOR, name);
    }
  }

  private Fact fact(Map<String, Long> code) {
    Fact units = marks.namedUnits(code);
    return units.grade() == Grade.UNKNOWN
        ? Fact.unknown(new Evidence("debug information", -1, "names no codegen unit of a crate"))
        : units;
  }
}
