package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.macho.MachoFile;
import dev.selfsame.binary.pe.ImportObject;
import dev.selfsame.binary.pe.PeFile;
import dev.selfsame.binary.symbols.Owners;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads binaries. */
public final class BinaryReader {
  private BinaryReader() {}

  /**
   * What a file says of itself. A malformed file gives what could be read, with {@code problems}.
   *
   * @throws dev.selfsame.outcome.Failure exit 2 where there is no such file; exit 3 where it is a
   *     folder or a device, empty, or not to be read
   */
  public static BinaryFacts read(Path path) {
    try (BinaryFile file = BinaryFile.open(path)) {
      return file.facts();
    }
  }

  /**
   * The same, names taken from what was split off the file.
   *
   * @param debugFiles each has the file's build-id, or units that it or another of them names
   * @throws dev.selfsame.outcome.Failure as {@link #read(Path)}, and (usage) where a debug file is
   *     another program's
   */
  public static BinaryFacts read(Path path, List<Path> debugFiles) {
    try (BinaryFile file = BinaryFile.open(path);
        DebugFiles debug = DebugFiles.open(debugFiles)) {
      debug.join(file);
      return file.facts();
    }
  }

  /** The same with generic instances told apart. */
  public static BinaryFacts readWithInstances(Path path, List<Path> debugFiles) {
    try (BinaryFile file = BinaryFile.open(path);
        DebugFiles debug = DebugFiles.open(debugFiles)) {
      debug.join(file);
      file.tellInstances();
      return file.facts();
    }
  }

  /**
   * Whether a file's format is one that is read in parts; a look at its beginning tells.
   *
   * @throws dev.selfsame.outcome.Failure as {@link #read(Path)}
   */
  public static boolean reads(Path path) {
    try (BinaryFile file = BinaryFile.open(path)) {
      Format format = file.reading(() -> Format.of(file.bytes()));
      return !(format instanceof Format.Unread || format instanceof Format.Unknown);
    }
  }

  static BinaryFacts facts(BinaryFile file) {
    file.hashAside();
    ByteView bytes = file.bytes();
    FactSheet sheet = new FactSheet();
    List<Range> ranges = Readers.ranges(bytes, sheet, 0);
    return new BinaryFacts(
        BinaryFacts.SCHEMA,
        file.name(),
        bytes.size(),
        file.sha256(),
        ranges,
        Nested.categories(ranges),
        sheet.facts(),
        sheet.parts(),
        file.composition(ranges, sheet),
        sheet.problems());
  }

  /** Whose the bytes of a file's ranges are. */
  static Owners owners(
      ByteView bytes, Map<DebugFile, Evidence> debug, List<Range> ranges, FactSheet sheet) {
    // Not by a switch over types: its bootstrap would cost a short run some milliseconds.
    Format format = Format.of(bytes);
    Owners none = Owners.none();
    if (format instanceof Format.Elf) {
      return sheet.attempt(() -> elf(ElfFile.parse(bytes), debug, ranges, sheet), none);
    } else if (format instanceof Format.Macho) {
      return sheet.attempt(() -> MachoSymbols.owners(MachoFile.parse(bytes), ranges, sheet), none);
    } else if (format instanceof Format.Pe) {
      return ImportObject.is(bytes)
          ? none
          : sheet.attempt(() -> PeSymbols.owners(PeFile.parse(bytes), ranges, sheet), none);
    }
    return format instanceof Format.Universal || format instanceof Format.Ar
        ? PartSymbols.owners(bytes, ranges, sheet)
        : none;
  }

  /** A program's own symbols come before those that were split off it. */
  private static Owners elf(
      ElfFile file, Map<DebugFile, Evidence> debug, List<Range> ranges, FactSheet sheet) {
    Owners owners = ElfSymbols.owners(file, ranges, sheet);
    if (owners.isEmpty()) {
      owners =
          sheet
              .attempt(() -> SplitNames.of(file), Optional.<SplitNames>empty())
              .map(names -> names.owners(ranges, sheet))
              .orElse(owners);
    }
    List<Fact> facts = new ArrayList<>();
    List<Fact> units = new ArrayList<>();
    for (Map.Entry<DebugFile, Evidence> joined : debug.entrySet()) {
      DebugFile split = joined.getKey();
      facts.add(split.reading(() -> split.fact(joined.getValue())));
      split.reading(split::units).ifPresent(units::add);
      if (owners.isEmpty()) {
        owners = split.reading(() -> ElfSymbols.owners(file, split.elf(), ranges, sheet));
      }
    }
    together(facts).ifPresent(fact -> sheet.put("debug-file", fact));
    List<Fact> named = units.stream().filter(fact -> fact.grade() != Grade.UNKNOWN).toList();
    together(named.isEmpty() ? units : named).ifPresent(fact -> sheet.put("debug-units", fact));
    return owners;
  }

  /** What several files say, as one fact. */
  private static Optional<Fact> together(List<Fact> facts) {
    return facts.size() < 2
        ? facts.stream().findFirst()
        : Optional.of(
            new Fact(
                facts.stream().map(Fact::value).collect(Collectors.joining("; ")),
                facts.getFirst().grade(),
                facts.stream().flatMap(fact -> fact.evidence().stream()).toList(),
                List.of()));
  }
}
