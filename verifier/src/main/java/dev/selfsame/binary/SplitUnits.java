package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.dwarf.Unit;
import dev.selfsame.binary.dwarf.UnitIndex;
import dev.selfsame.binary.dwarf.Units;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.Section;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The DWARF units that a file names but does not have, and those that it has for another.
 *
 * @param named DWO ids of its skeletons: their bodies are in .dwo files or a .dwp package
 * @param held DWO ids of the bodies that it holds
 * @param all whether every unit could be read
 */
record SplitUnits(Set<Long> named, Set<Long> held, boolean all) {
  static final String INDEX = ".debug_cu_index";
  static final String BODIES = ".debug_info.dwo";
  private static final String INFO = ".debug_info";

  SplitUnits {
    named = Set.copyOf(named);
    held = Set.copyOf(held);
  }

  /**
   * Reads them.
   *
   * @throws dev.selfsame.binary.bytes.MalformedInputException where a unit or the index of a
   *     package is malformed
   */
  static SplitUnits of(ElfFile file) {
    Set<Long> named = new TreeSet<>();
    boolean all = ids(file, INFO, ".debug_abbrev", named);
    Set<Long> held = new TreeSet<>();
    Optional<ByteView> index = find(file, INDEX).flatMap(found -> Unpacked.content(file, found));
    if (index.isPresent()) {
      held.addAll(UnitIndex.ids(index.get()));
    } else {
      all &= ids(file, BODIES, ".debug_abbrev.dwo", held);
    }
    return new SplitUnits(named, held, all);
  }

  /** A section of this name, or of that which says that it is compressed. */
  static Optional<Section> find(ElfFile file, String name) {
    return file.section(name)
        .or(() -> file.section(name.replaceFirst("^\\.", ".z")))
        .filter(Section::inFile);
  }

  private static boolean ids(ElfFile file, String info, String abbreviations, Set<Long> into) {
    Optional<Section> section = find(file, info);
    if (section.isEmpty()) {
      return true;
    }
    Optional<ByteView> content = Unpacked.content(file, section.get());
    Optional<ByteView> table =
        find(file, abbreviations).flatMap(found -> Unpacked.content(file, found));
    if (content.isEmpty() || table.isEmpty()) {
      return false;
    }
    List<Unit> units = Units.of(content.get(), table.get());
    units.forEach(unit -> unit.dwoId().ifPresent(into::add));
    return units.stream().allMatch(Unit::read);
  }

  /** Where the rest of the file's debug information is, or whose it is. */
  Fact fact(ElfFile file) {
    Optional<Section> index = find(file, INDEX);
    if (index.isPresent()) {
      return fact("this is a .dwp package, " + counted(held), index.get(), held);
    }
    Optional<Section> part = find(file, BODIES);
    if (part.isPresent()) {
      return fact("this is a .dwo part, " + counted(held), part.get(), held);
    }
    Optional<Section> info = find(file, INFO);
    if (info.isPresent() && !named.isEmpty()) {
      return fact(
          "%s in .dwo files or a .dwp package".formatted(counted(named)), info.get(), named);
    }
    return all
        ? Fact.certain("none", new Evidence("section headers", -1, "no link to another file"))
        : Fact.unknown();
  }

  private static Fact fact(String value, Section section, Set<Long> ids) {
    String said = ids.isEmpty() ? section.name() : "DWO id " + example(ids);
    return Fact.certain(value, new Evidence(section.name(), section.offset(), said));
  }

  static String counted(Set<Long> ids) {
    return ids.size() == 1 ? "1 unit" : ids.size() + " units";
  }

  /** One of them: the same one on every run. */
  static String example(Set<Long> ids) {
    return "%016x".formatted(new TreeSet<>(ids).getFirst());
  }
}
