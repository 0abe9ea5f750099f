package dev.selfsame.binary.macho;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A symbol and the bytes of the file that are its own. Mach-O knows no sizes: a symbol reaches to
 * the next one, or to the end of its section, its padding included.
 *
 * @param name as the string table has it, printable, with Mach-O's leading underscore
 * @param section the section it stands in
 * @param offset from the beginning of the slice, in bytes
 * @param size bytes, at least 1
 */
public record PlacedSymbol(String name, Section section, long offset, long size) {

  /** Before its size is known. */
  private record Start(String name, Section section, long address, boolean external) {}

  /** Of names for one address, what other files see comes first, then the alphabet decides. */
  private static final Comparator<Start> ORDER =
      Comparator.<Start>comparingInt(start -> start.section().ordinal())
          .thenComparing(Start::address, Long::compareUnsigned)
          .thenComparing(start -> !start.external())
          .thenComparing(Start::name);

  /**
   * Every symbol that has bytes of the file, one for each address, by section and address. No two
   * overlap, unless sections do.
   *
   * @throws dev.selfsame.binary.bytes.MalformedInputException where the symbol table or a name in
   *     it runs past the end
   */
  public static List<PlacedSymbol> of(MachoFile file) {
    List<Start> starts = new ArrayList<>();
    Map<Integer, Section> sections =
        file.sections().stream()
            .filter(Section::inFile)
            .collect(Collectors.toMap(Section::ordinal, Function.identity()));
    for (LoadCommand.Symbols command : file.all(LoadCommand.Symbols.class).limit(1).toList()) {
      SymbolTable table = SymbolTable.of(file, command);
      for (long i = 0; i < table.count(); i++) {
        Section section = table.inSection(i) ? sections.get(table.section(i)) : null;
        // The header's own symbol names a section that it does not stand in.
        if (section != null && section.holdsAddress(table.value(i))) {
          starts.add(new Start(table.name(i), section, table.value(i), table.external(i)));
        }
      }
    }
    starts.sort(ORDER);
    return placed(starts);
  }

  private static List<PlacedSymbol> placed(List<Start> starts) {
    List<Start> first =
        IntStream.range(0, starts.size())
            .filter(i -> i == 0 || !samePlace(starts.get(i - 1), starts.get(i)))
            .mapToObj(starts::get)
            .toList();
    List<PlacedSymbol> placed = new ArrayList<>();
    for (int i = 0; i < first.size(); i++) {
      Start start = first.get(i);
      Section section = start.section();
      boolean last = i + 1 == first.size() || !first.get(i + 1).section().equals(section);
      long end = last ? section.address() + section.size() : first.get(i + 1).address();
      long offset = section.offset() + (start.address() - section.address());
      placed.add(new PlacedSymbol(start.name(), section, offset, end - start.address()));
    }
    return placed;
  }

  private static boolean samePlace(Start a, Start b) {
    return a.section().equals(b.section()) && a.address() == b.address();
  }
}
