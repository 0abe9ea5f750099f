package dev.selfsame.binary.elf;

import dev.selfsame.binary.bytes.ByteView;
import java.util.Optional;

/**
 * The table of {@code .eh_frame_hdr}: where each function with unwind information begins. Source:
 * Linux Standard Base 5, Exception Frame Header; only the form that every linker writes.
 *
 * @param section {@code .eh_frame_hdr}
 * @param table pairs of 32-bit offsets from the section's address
 * @param functions entries in it
 */
public record UnwindIndex(Section section, ByteView table, long functions) {
  private static final String NAME = ".eh_frame_hdr";
  private static final int HEADER = 12;
  private static final int ENTRY = 8;

  /** {@code DW_EH_PE_sdata4 | DW_EH_PE_pcrel}, {@code udata4}, {@code sdata4 | datarel}. */
  private static final int[] FORM = {1, 0x1b, 0x03, 0x3b};

  /** The index, where there is one of that form. */
  public static Optional<UnwindIndex> of(ElfFile file) {
    Optional<Section> section = file.section(NAME).filter(Section::inFile);
    if (section.isEmpty()) {
      return Optional.empty();
    }
    ByteView view = file.content(section.get());
    for (int i = 0; i < FORM.length; i++) {
      if (view.size() < HEADER || view.u8(i) != FORM[i]) {
        return Optional.empty();
      }
    }
    int count = view.count(HEADER, view.u32(8), ENTRY);
    ByteView table = view.slice(HEADER, (long) count * ENTRY);
    return Optional.of(new UnwindIndex(section.get(), table, count));
  }

  /** The address at which the function of this number begins. */
  public long start(long index) {
    return section.address() + (int) table.u32(index * ENTRY);
  }

  /** How many functions begin at an address that is a multiple of {@code alignment}. */
  public long aligned(int alignment) {
    long aligned = 0;
    for (long i = 0; i < functions; i++) {
      if (start(i) % alignment == 0) {
        aligned++;
      }
    }
    return aligned;
  }

  /**
   * How many functions have at most {@code bytes} from their beginning to that of the next; the
   * table is sorted by address.
   */
  public long within(int bytes) {
    long within = 0;
    for (long i = 0; i + 1 < functions; i++) {
      long distance = (long) (int) table.u32((i + 1) * ENTRY) - (int) table.u32(i * ENTRY);
      if (distance > 0 && distance <= bytes) {
        within++;
      }
    }
    return within;
  }
}
