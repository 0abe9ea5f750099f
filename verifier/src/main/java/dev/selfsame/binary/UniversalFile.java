package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.macho.FatFile;
import dev.selfsame.binary.macho.MachoHeader;
import dev.selfsame.evidence.BinaryFacts.Part;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a universal file: each slice for itself. The file is its header, its slices and what stands
 * between them; what all slices agree on is a fact of the file.
 */
final class UniversalFile {
  private final ByteView bytes;
  private final FactSheet sheet;
  private final int depth;

  private UniversalFile(ByteView bytes, FactSheet sheet, int depth) {
    this.bytes = bytes;
    this.sheet = sheet;
    this.depth = depth;
  }

  static List<Range> read(ByteView bytes, FactSheet sheet, int depth) {
    return new UniversalFile(bytes, sheet, depth).read();
  }

  private List<Range> read() {
    FatFile file = FatFile.parse(bytes);
    file.problems().forEach(sheet::problem);
    Map<String, FatFile.Slice> slices = named(file.slices());
    Claims claims = new Claims(bytes, sheet);
    claims.claim("universal header", Category.HEADERS, 0, file.headerSize());
    slices.forEach(
        (name, slice) -> claims.claim(name, Category.OTHER, slice.offset(), slice.size()));
    List<Range> ranges = new ArrayList<>();
    List<Map<String, Fact>> said = new ArrayList<>();
    for (Range range : claims.ranges()) {
      FatFile.Slice slice = slices.get(range.name());
      // What overlaps other structures is in pieces, and is not read.
      if (slice != null && slice.offset() == range.offset() && isWhole(slice, range)) {
        FactSheet own = new FactSheet();
        ranges.addAll(read(range, slice, own));
        said.add(Nested.moved(own.facts(), slice.offset()));
      } else {
        ranges.add(range);
      }
    }
    facts(slices, said);
    return ranges;
  }

  /** Names that differ: by architecture, and by number where one comes twice. */
  private static Map<String, FatFile.Slice> named(List<FatFile.Slice> slices) {
    Map<String, FatFile.Slice> named = new LinkedHashMap<>();
    for (FatFile.Slice slice : slices) {
      String name = slice.cpu().name();
      for (int i = 2; named.containsKey(name); i++) {
        name = "%s #%d".formatted(slice.cpu().name(), i);
      }
      named.put(name, slice);
    }
    return named;
  }

  private boolean isWhole(FatFile.Slice slice, Range range) {
    return range.size() == bytes.available(slice.offset(), slice.size());
  }

  private List<Range> read(Range place, FatFile.Slice slice, FactSheet own) {
    ByteView view = bytes.slice(place.offset(), place.size());
    List<Range> ranges = nested(view.alone(), own);
    if (MachoHeader.isMacho(view)
        && view.size() >= 12
        && MachoHeader.cpu(view).type() != slice.cpu().type()) {
      own.problem("the slice is for %s".formatted(MachoHeader.cpu(view).name()));
    }
    own.problems().forEach(line -> sheet.problem(place.name() + ": " + line));
    sheet.part(
        new Part(
            place.name(),
            "slice",
            place.offset(),
            place.size(),
            Nested.categories(ranges),
            Nested.moved(own.facts(), place.offset())));
    own.parts().forEach(part -> sheet.part(Nested.moved(part, place.name(), place.offset())));
    return Nested.moved(ranges, place.name(), place.offset());
  }

  private List<Range> nested(ByteView view, FactSheet own) {
    if (view.size() > 0 && !FatFile.isFat(view) && depth < Nested.MAX_DEPTH) {
      // What is no Mach-O file does not belong here, so that it is not read is a problem.
      return Readers.ranges(view, own, MachoHeader.isMacho(view) ? depth + 1 : 0);
    }
    own.problem("no slice that can be read");
    return view.size() == 0
        ? List.of()
        : List.of(new Range("whole slice", Category.OTHER, 0, view.size()));
  }

  private void facts(Map<String, FatFile.Slice> slices, List<Map<String, Fact>> said) {
    if (said.size() == slices.size() && !said.isEmpty()) {
      said.getFirst().keySet().forEach(name -> agreed(name, said));
    }
    Evidence magic = new Evidence("universal header", bytes.start(), "magic ca fe ba be or bf");
    sheet.put("format", Fact.certain("Mach-O universal", magic));
    Evidence list = new Evidence("universal header", bytes.start() + 8, "list of slices");
    String names = slices.isEmpty() ? "none" : String.join(", ", slices.keySet());
    sheet.put("slices", Fact.certain(names, list));
  }

  /** A fact on which slices disagree is a fact of each slice alone. */
  private void agreed(String name, List<Map<String, Fact>> said) {
    List<Fact> facts = said.stream().map(s -> s.getOrDefault(name, Fact.unknown())).toList();
    Fact first = facts.getFirst();
    if (facts.stream().anyMatch(fact -> !fact.value().equals(first.value()))) {
      sheet.put(name, Fact.unknown());
      return;
    }
    Grade weakest = facts.stream().map(Fact::grade).max(Grade::compareTo).orElse(first.grade());
    sheet.put(
        name,
        new Fact(
            first.value(),
            weakest,
            facts.stream().flatMap(fact -> fact.evidence().stream()).toList(),
            facts.stream().flatMap(fact -> fact.contradictions().stream()).toList()));
  }
}
