package dev.selfsame.binary.elf;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.MalformedInputException;
import dev.selfsame.binary.bytes.NameLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A version that a file needs of a library. Source: Linux Standard Base 5, Symbol Versioning,
 * Version Requirements.
 *
 * @param library such as {@code libc.so.6}
 * @param version such as {@code GLIBC_2.34}
 * @param offset where it stands in the file, in bytes
 */
public record VersionNeed(String library, String version, long offset) {
  private static final int MAX_NAME = 256;
  private static final int MAX_LIBRARIES = 1 << 12;

  /**
   * All versions that a file needs, in file order; empty where it has no such table.
   *
   * @throws MalformedInputException where the table is not of its form
   */
  public static List<VersionNeed> readAll(ElfFile file) {
    Optional<Section> section = file.section(Section.GNU_VERNEED);
    if (section.isEmpty()) {
      return List.of();
    }
    ByteView table = file.content(section.get());
    NameLimit names =
        file.linked(section.get())
            .map(file::content)
            .map(NameLimit::new)
            .orElseThrow(() -> table.malformed(0, "version needs have no string table"));
    List<VersionNeed> needs = new ArrayList<>();
    long at = 0;
    for (int libraries = 0; libraries < MAX_LIBRARIES; libraries++) {
      readLibrary(table, names, at, needs);
      long next = table.u32(at + 12);
      if (next == 0) {
        return needs;
      }
      at += next;
    }
    throw table.malformed(at, "version needs of too many libraries");
  }

  private static void readLibrary(
      ByteView table, NameLimit names, long at, List<VersionNeed> into) {
    String library = names.text(table.u32(at + 4), MAX_NAME);
    int count = table.u16(at + 2);
    long aux = at + table.u32(at + 8);
    for (int i = 0; i < count; i++) {
      if (into.size() == ElfFile.MAX_HEADERS) {
        throw table.malformed(aux, "too many version needs");
      }
      String version = names.text(table.u32(aux + 8), MAX_NAME);
      into.add(new VersionNeed(library, version, table.start() + aux));
      long next = table.u32(aux + 12);
      if (next == 0) {
        break;
      }
      aux += next;
    }
  }
}
