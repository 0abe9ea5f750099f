package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.MalformedInputException;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.Note;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.outcome.Failure;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * A file with what was taken out of a program for debuggers: {@code agent.debug}, which has the
 * program's build-id, or {@code agent.dwp} or a {@code .dwo} part, which hold the bodies of DWARF
 * units that the program names by their DWO ids. It belongs to that program, and to no other.
 */
public final class DebugFile implements AutoCloseable {
  private static final int LONGEST_ID = 64;

  private final BinaryFile file;
  private final ElfFile elf;
  private final Optional<String> buildId;
  private final Set<Long> units;

  private DebugFile(BinaryFile file, ElfFile elf, Optional<String> buildId, Set<Long> units) {
    this.file = file;
    this.elf = elf;
    this.buildId = buildId;
    this.units = units;
  }

  /**
   * Opens one.
   *
   * @throws Failure (usage) where it is no ELF file, or has neither a build-id nor a DWO id
   */
  public static DebugFile open(Path path) {
    BinaryFile file = BinaryFile.open(path);
    try {
      ElfFile elf = file.reading(() -> parse(file.bytes(), path));
      Optional<String> id = file.reading(() -> buildId(elf));
      Set<Long> units =
          id.isPresent() ? Set.of() : file.reading(() -> splitUnits(elf, file.name())).held();
      if (id.isEmpty() && units.isEmpty()) {
        throw Failure.usage(
            "%s has no build-id and no DWO id: it cannot be told which program it belongs to"
                .formatted(path),
            "give the .debug file of objcopy --only-keep-debug, or a .dwp package");
      }
      return new DebugFile(file, elf, id, units);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static ElfFile parse(ByteView bytes, Path path) {
    try {
      return ElfFile.parse(bytes);
    } catch (MalformedInputException e) {
      throw Failure.usage(
          "%s is no ELF file: %s".formatted(path, e.getMessage()), "give a program's .debug file");
    }
  }

  /** What cannot be read could be anyone's: no guess is made. */
  private static SplitUnits splitUnits(ElfFile elf, String name) {
    try {
      SplitUnits units = SplitUnits.of(elf);
      if (!units.all()) {
        throw Failure.undecided(
            "%s has DWARF units that are not read: of another version, or compressed otherwise"
                .formatted(name),
            "give it with DWARF 4 or 5, not compressed");
      }
      return units;
    } catch (MalformedInputException e) {
      throw Failure.undecided(
          "cannot read the DWARF units of %s: %s".formatted(name, e.getMessage()),
          "make it again from the .dwo files");
    }
  }

  /** The build-id of an ELF file, in lower-case hex. */
  static Optional<String> buildId(ElfFile elf) {
    try {
      return Note.readAll(elf).stream()
          .filter(note -> note.owner().equals("GNU") && note.type() == Note.GNU_BUILD_ID)
          .findFirst()
          .map(note -> {
            int size = (int) Math.min(note.content().size(), LONGEST_ID);
            return HexFormat.of().formatHex(note.content().copy(0, size));
          });
    } catch (MalformedInputException e) {
      return Optional.empty();
    }
  }

  /** Its name, printable. */
  public String name() {
    return file.name();
  }

  /** Whether it is known by its build-id, as what objcopy splits off is. */
  public boolean named() {
    return buildId.isPresent();
  }

  ElfFile elf() {
    return elf;
  }

  /** Runs what reads it, and maybe its program: either may change, or take too long. */
  <T> T reading(Supplier<T> work) {
    return file.readingBeside(work);
  }

  /**
   * How it is shown to be a program's.
   *
   * @param others what was split off the same program before: a stripped one names units there
   * @return empty where it is not
   * @throws Failure exit 3 where the program's units cannot be read
   */
  Optional<Evidence> proof(BinaryFile program, List<DebugFile> others) {
    if (buildId.isPresent()) {
      return program.buildId().equals(buildId)
          ? Optional.of(new Evidence("build-id", -1, buildId.get()))
          : Optional.empty();
    }
    Set<Long> wanted = wanted(program, others);
    Set<Long> both = new TreeSet<>(units);
    both.retainAll(wanted);
    boolean whole = both.size() == wanted.size() || both.size() == units.size();
    return both.isEmpty() || !whole
        ? Optional.empty()
        : Optional.of(
            new Evidence(
                "DWO ids",
                -1,
                "%d of the program's %s, such as %s"
                    .formatted(both.size(), SplitUnits.counted(wanted), SplitUnits.example(both))));
  }

  private Set<Long> wanted(BinaryFile program, List<DebugFile> others) {
    Set<Long> wanted =
        new TreeSet<>(
            program
                .elf()
                .map(elf -> program.reading(() -> splitUnits(elf, program.name()).named()))
                .orElse(Set.of()));
    for (DebugFile other : others) {
      if (other.named()) {
        wanted.addAll(other.file.reading(() -> splitUnits(other.elf, other.name()).named()));
      }
    }
    return wanted;
  }

  /** Why it is not the program's, such as {@code its build-id is 12ab, that of agent is 34cd}. */
  String otherwise(BinaryFile program, List<DebugFile> others) {
    if (buildId.isPresent()) {
      return "its build-id is %s, that of %s is %s"
          .formatted(buildId.get(), program.name(), program.buildId().orElse("none"));
    }
    Set<Long> wanted = wanted(program, others);
    if (wanted.isEmpty()) {
      return "%s names no split unit (stripped?)".formatted(program.name());
    }
    Set<Long> both = new TreeSet<>(units);
    both.retainAll(wanted);
    return both.isEmpty()
        ? "it has none of the %s that %s names"
            .formatted(SplitUnits.counted(wanted), program.name())
        : "it has %d of the %s that %s names, and %d others"
            .formatted(
                both.size(),
                SplitUnits.counted(wanted),
                program.name(),
                units.size() - both.size());
  }

  /**
   * What it has, as a fact of its program.
   *
   * @param proof that it is the program's
   */
  Fact fact(Evidence proof) {
    FactSheet own = new FactSheet();
    ElfDebug.read(elf, own);
    String debug = own.facts().getOrDefault("debug-info", Fact.unknown()).value();
    return Fact.certain("%s: %s".formatted(file.name(), debug), proof);
  }

  /** The units that it holds, where it is a package or a part; their places are in it. */
  Optional<Fact> units() {
    FactSheet own = new FactSheet();
    return own.attempt(() -> SplitNames.of(elf), Optional.<SplitNames>empty())
        .map(SplitNames::fact)
        .map(fact ->
            new Fact(
                fact.value(),
                fact.grade(),
                fact.evidence().stream()
                    .map(e -> new Evidence(file.name() + ": " + e.where(), e.offset(), e.what()))
                    .toList(),
                List.of()));
  }

  @Override
  public void close() {
    file.close();
  }
}
