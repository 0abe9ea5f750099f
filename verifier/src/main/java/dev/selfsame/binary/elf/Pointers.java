package dev.selfsame.binary.elf;

import dev.selfsame.binary.bytes.ByteView;
import java.util.Map;

/**
 * Words of a file that hold addresses of the same file. A position-independent program keeps them
 * as relative relocations: the address stands in the relocation (RELA). In all others (REL, RELR,
 * programs at fixed addresses) it stands in the word itself, where it needs no reader.
 */
public final class Pointers {
  /** Source: the processor supplements, {@code R_*_RELATIVE}. */
  private static final Map<Integer, Integer> RELATIVE =
      Map.of(3, 8, 22, 12, 21, 22, 40, 23, 62, 8, 183, 1027, 243, 3, 258, 3);

  private static final int MAX_RELOCATIONS = 1 << 24;

  private final ElfFile file;

  /** The pointers of this file. */
  public Pointers(ElfFile file) {
    this.file = file;
  }

  /** Takes the address of a word and the address that it holds. */
  public interface Consumer {
    void accept(long place, long target);
  }

  /**
   * Every relative relocation with an addend, table by table.
   *
   * @throws dev.selfsame.binary.bytes.MalformedInputException where a table runs past the end
   */
  public void relocated(Consumer consumer) {
    Integer relative = RELATIVE.get(file.header().machine());
    if (relative == null || file.header().type() == ElfHeader.TYPE_REL) {
      return;
    }
    for (Section section : file.sections()) {
      if (section.type() == Section.RELA && section.inFile()) {
        relocated(file.content(section), relative, consumer);
      }
    }
  }

  private void relocated(ByteView table, int relative, Consumer consumer) {
    boolean wide = file.header().wide();
    int size = wide ? 24 : 12;
    long count = Math.min(table.size() / size, MAX_RELOCATIONS);
    for (long i = 0; i < count; i++) {
      long at = i * size;
      long type = wide ? table.u32(at + 8) : table.u8(at + 4);
      if (type == relative) {
        consumer.accept(table.word(at, wide), table.word(at + (wide ? 16 : 8), wide));
      }
    }
  }
}
