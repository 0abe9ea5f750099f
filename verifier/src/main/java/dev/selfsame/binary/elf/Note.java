package dev.selfsame.binary.elf;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.Printable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A note. Source: gABI, Note Section.
 *
 * @param where the section's or segment's name
 * @param owner such as {@code GNU}
 * @param type meaningful within the owner
 * @param content the descriptor's bytes
 */
public record Note(String where, String owner, long type, ByteView content) {
  /** {@code NT_GNU_ABI_TAG}. */
  public static final long GNU_ABI_TAG = 1;

  /** {@code NT_GNU_BUILD_ID}. */
  public static final long GNU_BUILD_ID = 3;

  /** {@code NT_GNU_GOLD_VERSION}. */
  public static final long GNU_GOLD_VERSION = 4;

  private static final int MAX_OWNER = 64;

  /**
   * The notes of all note sections; without sections, of all note segments.
   *
   * @throws dev.selfsame.binary.bytes.MalformedInputException where one runs past the end
   */
  public static List<Note> readAll(ElfFile file) {
    List<Note> notes = new ArrayList<>();
    for (Section section : file.sections()) {
      if (section.type() == Section.NOTE) {
        read(section.name(), file.content(section), notes);
      }
    }
    if (file.sections().isEmpty()) {
      for (Segment segment : file.segments()) {
        if (segment.type() == Segment.NOTE) {
          read("NOTE segment", file.content(segment), notes);
        }
      }
    }
    return notes;
  }

  private static void read(String where, ByteView view, List<Note> into) {
    for (long at = 0; at + 12 <= view.size(); ) {
      long ownerSize = view.u32(at);
      long size = view.u32(at + 4);
      long type = view.u32(at + 8);
      long content = at + 12 + padded(ownerSize);
      if (into.size() == ElfFile.MAX_HEADERS) {
        throw view.malformed(at, "too many notes");
      }
      String owner = ownerSize == 0 ? "" : owner(view.slice(at + 12, ownerSize));
      into.add(new Note(where, owner, type, view.slice(content, size)));
      at = content + padded(size);
    }
  }

  /** A name without its NUL occurs in notes of old compilers. */
  private static String owner(ByteView name) {
    int size = (int) Math.min(name.size(), MAX_OWNER);
    byte[] raw = name.copy(0, size);
    int end = 0;
    while (end < size && raw[end] != 0) {
      end++;
    }
    return Printable.of(Arrays.copyOf(raw, end));
  }

  /** Everyone pads to 4 bytes, 64-bit files included, although gABI says 8. */
  private static long padded(long size) {
    return (size + 3) & ~3L;
  }
}
