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
import java.util.Optional;

/**
 * A file with what was taken out of a program for debuggers, such as {@code agent.debug}. It
 * belongs to the program with its build-id, and to no other.
 */
public final class DebugFile implements AutoCloseable {
  private static final int LONGEST_ID = 64;

  private final BinaryFile file;
  private final ElfFile elf;
  private final String buildId;

  private DebugFile(BinaryFile file, ElfFile elf, String buildId) {
    this.file = file;
    this.elf = elf;
    this.buildId = buildId;
  }

  /**
   * Opens one.
   *
   * @throws Failure (usage) where it is no ELF file, or has no build-id, as .dwp packages have none
   */
  public static DebugFile open(Path path) {
    BinaryFile file = BinaryFile.open(path);
    try {
      ElfFile elf = file.reading(() -> parse(file.bytes(), path));
      String id =
          file.reading(() -> buildId(elf))
              .orElseThrow(() ->
                  Failure.usage(
                      "%s has no build-id: it cannot be told which program it belongs to"
                          .formatted(path),
                      "give the .debug file of objcopy --only-keep-debug; a .dwp names no program"));
      return new DebugFile(file, elf, id);
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

  /** Its build-id, in lower-case hex. */
  public String buildId() {
    return buildId;
  }

  ElfFile elf() {
    return elf;
  }

  /** What it has, as a fact of its program. */
  Fact fact() {
    FactSheet own = new FactSheet();
    ElfDebug.read(elf, own);
    String debug = own.facts().getOrDefault("debug-info", Fact.unknown()).value();
    Evidence matched = new Evidence("build-id", -1, buildId);
    return Fact.certain("%s: %s".formatted(file.name(), debug), matched);
  }

  @Override
  public void close() {
    file.close();
  }
}
