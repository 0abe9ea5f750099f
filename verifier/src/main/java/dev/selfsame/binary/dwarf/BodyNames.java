package dev.selfsame.binary.dwarf;

import static java.util.Objects.requireNonNull;

import dev.selfsame.binary.bytes.ByteView;
import java.util.Optional;

/**
 * The names of units of a {@code .dwo} file or a {@code .dwp} package, each by the first entry of
 * its body. Source: DWARF 5, 3.1.3 and 7.26; GCC wiki, DebugFission.
 */
public final class BodyNames {
  private static final long NAME = 0x03;
  private static final long DWO_NAME = 0x76;
  private static final long GNU_DWO_NAME = 0x2130;
  private static final long WIDE = 0xffff_ffffL;
  private static final int LONGEST = 512;

  private final ByteView info;
  private final Abbreviations abbreviations;
  private final ByteView offsets;
  private final ByteView texts;

  /**
   * Of these sections, unpacked.
   *
   * @param info {@code .debug_info.dwo}
   * @param abbreviations {@code .debug_abbrev.dwo}
   * @param offsets {@code .debug_str_offsets.dwo}
   * @param texts {@code .debug_str.dwo}
   */
  public BodyNames(ByteView info, ByteView abbreviations, ByteView offsets, ByteView texts) {
    this.info = info;
    this.abbreviations = new Abbreviations(abbreviations);
    this.offsets = offsets;
    this.texts = texts;
  }

  /**
   * A text, and where it is.
   *
   * @param text printable, cut to {@value #LONGEST} bytes
   * @param place where it begins: in the file, where its section is not compressed
   */
  public record Text(String text, long place) {
    public Text {
      requireNonNull(text);
    }
  }

  /**
   * What the first entry of a body says.
   *
   * @param name such as {@code src/main.rs/@/agent.0123456789abcdef-cgu.0}, as rustc writes it
   * @param file the name of the .dwo file that it came from
   */
  public record Body(Optional<Text> name, Optional<Text> file) {}

  /**
   * Reads a body.
   *
   * @param unit its part of the first section
   * @param table its part of the second
   * @param numbers its part of the third
   * @return empty where it is of a version or form that is not known
   * @throws dev.selfsame.binary.bytes.MalformedInputException where it runs past the end
   */
  public Optional<Body> read(UnitIndex.Part unit, UnitIndex.Part table, UnitIndex.Part numbers) {
    Cursor cursor = new Cursor(info.slice(unit.offset(), unit.size()), 0);
    boolean wide = cursor.word(false) == WIDE;
    if (wide) {
      cursor.word(true);
    }
    int version = cursor.u16();
    int address;
    long own;
    if (version == 5) {
      int type = cursor.u8();
      address = cursor.u8();
      own = cursor.word(wide);
      cursor.word(true);
      if (type != Units.SPLIT_COMPILE) {
        return Optional.empty();
      }
    } else if (version >= 2 && version <= 4) {
      own = cursor.word(wide);
      address = cursor.u8();
    } else {
      return Optional.empty();
    }
    Numbers by = new Numbers(numbers, version == 5, wide);
    return entry(cursor, table.offset() + own, by, wide, address);
  }

  private Optional<Body> entry(
      Cursor cursor, long table, Numbers numbers, boolean wide, int address) {
    long code = cursor.uleb();
    Cursor attributes = abbreviations.table(table);
    if (code == 0 || !abbreviations.find(attributes, code)) {
      return Optional.empty();
    }
    Optional<Text> name = Optional.empty();
    Optional<Text> file = Optional.empty();
    while (true) {
      abbreviations.step();
      long attribute = attributes.uleb();
      long form = attributes.uleb();
      if (attribute == 0 && form == 0) {
        return Optional.of(new Body(name, file));
      } else if (form == Forms.IMPLICIT_CONST) {
        attributes.uleb();
      } else if (form == Forms.INDIRECT) {
        form = cursor.uleb();
      }
      if (attribute == NAME) {
        name = text(cursor, form, numbers);
      } else if (attribute == DWO_NAME || attribute == GNU_DWO_NAME) {
        file = text(cursor, form, numbers);
      } else if (!Forms.skip(cursor, form, wide, address)) {
        return Optional.empty();
      }
    }
  }

  /**
   * A unit's part of {@code .debug_str_offsets.dwo}. In version 5 a header stands before it, which
   * the numbers do not count.
   *
   * @param wide whether an offset has eight bytes, not four
   */
  private record Numbers(UnitIndex.Part part, boolean headed, boolean wide) {}

  private Optional<Text> text(Cursor cursor, long form, Numbers numbers) {
    if (form == Forms.TEXT) {
      long at = cursor.at();
      cursor.skipText();
      return Optional.of(cursor.text(at, LONGEST));
    }
    long number = Forms.textNumber(cursor, form);
    if (number < 0) {
      throw info.malformed(0, "a unit's name of the form 0x%x".formatted(form));
    }
    int size = numbers.wide() ? 8 : 4;
    long header = numbers.headed() ? (numbers.wide() ? 16 : 8) : 0;
    ByteView own = offsets.slice(numbers.part().offset(), numbers.part().size());
    if (number >= own.size() / size) {
      throw own.malformed(0, "no text of the number %s".formatted(Long.toUnsignedString(number)));
    }
    long place = own.word(header + number * size, numbers.wide());
    return Optional.of(new Text(texts.text(place, LONGEST), texts.start() + place));
  }
}
