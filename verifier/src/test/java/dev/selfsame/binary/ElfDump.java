package dev.selfsame.binary;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What readelf, or llvm-readobj in GNU's style, prints of one file: for each part, a line an entry
 * in the form of {@link ElfText}.
 */
final class ElfDump {

  /** A part of the output. */
  enum Part {
    HEADER,
    SECTIONS,
    SEGMENTS,
    DYNAMIC,
    VERSIONS,
    NOTES,
    DYNAMIC_SYMBOLS,
    SYMBOLS
  }

  private static final Pattern SECTION =
      Pattern.compile(
          " *\\[ *(\\d+)\\] (.*?) *([A-Z]\\S*|<unknown>: \\S+|0x\\S+) +([0-9a-f]{16}|[0-9a-f]{8})"
              + " ([0-9a-f]{6,}) ([0-9a-f]{6,}) ([0-9a-f]{2,}) (...+?) +(\\d+) +(\\d+) +\\d+");
  private static final Pattern SEGMENT =
      Pattern.compile(
          "  (\\S+) +0x([0-9a-f]+) 0x([0-9a-f]+) 0x[0-9a-f]+ 0x([0-9a-f]+) 0x[0-9a-f]+ (...) .*");
  private static final Pattern INTERPRETER =
      Pattern.compile(" +\\[Requesting program interpreter: (.*)\\]");
  private static final Pattern DYNAMIC = Pattern.compile(" +0x([0-9a-f]+) \\(.*?\\) *(.*)");
  private static final Pattern TEXT = Pattern.compile("[A-Z][A-Za-z ]+: \\[(.*)\\]");
  private static final Pattern LIBRARY = Pattern.compile(".* File: (.*)  Cnt: \\d+");
  private static final Pattern VERSION = Pattern.compile(".* Name: (.*)  Flags: .*");

  /** Readelf writes several on a line where it does not know their type. */
  private static final Pattern NOTE =
      Pattern.compile("  (\\S+|GA.*?) +0x([0-9a-f]{8})\t([^\t(]*(?:\\(0x[0-9a-f]+\\))?)");

  private static final Pattern BUILD_ID = Pattern.compile(".*Build ID: ([0-9a-f]+)");
  private static final Pattern ABI_TAG =
      Pattern.compile(".*\\bOS: (\\S+), ABI: (\\d+\\.\\d+\\.\\d+)");
  private static final String TEXTS = "String dump of section '";
  private static final Pattern FIRST_TEXT = Pattern.compile("  \\[ +0\\]  (.*)");
  private static final Pattern SYMBOL =
      Pattern.compile(
          " *(\\d+): ([0-9a-f]+) +(\\S+) (\\S+|<.*?>: \\d+) +(\\S+|<.*?>: \\d+) +[A-Z]+ +"
              + "(?:\\[.*?\\] +)?(\\d+|[A-Z]{3}(?: ?\\[.*?\\])?) ?(.*)");
  private static final String DIGITS = "0123456789";
  private static final String HEX_DIGITS = DIGITS + "abcdef";
  private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final Pattern CAPITALS = Pattern.compile("\\b0x[0-9A-F]+$");
  private static final Pattern CHARACTER = Pattern.compile("<0x((?:[0-9a-f]{2}){2,4})>");
  private static final Pattern SYMBOL_VERSION = Pattern.compile("@@?[^@ ]+( \\(\\d+\\))?$");

  private final Map<Part, List<String>> parts = new EnumMap<>(Part.class);
  private Optional<Part> part = Optional.empty();
  private String where = "";
  private String interpreter = "none";
  private String buildId = "none";
  private String abiTag = "none";
  private final Map<String, String> texts = new HashMap<>();

  private ElfDump() {
    for (Part one : Part.values()) {
      parts.put(one, new ArrayList<>());
    }
  }

  List<String> lines(Part one) {
    return parts.getOrDefault(one, List.of());
  }

  /** Of the header, the value of this name. */
  String header(String name) {
    return lines(Part.HEADER).stream()
        .filter(line -> line.startsWith(name + ": "))
        .map(line -> line.substring(name.length() + 2))
        .findFirst()
        .orElse("");
  }

  String interpreter() {
    return interpreter;
  }

  String buildId() {
    return buildId;
  }

  /** The system and its version that GNU's note asks for, such as {@code Linux 3.2.0}. */
  String abiTag() {
    return abiTag;
  }

  /** The text with which this section begins, where it was asked for and there is one. */
  Optional<String> text(String section) {
    return Optional.ofNullable(texts.get(section));
  }

