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

  /** So many functions are read. */
  private static final int MOST = 1 << 22;

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
    if (count > MOST) {
      throw view.malformed(8, "more than %d functions".formatted(MOST));
    }
    ByteView table = view.slice(HEADER, (long) count * ENTRY);
    return Optional.of(new UnwindIndex(section.get(), table, count));
  }

  private long start(long index) {
    return section.address() + (int) table.u32(index * ENTRY);
  }

  /** The addresses at which functions begin, in order. */
  public long[] starts() {
    long[] starts = new long[(int) functions];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = start(i);
    }
    return starts;
  }
}
