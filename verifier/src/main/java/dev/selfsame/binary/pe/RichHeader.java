package dev.selfsame.binary.pe;

import dev.selfsame.binary.bytes.ByteView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What Microsoft's linker writes between the DOS stub and the PE header: the tools that made its
 * input objects. Undocumented; every number is xored with a key that follows {@code Rich}.
 *
 * @param offset where it begins within the file, in bytes
 * @param size bytes, the key included
 * @param tools in file order
 */
public record RichHeader(long offset, long size, List<Tool> tools) {
  private static final long RICH = 0x6863_6952L;
  private static final long DANS = 0x536e_6144L;

  /**
   * One tool.
   *
   * @param product which tool, a number of Microsoft's
   * @param build the tool's build number
   * @param count how many objects it made
   */
  public record Tool(int product, int build, long count) {}

  public RichHeader {
    tools = List.copyOf(tools);
  }

  /**
   * Reads it from what stands between {@code from} and the PE header; empty where there is none.
   */
  static Optional<RichHeader> find(ByteView file, long from, long to) {
    for (long at = from; at + 8 <= to; at += 4) {
      if (file.u32(at) == RICH) {
        return decode(file, from, at, file.u32(at + 4));
      }
    }
    return Optional.empty();
  }

  private static Optional<RichHeader> decode(ByteView file, long from, long end, long key) {
    List<Tool> tools = new ArrayList<>();
    for (long at = end - 8; at >= from; at -= 8) {
      long id = file.u32(at) ^ key;
      if (id == DANS) {
        // The mark and three words of padding are 16 bytes, so one pair is padding.
        List<Tool> ordered = tools.isEmpty() ? tools : tools.subList(0, tools.size() - 1);
        return Optional.of(new RichHeader(at, end + 8 - at, ordered.reversed()));
      }
      tools.add(new Tool((int) (id >>> 16), (int) (id & 0xffff), file.u32(at + 4) ^ key));
    }
    return Optional.empty();
  }
}
