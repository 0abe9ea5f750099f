package dev.selfsame.binary.pe;

import dev.selfsame.binary.bytes.ByteView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An entry of the debug directory.
 *
 * @param offset where the entry stands in the file, in bytes
 * @param type such as {@link #CODEVIEW}
 * @param timestamp as in the COFF header
 * @param dataOffset where its data begin in the file, 0 for none
 * @param dataSize bytes
 */
public record DebugEntry(long offset, long type, long timestamp, long dataOffset, long dataSize) {
  /** Names a PDB file. */
  public static final long CODEVIEW = 2;

  /** The linker was asked for a reproducible image: time stamps are hashes. */
  public static final long REPRO = 16;

  /** Bytes of one entry. */
  public static final int SIZE = 28;

  private static final int MAX_ENTRIES = 1024;

  /**
   * Every entry.
   *
   * @throws dev.selfsame.binary.bytes.MalformedInputException where the directory lies outside of
   *     the file
   */
  public static List<DebugEntry> readAll(PeFile file) {
    Optional<DataDirectory> directory = file.directory(DataDirectory.DEBUG);
    if (directory.isEmpty()) {
      return List.of();
    }
    long start = file.offsetOf(directory.get(), "debug directory");
    ByteView bytes = file.bytes();
    long count = directory.get().size() / SIZE;
    if (count > MAX_ENTRIES) {
      throw bytes.malformed(start, "debug directory of %d entries".formatted(count));
    }
    List<DebugEntry> entries = new ArrayList<>();
    for (long at = start; entries.size() < count; at += SIZE) {
      entries.add(
          new DebugEntry(
              at, bytes.u32(at + 12), bytes.u32(at + 4), bytes.u32(at + 24), bytes.u32(at + 16)));
    }
    return entries;
  }

  /** Whether its data are debug information themselves: COFF line numbers, FPO, an embedded PDB. */
  public boolean debugInfo() {
    return type == 1 || type == 3 || type == 17;
  }

  /** What it is called, such as {@code CodeView}. Source: PE Format, Debug Type. */
  public String typeName() {
    return switch ((int) type) {
      case 1 -> "COFF";
      case 2 -> "CodeView";
      case 3 -> "FPO";
      case 4 -> "Misc";
      case 12 -> "VC feature";
      case 13 -> "POGO";
      case 14 -> "ILTCG";
      case 16 -> "Repro";
      case 17 -> "embedded PDB";
      case 19 -> "PDB checksum";
      case 20 -> "extended DLL characteristics";
      default -> "type " + type;
    };
  }
}
