package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.MalformedInputException;
import dev.selfsame.binary.dwarf.BodyNames;
import dev.selfsame.binary.dwarf.BodyNames.Body;
import dev.selfsame.binary.dwarf.Unit;
import dev.selfsame.binary.dwarf.UnitIndex;
import dev.selfsame.binary.dwarf.UnitIndex.Part;
import dev.selfsame.binary.dwarf.UnitIndex.Row;
import dev.selfsame.binary.dwarf.Units;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.Section;
import dev.selfsame.binary.rust.CodegenUnit;
import dev.selfsame.binary.symbols.Owners;
import dev.selfsame.binary.symbols.SymbolRuns;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Whose the debug information of a {@code .dwo} file or a {@code .dwp} package is: the units by
 * name, and the crates that rustc wrote into these names.
 */
final class SplitNames {
  /** Between the source file and the codegen unit in a name that rustc writes. */
  private static final String MARK = "/@/";

  private static final int SHOWN = 8;

  /** Crates or files in the value; the rest is counted. */
  private static final int LISTED = 16;

  private static final String ABBREVIATIONS = ".debug_abbrev.dwo";
  private static final String TEXTS = ".debug_str.dwo";
  private static final String TEXT_OFFSETS = ".debug_str_offsets.dwo";

  private static final Part NONE = new Part(0, 0);

  /** The sections that units have parts of, by the numbers of the index: version 5, then 2. */
  private static final Map<Integer, List<String>> SECTIONS =
      Map.of(
          UnitIndex.INFO,
          List.of(SplitUnits.BODIES),
          UnitIndex.ABBREVIATIONS,
          List.of(ABBREVIATIONS),
          4,
          List.of(".debug_line.dwo"),
          5,
          List.of(".debug_loclists.dwo", ".debug_loc.dwo"),
          UnitIndex.TEXT_OFFSETS,
          List.of(TEXT_OFFSETS),
          7,
          List.of(".debug_macro.dwo", ".debug_macinfo.dwo"),
          8,
          List.of(".debug_rnglists.dwo", ".debug_macro.dwo"));

  /** A unit that has a name. */
  private record Named(Row row, BodyNames.Text name, Optional<BodyNames.Text> file) {
    Optional<CodegenUnit> unit() {
      return CodegenUnit.of(codegenUnit());
    }

    String codegenUnit() {
      int mark = name.text().lastIndexOf(MARK);
      return mark < 0 ? "" : name.text().substring(mark + MARK.length());
    }
  }

  private final ElfFile file;
  private final Section bodies;
  private final List<Named> named = new ArrayList<>();
  private int units;
  private boolean unpacked;

  private SplitNames(ElfFile file, Section bodies) {
    this.file = file;
    this.bodies = bodies;
  }

  /**
   * Reads the names; empty where the file has no bodies.
   *
   * @throws MalformedInputException where the index is malformed, or a section runs past the end
   */
  static Optional<SplitNames> of(ElfFile file) {
    Optional<Section> bodies = SplitUnits.find(file, SplitUnits.BODIES);
    if (bodies.isEmpty()) {
      return Optional.empty();
    }
    SplitNames names = new SplitNames(file, bodies.get());
    names.read();
    return Optional.of(names);
  }

  private void read() {
    Optional<ByteView> info = content(SplitUnits.BODIES);
    Optional<ByteView> abbreviations = content(ABBREVIATIONS);
    Optional<ByteView> offsets = content(TEXT_OFFSETS);
    Optional<ByteView> texts = content(TEXTS);
    unpacked =
        info.isPresent() && abbreviations.isPresent() && offsets.isPresent() && texts.isPresent();
    if (unpacked) {
      BodyNames names = new BodyNames(info.get(), abbreviations.get(), offsets.get(), texts.get());
      rows(info.get(), abbreviations.get(), offsets.get()).forEach(row -> read(row, names));
    }
  }

  private void read(Row row, BodyNames names) {
    units++;
    try {
      Optional<Body> body =
          names.read(
              row.parts().getOrDefault(UnitIndex.INFO, NONE),
              row.parts().getOrDefault(UnitIndex.ABBREVIATIONS, NONE),
              row.parts().getOrDefault(UnitIndex.TEXT_OFFSETS, NONE));
      body.ifPresent(
          found -> found.name().ifPresent(name -> named.add(new Named(row, name, found.file()))));
    } catch (MalformedInputException e) {
      // It stays without a name, and is counted as such.
    }
  }

  /**
   * A section's content, nothing where there is no such section; empty where it is not unpacked.
   */
  private Optional<ByteView> content(String name) {
    Optional<Section> section = SplitUnits.find(file, name);
    return section.isPresent()
        ? Unpacked.content(file, section.get())
        : Optional.of(file.bytes().slice(0, 0));
  }

