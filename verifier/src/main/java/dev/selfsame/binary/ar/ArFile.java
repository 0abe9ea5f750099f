package dev.selfsame.binary.ar;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.MalformedInputException;
import dev.selfsame.binary.bytes.NameLimit;
import dev.selfsame.binary.bytes.Printable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An archive: as many of its members as could be read.
 *
 * @param bytes the whole file
 * @param thin whether its members lie elsewhere
 * @param dialect who writes archives like this: {@code GNU}, {@code BSD} or {@code Microsoft}
 * @param members in file order
 * @param problems what could not be read and why; at most one, for nothing is found behind it
 */
public record ArFile(
    ByteView bytes,
    boolean thin,
    String dialect,
    List<Member> members,
    List<MalformedInputException> problems) {

  /** Bytes of the magic number. */
  public static final int MAGIC_SIZE = 8;

  private static final byte[] MAGIC = "!<arch>\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] THIN = "!<thin>\n".getBytes(StandardCharsets.US_ASCII);

  public ArFile {
    members = List.copyOf(members);
    problems = List.copyOf(problems);
  }

  /** Whether a file begins as an archive does. */
  public static boolean is(ByteView file) {
    return file.startsWith(0, MAGIC) || file.startsWith(0, THIN);
  }

  /** Reads the members' headers. */
  public static ArFile parse(ByteView file) {
    boolean thin = file.startsWith(0, THIN);
    Reader reader = new Reader(file, thin);
    List<MalformedInputException> problems = new ArrayList<>();
    try {
      reader.readAll();
    } catch (MalformedInputException e) {
      problems.add(e);
    }
    return new ArFile(file, thin, reader.dialect(), reader.members, problems);
  }

  /** Reads member by member, so that those before a damaged one are kept. */
  private static final class Reader {
    private static final int HEADER = 60;
    private static final int MAX_MEMBERS = 1 << 17;
    private static final int MAX_NAME = 4096;
    private static final byte[] END = {'`', '\n'};

    private final ByteView file;
    private final boolean thin;
    private final List<Member> members = new ArrayList<>();
    private final NameLimit kept;
    private Optional<ByteView> longNames = Optional.empty();
    private boolean bsd;
    private int indexes;

    Reader(ByteView file, boolean thin) {
      this.file = file;
      this.thin = thin;
      this.kept = new NameLimit(file); // a table may come again and again, and is in the file
    }

    String dialect() {
      return bsd ? "BSD" : indexes > 1 ? "Microsoft" : "GNU";
    }

    void readAll() {
      for (long at = MAGIC_SIZE; at < file.size(); ) {
        if (members.size() == MAX_MEMBERS) {
          throw file.malformed(at, "more than %d members".formatted(MAX_MEMBERS));
        }
        Member member = read(at);
        members.add(member);
        long end = member.offset() + (member.stored() ? member.size() : 0);
        if (end > file.size()) {
          throw file.malformed(
              member.offset(), "member %s runs past the end of the file".formatted(member.name()));
        }
        // Content of odd size is followed by a newline, which some writers leave out at the end.
        at = end + (end & 1);
      }
    }

    private Member read(long at) {
      if (!file.holds(at, HEADER)) {
        throw file.malformed(at, "member header runs past the end of the file");
      } else if (!file.startsWith(at + HEADER - 2, END)) {
        throw file.malformed(at, "member header without its end mark");
      }
      String raw = field(at, 16);
      long size = number(at + 48, 10);
      if (size < 0) {
        throw file.malformed(at + 48, "member size is no number");
      }
      Member.Kind kind = kind(raw);
      String owner = field(at + 28, 6) + "/" + field(at + 34, 6);
      long modified = number(at + 16, 12);
      int header = HEADER;
      String name = raw;
      if (raw.startsWith("#1/")) {
        bsd = true;
        long length = digits(raw.substring(3));
        if (length < 0 || length > Math.min(size, MAX_NAME)) {
          throw file.malformed(at, "long name of %s bytes".formatted(raw.substring(3)));
        }
        name = untilNul(file.copy(at + HEADER, (int) length));
        header += (int) length;
        size -= length;
        kind = kind(name);
      } else if (kind == Member.Kind.FILE) {
        name = name(raw, at);
      }
      indexes += kind == Member.Kind.SYMBOL_INDEX ? 1 : 0;
      boolean stored = !thin || kind != Member.Kind.FILE;
      if (kind == Member.Kind.LONG_NAMES) {
        longNames = Optional.of(file.slice(at + header, size));
      }
      return new Member(name, kind, at, header, at + header, size, stored, modified, owner);
    }

    private Member.Kind kind(String name) {
      if (name.equals("//")) {
        return Member.Kind.LONG_NAMES;
      } else if (name.startsWith("__.SYMDEF")) {
        bsd = true;
        return Member.Kind.SYMBOL_INDEX;
      }
      // Microsoft has more members whose names are in angle brackets, all indexes of symbols.
      return name.equals("/") || name.equals("/SYM64/") || name.matches("/<[A-Z]+>/")
          ? Member.Kind.SYMBOL_INDEX
          : Member.Kind.FILE;
    }

    private String name(String raw, long at) {
      // A thin archive's member may lie within another archive: /12:345 adds its offset there.
      if (raw.matches("/[0-9]+(:[0-9]+)?")) {
        long offset = digits(raw.substring(1).replaceFirst(":.*", ""));
        ByteView names =
            longNames.orElseThrow(() -> file.malformed(at, "long name, but no table of them"));
        return kept.kept(longName(names, offset));
      }
      return raw.length() > 1 && raw.endsWith("/") ? raw.substring(0, raw.length() - 1) : raw;
    }

    /** GNU ends a name with a slash and a newline, Microsoft with a NUL. */
    private static String longName(ByteView names, long offset) {
      long end = offset;
      while (end - offset < MAX_NAME && names.u8(end) != 0 && names.u8(end) != '\n') {
        end++;
      }
      boolean slash = end > offset && names.u8(end) == '\n' && names.u8(end - 1) == '/';
      return Printable.of(names.copy(offset, (int) ((slash ? end - 1 : end) - offset)));
    }

    private String field(long at, int size) {
      return Printable.of(file.copy(at, size)).stripTrailing();
    }

    private long number(long at, int size) {
      return digits(field(at, size));
    }

    /** Empty fields, which Microsoft writes, are 0; what is no number is -1. */
    private static long digits(String text) {
      if (text.isEmpty()) {
        return 0;
      }
      return text.matches("[0-9]{1,12}") ? Long.parseLong(text) : -1;
    }

    private static String untilNul(byte[] raw) {
      int end = 0;
      while (end < raw.length && raw[end] != 0) {
        end++;
      }
      return Printable.of(java.util.Arrays.copyOf(raw, end));
    }
  }
}
