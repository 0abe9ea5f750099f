package dev.selfsame.binary.pe;

import dev.selfsame.binary.bytes.ByteView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * The exception directory, and where the unwind information stands that it points at: linkers put
 * that among the constants. Source: Microsoft, x64 exception handling, {@code UNWIND_INFO}; ARM64
 * exception handling, {@code .xdata} records.
 *
 * <p>What a function's own handler reads behind it, such as C++ catch tables, has a form that only
 * that handler knows; it is not among these spans.
 *
 * @param functions entries of the directory
 * @param spans unwind information, neighbours joined
 */
public record UnwindTable(long functions, List<Span> spans) {
  private static final int CHAINED = 4;
  private static final int HANDLERS = 3;

  /** A part of a function without its beginning: Flag 2 of packed unwind data. */
  private static final int PACKED_FRAGMENT = 2;

  /** The number of the register; 0, which is RAX, says that there is no frame. */
  private static final int RBP = 5;

  private static final int MAX_FUNCTIONS = 1 << 22;
  private static final String NAME = "unwind information";

  public UnwindTable {
    spans = List.copyOf(spans);
  }

  /** Whether the machine is one whose tables are read. */
  public static boolean reads(PeFile file) {
    int machine = file.header().machine();
    return machine == CoffHeader.AMD64 || machine == CoffHeader.ARM64;
  }

  /**
   * An entry of the directory.
   *
   * @param start where its code begins, relative to the image's base
   * @param information where its unwind information stands in the file, in bytes; empty where it
   *     has none, or all of it in the entry
   * @param whole whether a function begins there, and not a part of one that lies elsewhere
   */
  public record Entry(long start, OptionalLong information, boolean whole) {}

  /**
   * Reads both; empty where the image has none or is for another machine.
   *
   * @throws dev.selfsame.binary.bytes.MalformedInputException where they lie outside of the file
   */
  public static Optional<UnwindTable> read(PeFile file) {
    ByteView bytes = file.bytes();
    boolean arm = file.header().machine() == CoffHeader.ARM64;
    List<Span> spans = new ArrayList<>();
    return each(
            file,
            entry -> {
              if (entry.information().isPresent()) {
                long at = entry.information().getAsLong();
                long size = arm ? arm64(bytes, at) : amd64(bytes, at);
                spans.add(new Span(NAME, at, bytes.available(at, size)));
              }
            })
        .map(table -> new UnwindTable(table.functions(), Span.joined(spans)));
  }

  /** Where the directory stands, and how many entries it has. */
  private record Place(long offset, long functions) {}

  /**
   * Tells of every entry.
   *
   * @return where the directory stands in the file, in bytes; empty where the image has none or is
   *     for another machine
   * @throws dev.selfsame.binary.bytes.MalformedInputException where it lies outside of the file
   */
  public static OptionalLong entries(PeFile file, Consumer<Entry> entries) {
    Optional<Place> place = each(file, entries);
    return place.isPresent() ? OptionalLong.of(place.get().offset()) : OptionalLong.empty();
  }

  private static Optional<Place> each(PeFile file, Consumer<Entry> entries) {
    Optional<DataDirectory> directory = file.directory(DataDirectory.EXCEPTIONS);
    if (directory.isEmpty() || !reads(file)) {
      return Optional.empty();
    }
    ByteView bytes = file.bytes();
    boolean arm = file.header().machine() == CoffHeader.ARM64;
    int size = arm ? 8 : 12;
    long start = file.offsetOf(directory.get(), "exception directory");
    long count = directory.get().size() / size;
    if (count > MAX_FUNCTIONS) {
      throw bytes.malformed(start, "exception directory of %d entries".formatted(count));
    }
    bytes.count(start, count, size);
    SectionFinder finder = new SectionFinder(file);
    for (long at = start; at < start + count * size; at += size) {
      long rva = bytes.u32(at + size - 4);
      // A function that does nothing unusual has its whole description in the entry on ARM64.
      boolean packed = arm && (rva & 3) != 0;
      if (packed || rva == 0) {
        boolean fragment = packed && (rva & 3) == PACKED_FRAGMENT;
        entries.accept(new Entry(bytes.u32(at), OptionalLong.empty(), !fragment));
      } else {
        OptionalLong offset = finder.offsetOf(rva & ~1L);
        if (offset.isEmpty()) {
          throw bytes.malformed(at, "unwind information lies in no section");
        }
        boolean chained = !arm && (bytes.u8(offset.getAsLong()) >> 3 & CHAINED) != 0;
        entries.accept(new Entry(bytes.u32(at), offset, !chained));
      }
    }
    return Optional.of(new Place(start, count));
  }

  /**
   * Whether a function for x86-64 has its frame in RBP, by its unwind information.
   *
   * @param information where that stands in the file, in bytes
   */
  public static boolean framed(PeFile file, long information) {
    return (file.bytes().u8(information + 3) & 0xf) == RBP;
  }

  private static long amd64(ByteView bytes, long at) {
    int flags = bytes.u8(at) >> 3;
    long size = 4 + 2L * ((bytes.u8(at + 2) + 1) & ~1);
    if ((flags & CHAINED) != 0) {
      return size + 12;
    }
    return (flags & HANDLERS) != 0 ? size + 4 : size;
  }

  private static long arm64(ByteView bytes, long at) {
    long header = bytes.u32(at);
    boolean handler = (header >> 20 & 1) != 0;
    boolean oneEpilog = (header >> 21 & 1) != 0;
    long epilogs = header >> 22 & 0x1f;
    long words = header >> 27 & 0x1f;
    long size = 4;
    if (epilogs == 0 && words == 0) {
      long more = bytes.u32(at + 4);
      epilogs = more & 0xffff;
      words = more >> 16 & 0xff;
      size = 8;
    }
    return size + (oneEpilog ? 0 : 4 * epilogs) + 4 * words + (handler ? 4 : 0);
  }

  /** Entries point mostly into one section: it is asked first. */
  private static final class SectionFinder {
    private final PeFile file;
    private Optional<Section> last = Optional.empty();

    SectionFinder(PeFile file) {
      this.file = file;
    }

    OptionalLong offsetOf(long rva) {
      if (last.isEmpty() || !last.get().holds(rva)) {
        last = file.sectionAt(rva);
      }
      return last.isPresent()
          ? OptionalLong.of(last.get().rawOffset() + rva - last.get().virtualAddress())
          : OptionalLong.empty();
    }
  }
}