  /** The units by the index; a file without one has the whole of each section for its units. */
  private List<Row> rows(ByteView info, ByteView abbreviations, ByteView offsets) {
    Optional<Section> index = SplitUnits.find(file, SplitUnits.INDEX);
    if (index.isPresent()) {
      return Unpacked.content(file, index.get()).map(UnitIndex::rows).orElse(List.of());
    }
    List<Unit> all = Units.of(info, abbreviations);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      long end = i + 1 < all.size() ? all.get(i + 1).offset() : info.size();
      if (all.get(i).dwoId().isPresent()) {
        Map<Integer, Part> parts = new TreeMap<>();
        parts.put(UnitIndex.INFO, new Part(all.get(i).offset(), end - all.get(i).offset()));
        parts.put(UnitIndex.ABBREVIATIONS, new Part(0, abbreviations.size()));
        parts.put(UnitIndex.TEXT_OFFSETS, new Part(0, offsets.size()));
        rows.add(new Row(all.get(i).dwoId().getAsLong(), parts));
      }
    }
    return rows;
  }

  /** The units by crate, or by name where rustc made none of them. */
  Fact fact() {
    if (!unpacked) {
      return Fact.unknown(
          new Evidence(bodies.name(), bodies.offset(), "compressed in a way that is not read"));
    } else if (named.isEmpty()) {
      return Fact.unknown(
          new Evidence(bodies.name(), bodies.offset(), "%d units without a name".formatted(units)));
    }
    Map<String, Integer> crates = new TreeMap<>();
    Map<String, Integer> files = new TreeMap<>();
    for (Named unit : named) {
      Optional<CodegenUnit> codegen = unit.unit();
      if (codegen.isPresent()) {
        crates.merge(codegen.get().crate(), 1, Integer::sum);
      } else {
        files.merge(unit.name().text(), 1, Integer::sum);
      }
    }
    List<String> said = new ArrayList<>();
    if (!crates.isEmpty()) {
      said.add(list(crates, "crate"));
    }
    if (!files.isEmpty()) {
      said.add(list(files, "other file"));
    }
    int unread = units - named.size();
    if (unread > 0) {
      said.add("%d without a name that is read".formatted(unread));
    }
    String value =
        "%d %s: %s".formatted(units, units == 1 ? "unit" : "units", String.join("; ", said));
    return new Fact(
        value, Grade.CERTAIN, named.stream().limit(SHOWN).map(this::evidence).toList(), List.of());
  }

  /** The place of a name: most stand among the texts, short ones of C in the unit itself. */
  private Evidence evidence(Named unit) {
    String said = unit.name().text() + unit.file().map(one -> " in " + one.text()).orElse("");
    if (packed()) {
      return new Evidence(bodies.name(), -1, said);
    }
    long place = unit.name().place();
    boolean inside = place >= bodies.offset() && place < bodies.offset() + bodies.size();
    return new Evidence(inside ? bodies.name() : TEXTS, place, said);
  }

  /** Such as {@code 2 crates: agent (16), std}: those of most units first. */
  private static String list(Map<String, Integer> counts, String noun) {
    Comparator<Map.Entry<String, Integer>> most = Map.Entry.comparingByValue();
    String listed =
        counts.entrySet().stream()
            .sorted(most.reversed().thenComparing(Map.Entry.comparingByKey()))
            .limit(LISTED)
            .map(one ->
                one.getValue() == 1
                    ? one.getKey()
                    : "%s (%d)".formatted(one.getKey(), one.getValue()))
            .collect(Collectors.joining(", "));
    int rest = counts.size() - LISTED;
    return "%d %s%s: %s%s"
        .formatted(
            counts.size(),
            noun,
            counts.size() == 1 ? "" : "s",
            listed,
            rest > 0 ? " and %d more".formatted(rest) : "");
  }

  /**
   * Whose the bytes of these ranges are, by the index of a package. Nobody's where a section is
   * compressed: then no unit has bytes of its own in the file.
   */
  Owners owners(List<Range> ranges, FactSheet sheet) {
    if (SplitUnits.find(file, SplitUnits.INDEX).isEmpty() || packed()) {
      return Owners.none();
    }
    SymbolRuns runs = new SymbolRuns(file.bytes());
    Map<Integer, Section> places = new TreeMap<>();
    SECTIONS
        .keySet()
        .forEach(number ->
            section(number)
                .filter(section -> !packed(section))
                .ifPresent(section -> places.put(number, section)));
    for (Named unit : named) {
      if (!add(runs, unit, places)) {
        sheet.problem("of the units' parts, the first %d are read".formatted(SymbolRuns.MAX));
        break;
      }
    }
    return runs.count() == 0 ? Owners.none() : Owners.ofDebug(runs, ranges);
  }

  /** Whether names do not stand in the file as they are read. */
  private boolean packed() {
    return packed(bodies) || SplitUnits.find(file, TEXTS).filter(SplitNames::packed).isPresent();
  }

  private static boolean packed(Section section) {
    return section.compressed() || section.name().startsWith(".z");
  }

  private boolean add(SymbolRuns runs, Named unit, Map<Integer, Section> places) {
    int number = unit.unit().isPresent() ? runs.unit(unit.codegenUnit()) : SymbolRuns.NO_UNIT;
    for (Map.Entry<Integer, Part> part : unit.row().parts().entrySet()) {
      Section section = places.get(part.getKey());
      if (section != null) {
        long size = within(section, part.getValue());
        long offset = section.offset() + part.getValue().offset();
        if (size > 0 && !runs.add(offset, size, unit.name().place(), SymbolRuns.LOCAL, number)) {
          return false;
        }
      }
    }
    return true;
  }

  private Optional<Section> section(int number) {
    return SECTIONS.getOrDefault(number, List.of()).stream()
        .flatMap(name -> SplitUnits.find(file, name).stream())
        .findFirst();
  }

  /** How many bytes of a part are in its section and in the file. */
  private long within(Section section, Part part) {
    long size = Math.min(part.size(), section.size() - part.offset());
    return size <= 0 ? 0 : file.bytes().available(section.offset() + part.offset(), size);
  }
}