  /**
   * Reads what a tool prints of several files, and gives each as soon as it ends.
   *
   * @throws IOException where the tool does not name each file in turn
   */
  static void each(BufferedReader output, List<String> files, BiConsumer<String, ElfDump> use)
      throws IOException {
    ElfDump dump = new ElfDump();
    int at = files.size() == 1 ? 0 : -1;
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (at + 1 < files.size() && line.equals("File: " + files.get(at + 1))) {
        if (at >= 0) {
          use.accept(files.get(at), dump);
        }
        at++;
        dump = new ElfDump();
      } else {
        dump.line(line);
      }
    }
    if (at + 1 < files.size()) {
      throw new IOException("nothing is printed of " + files.get(at + 1));
    }
    use.accept(files.get(at), dump);
  }

  private void line(String line) {
    if (line.isEmpty()) {
      part = Optional.empty();
    } else if (line.startsWith(TEXTS)) {
      part = Optional.empty();
      where = line.substring(TEXTS.length(), line.lastIndexOf('\''));
    } else if (!begins(line) && part.isPresent()) {
      entry(part.get(), line);
    } else if (part.isEmpty()) {
      text(FIRST_TEXT.matcher(line));
    }
  }

  private void text(Matcher m) {
    if (m.matches()) {
      texts.putIfAbsent(where, m.group(1));
    }
  }

  private boolean begins(String line) {
    Optional<Part> begun =
        line.startsWith("ELF Header:")
            ? Optional.of(Part.HEADER)
            : line.startsWith("Section Headers:")
                ? Optional.of(Part.SECTIONS)
                : line.startsWith("Program Headers:")
                    ? Optional.of(Part.SEGMENTS)
                    : line.startsWith("Dynamic section at ")
                        ? Optional.of(Part.DYNAMIC)
                        : line.startsWith("Version needs section ")
                            ? Optional.of(Part.VERSIONS)
                            : line.startsWith("Displaying notes found ")
                                ? Optional.of(Part.NOTES)
                                : line.startsWith("Symbol table ")
                                    ? Optional.of(Part.SYMBOLS)
                                    : Optional.empty();
    if (begun.isPresent()) {
      part = begun;
      where = line.replaceAll("^[^:']*(?:'|: )(.*?)(?:' contains.*)?$", "$1");
    } else if (line.startsWith("Key to Flags")) {
      part = Optional.empty();
    }
    return begun.isPresent();
  }

  private void entry(Part in, String line) {
    switch (in) {
      case HEADER -> add(in, lower(line.strip().replaceAll(":\\s+", ": ")));
      case SECTIONS -> section(SECTION.matcher(line));
      case SEGMENTS -> segment(line);
      case DYNAMIC -> dynamic(DYNAMIC.matcher(line));
      case VERSIONS -> version(line);
      case NOTES -> note(line);
      case SYMBOLS, DYNAMIC_SYMBOLS -> symbol(line);
    }
  }

  /** LLVM writes the numbers of the header in capitals. */
  private static String lower(String line) {
    return CAPITALS.matcher(line).replaceAll(m -> m.group().toLowerCase(Locale.ROOT));
  }

  private void add(Part to, String line) {
    parts.computeIfAbsent(to, none -> new ArrayList<>()).add(line);
  }

  private void section(Matcher m) {
    if (m.matches()) {
      add(
          Part.SECTIONS,
          "[%s] %s %s at %s, %s+%s entry %s flags %s link %s info %s"
              .formatted(
                  m.group(1),
                  m.group(2),
                  m.group(3).replace("LLVM_ADDRSIG", "LOOS+0xfff4c03"),
                  hex(m.group(4)),
                  hex(m.group(5)),
                  hex(m.group(6)),
                  hex(m.group(7)),
                  m.group(8).strip().replaceAll("[RD]", "o"),
                  m.group(9),
                  m.group(10)));
    }
  }

  private void segment(String line) {
    Matcher asks = INTERPRETER.matcher(line);
    if (asks.matches()) {
      interpreter = asks.group(1);
      return;
    }
    Matcher m = SEGMENT.matcher(line);
    if (m.matches()) {
      add(
          Part.SEGMENTS,
          "%s %s+%s at %s flags %s"
              .formatted(
                  m.group(1),
                  hex(m.group(2)),
                  hex(m.group(4)),
                  hex(m.group(3)),
                  m.group(5).replace(" ", "")));
    }
  }

  private void dynamic(Matcher m) {
    if (m.matches() && Long.parseUnsignedLong(m.group(1), 16) != 0) {
      String value = m.group(2).strip();
      Matcher text = TEXT.matcher(value);
      String plain =
          text.matches()
              ? "[" + text.group(1) + "]"
              : value.replaceAll("^Flags: | \\(bytes\\)$", "").strip();
      if (ElfText.WITHOUT_VALUE.contains(Long.parseUnsignedLong(m.group(1), 16))) {
        plain = "";
      }
      boolean number = plain.matches("\\d+|0x[0-9a-f]+");
      add(Part.DYNAMIC, "%s %s".formatted(hex(m.group(1)), number ? number(plain) : plain));
    }
  }

  private void version(String line) {
    Matcher library = LIBRARY.matcher(line);
    Matcher version = VERSION.matcher(line);
    if (library.matches()) {
      where = library.group(1);
    } else if (version.matches()) {
      add(Part.VERSIONS, where + " " + version.group(1));
    }
  }

  private void note(String line) {
    for (Matcher m = NOTE.matcher(line); m.find(); ) {
      String owner = m.group(1).replace("\0", ""); // LLVM prints all but the last of Go's two
      String type = " " + m.group(3).strip();
      boolean attribute = owner.startsWith("GA");
      add(
          Part.NOTES,
          "%s: %s %s%s"
              .formatted(where, attribute ? "GA" : owner, hex(m.group(2)), attribute ? "" : type));
    }
    Matcher id = BUILD_ID.matcher(line);
    if (id.matches() && buildId.equals("none")) {
      buildId = id.group(1);
    }
    Matcher tag = ABI_TAG.matcher(line);
    if (tag.matches() && abiTag.equals("none")) {
      abiTag = tag.group(1) + " " + tag.group(2);
    }
  }

  private void symbol(String line) {
    List<String> usual = usual(line);
    if (!usual.isEmpty()) {
      symbol(usual);
      return;
    }
    Matcher m = SYMBOL.matcher(line);
    if (m.matches()) {
      symbol(IntStream.rangeClosed(1, 7).mapToObj(m::group).toList());
    }
  }

  /** The pattern's groups of a line without anything rare, or nothing: there are millions. */
  private static List<String> usual(String line) {
    List<String> words = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < 7; i++) {
      int begins = at;
      while (begins < line.length() && line.charAt(begins) == ' ') {
        begins++;
      }
      if ((i == 1 || i == 3) && begins != at + 1) {
        return List.of();
      }
      int ends = line.indexOf(' ', begins);
      at = ends < 0 ? line.length() : ends;
      words.add(line.substring(begins, at));
    }
    String name = line.substring(Math.min(at + 1, line.length()));
    String number = words.get(0);
    String section = words.get(6);
    boolean usual =
        number.endsWith(":")
            && isOf(DIGITS, number.substring(0, number.length() - 1))
            && isOf(HEX_DIGITS, words.get(1))
            && isOf(DIGITS, words.get(2))
            && isOf(LETTERS, words.get(3))
            && isOf(LETTERS, words.get(4))
            && isOf(LETTERS, words.get(5))
            && (isOf(DIGITS, section) || section.length() == 3 && isOf(LETTERS, section))
            && !name.startsWith("[");
    return usual
        ? List.of(
            number.substring(0, number.length() - 1),
            words.get(1),
            words.get(2),
            words.get(3),
            words.get(4),
            section,
            name)
        : List.of();
  }

  private static boolean isOf(String characters, String word) {
    for (int i = 0; i < word.length(); i++) {
      if (characters.indexOf(word.charAt(i)) < 0) {
        return false;
      }
    }
    return !word.isEmpty();
  }

  /** Of the groups of {@link #SYMBOL}. */
  private void symbol(List<String> m) {
    boolean dynamic = where.equals(".dynsym");
    String printed = m.get(6);
    String name =
        dynamic && printed.contains("@") ? SYMBOL_VERSION.matcher(printed).replaceAll("") : printed;
    String type = m.get(3).replace("<OS specific>: 10", "IFUNC");
    String binding = m.get(4).replace("<OS specific>: 10", "UNIQUE");
    add(
        dynamic ? Part.DYNAMIC_SYMBOLS : Part.SYMBOLS,
        ElfText.symbol(
            where,
            Long.parseLong(m.get(0)),
            Long.parseUnsignedLong(m.get(1), 16),
            Long.parseUnsignedLong(number(m.get(2)), 16),
            type + " " + binding + " " + m.get(5) + " " + characters(name)));
  }

  /** Readelf, asked to, writes characters outside ASCII as their bytes. */
  private static String characters(String name) {
    return name.contains("<0x")
        ? CHARACTER
            .matcher(name)
            .replaceAll(
                m -> new String(HexFormat.of().parseHex(m.group(1)), StandardCharsets.UTF_8))
        : name;
  }

  private static String hex(String padded) {
    return Long.toHexString(Long.parseUnsignedLong(padded, 16));
  }

  private static String number(String printed) {
    return printed.startsWith("0x")
        ? hex(printed.substring(2))
        : Long.toHexString(Long.parseUnsignedLong(printed)).toLowerCase(Locale.ROOT);
  }
}
