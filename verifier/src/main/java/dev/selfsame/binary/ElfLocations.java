package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.Printable;
import dev.selfsame.binary.elf.AddressIndex;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.Pointers;
import dev.selfsame.binary.elf.Section;
import dev.selfsame.binary.rust.SourceFiles;
import dev.selfsame.evidence.Category;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the panic locations of a Rust program: {@code core::panic::Location} is a pointer to the
 * path of a source file, the length of that path, a line and a column.
 */
final class ElfLocations {
  private static final int SHORTEST = 4;
  private static final int LONGEST = 1024;
  private static final long MOST_LINES = 1 << 22;
  private static final long MOST_COLUMNS = 1 << 14;

  private final ElfFile file;
  private final boolean wide;
  private final List<Section> data = new ArrayList<>();
  private final AddressIndex places;
  private final List<Part> constants = new ArrayList<>();
  private final AddressIndex texts;
  private final SourceFiles found = new SourceFiles();
  private final List<Long> lines = new ArrayList<>();

  /** A section of constants and its bytes. */
  private record Part(Section section, ByteView bytes) {}

  private ElfLocations(ElfFile file) {
    this.file = file;
    this.wide = file.header().wide();
    SectionCategory categories = new SectionCategory(file);
    SearchLimit limit = new SearchLimit(file.bytes());
    for (Section section : file.sections()) {
      if (section.inFile() && section.loaded()) {
        Category category = categories.of(section);
        if (category == Category.RELRO_DATA || category == Category.DATA) {
          if (limit.allows(file.bytes().available(section.offset(), section.size()))) {
            data.add(section);
          }
        } else if (category == Category.RODATA) {
          constants.add(new Part(section, limit.of(file.content(section))));
        }
      }
    }
    this.places = new AddressIndex(data);
    this.texts = new AddressIndex(constants.stream().map(Part::section).toList());
  }

  /**
   * Every source file that a location names.
   *
   * @throws dev.selfsame.binary.bytes.MalformedInputException where a section runs past the end
   */
  static SourceFiles of(ElfFile file) {
    return read(file).found;
  }

  /**
   * Where in the file each location has its line and, in the four bytes that follow, its column.
   *
   * @throws dev.selfsame.binary.bytes.MalformedInputException as {@link #of}
   */
  static List<Long> lines(ElfFile file) {
    return read(file).lines;
  }

  private static ElfLocations read(ElfFile file) {
    ElfLocations locations = new ElfLocations(file);
    Pointers pointers = new Pointers(file);
    pointers.relocated(locations::look);
    for (Section section : locations.data) {
      pointers.inPlace(section, locations::look);
    }
    return locations;
  }

  private void look(long place, long target) {
    Optional<Part> text = constant(target);
    Optional<Section> holder = text.isEmpty() ? Optional.empty() : holder(place);
    if (text.isEmpty() || holder.isEmpty()) {
      return;
    }
    int word = wide ? 8 : 4;
    long at = holder.get().offset() + place - holder.get().address();
    if (!file.bytes().holds(at, 2L * word + 8)) {
      return;
    }
    long length = file.bytes().word(at + word, wide);
    long line = file.bytes().u32(at + 2L * word);
    long column = file.bytes().u32(at + 2L * word + 4);
    boolean likely =
        length >= SHORTEST
            && length <= LONGEST
            && line >= 1
            && line <= MOST_LINES
            && column >= 1
            && column <= MOST_COLUMNS;
    if (likely && path(text.get(), target - text.get().section().address(), (int) length)) {
      lines.add(at + 2L * word);
    }
  }

  private boolean path(Part part, long from, int length) {
    ByteView bytes = part.bytes();
    if (!bytes.holds(from, length)
        || bytes.u8(from + length - 1) != 's'
        || bytes.u8(from + length - 2) != 'r'
        || bytes.u8(from + length - 3) != '.') {
      return false;
    }
    String path = Printable.of(bytes.copy(from, length));
    found.add(path, part.section().name(), bytes.start() + from);
    return true;
  }

  private Optional<Part> constant(long address) {
    int found = texts.find(address);
    return found < 0 ? Optional.empty() : Optional.of(constants.get(found));
  }

  private Optional<Section> holder(long address) {
    int found = places.find(address);
    return found < 0 ? Optional.empty() : Optional.of(data.get(found));
  }
}
