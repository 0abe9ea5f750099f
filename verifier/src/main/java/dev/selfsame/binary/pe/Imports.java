package dev.selfsame.binary.pe;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.MalformedInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * What an image imports.
 *
 * @param libraries in file order, those loaded late last
 * @param spans where the tables stand, by offset; neighbours of one kind are joined
 */
public record Imports(List<Library> libraries, List<Span> spans) {
  private static final int MAX_LIBRARIES = 4096;
  private static final int MAX_FUNCTIONS = 1 << 17;
  private static final int MAX_NAME = 512;
  private static final int DESCRIPTOR = 20;
  private static final int DELAY_DESCRIPTOR = 32;
  private static final String NAMES = "import names";
  private static final String LOOKUP = "import lookup tables";
  private static final String ADDRESSES = "import address table";

  /**
   * One imported library.
   *
   * @param name as it is written there
   * @param offset where its descriptor stands in the file, in bytes
   * @param functions how many are imported
   * @param delayed whether it is loaded at its first use only
   */
  public record Library(String name, long offset, int functions, boolean delayed) {}

  public Imports {
    libraries = List.copyOf(libraries);
    spans = List.copyOf(spans);
  }

  /**
   * Reads the tables.
   *
   * @throws MalformedInputException where they lie outside of the file or are endless
   */
  public static Imports read(PeFile file) {
    return read(file, name -> {});
  }

  /**
   * The same, and tells of each function that is imported by name.
   *
   * @param names takes the place of each name within the file, in bytes; a NUL ends it
   */
  public static Imports read(PeFile file, LongConsumer names) {
    Reader reader = new Reader(file, names);
    file.directory(DataDirectory.IMPORTS).ifPresent(reader::imports);
    file.directory(DataDirectory.DELAY_IMPORTS).ifPresent(reader::delayed);
    file.directory(DataDirectory.IMPORT_ADDRESSES)
        .ifPresent(d -> reader.span(ADDRESSES, file.offsetOf(d, ADDRESSES), d.size()));
    return new Imports(reader.libraries, Span.joined(reader.spans));
  }

  private static final class Reader {
    private final PeFile file;
    private final LongConsumer names;
    private final ByteView bytes;
    private final boolean wide;
    private final List<Library> libraries = new ArrayList<>();
    private final List<Span> spans = new ArrayList<>();
    private int functions;

    Reader(PeFile file, LongConsumer names) {
      this.file = file;
      this.names = names;
      this.bytes = file.bytes();
      this.wide = file.optional().map(OptionalHeader::wide).orElse(false);
    }

    void span(String name, long offset, long size) {
      spans.add(new Span(name, offset, bytes.available(offset, size)));
    }

    void imports(DataDirectory directory) {
      long start = file.offsetOf(directory, "import directory");
      long at = start;
      for (; bytes.u32(at + 12) != 0; at += DESCRIPTOR) {
        bounded(at);
        long lookup = bytes.u32(at);
        long addresses = bytes.u32(at + 16);
        // Old linkers write the address table alone.
        int count = thunks(lookup != 0 ? lookup : addresses, LOOKUP);
        place(addresses, ADDRESSES, (count + 1L) * thunkSize());
        libraries.add(new Library(name(bytes.u32(at + 12), at), at, count, false));
      }
      span("import directory", start, at + DESCRIPTOR - start);
    }

    void delayed(DataDirectory directory) {
      long start = file.offsetOf(directory, "delay import directory");
      long at = start;
      for (; bytes.u32(at + 4) != 0; at += DELAY_DESCRIPTOR) {
        bounded(at);
        if ((bytes.u32(at) & 1) == 0) {
          throw bytes.malformed(at, "delay import by absolute addresses");
        }
        int count = thunks(bytes.u32(at + 16), LOOKUP);
        place(bytes.u32(at + 12), "delay import addresses", (long) count * thunkSize());
        libraries.add(new Library(name(bytes.u32(at + 4), at), at, count, true));
      }
      span("delay import directory", start, at + DELAY_DESCRIPTOR - start);
    }

    private void bounded(long at) {
      if (libraries.size() == MAX_LIBRARIES) {
        throw bytes.malformed(at, "more than %d imported libraries".formatted(MAX_LIBRARIES));
      }
    }

    private int thunkSize() {
      return wide ? 8 : 4;
    }

    private void place(long rva, String name, long size) {
      file.offsetOf(rva).ifPresent(offset -> span(name, offset, size));
    }

    private String name(long rva, long descriptor) {
      long at = require(rva, descriptor, "imported library's name");
      String name = bytes.text(at, MAX_NAME);
      padded(at, length(at) + 1);
      return name;
    }

    /** Zero ends a table of names and ordinals. */
    private int thunks(long rva, String table) {
      long start = require(rva, 0, table);
      long at = start;
      for (long thunk = bytes.word(at, wide); thunk != 0; thunk = bytes.word(at, wide)) {
        if (++functions > MAX_FUNCTIONS) {
          throw bytes.malformed(at, "more than %d imported functions".formatted(MAX_FUNCTIONS));
        }
        boolean ordinal = wide ? thunk < 0 : (thunk & 0x8000_0000L) != 0;
        if (!ordinal) {
          hintAndName(thunk & 0x7fff_ffffL, at);
        }
        at += thunkSize();
      }
      span(table, start, at + thunkSize() - start);
      return (int) ((at - start) / thunkSize());
    }

    private void hintAndName(long rva, long thunk) {
      long at = require(rva, thunk, "imported function's name");
      padded(at, 2 + length(at + 2) + 1);
      names.accept(at + 2);
    }

    /** Entries begin at even addresses: the zero between two of them belongs to the first. */
    private void padded(long at, long size) {
      boolean odd = ((at + size) & 1) == 1;
      boolean zero = odd && bytes.holds(at + size, 1) && bytes.u8(at + size) == 0;
      span(NAMES, at, zero ? size + 1 : size);
    }

    private long length(long at) {
      long end = at;
      while (end - at < MAX_NAME && bytes.u8(end) != 0) {
        end++;
      }
      return end - at;
    }

    private long require(long rva, long from, String what) {
      return file.offsetOf(rva)
          .orElseThrow(() -> bytes.malformed(from, what + " lies in no section"));
    }
  }
}
