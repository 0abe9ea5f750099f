package dev.selfsame.evidence;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a byte of a binary is for. Every byte of a file has exactly one category; the constants
 * stand in the order in which people are shown them.
 *
 * <p>Jump tables stand in {@code __text} on Mach-O and in {@code .rodata} on x86-64 ELF, so across
 * formats {@link #CODE} and {@link #RODATA} are only comparable together.
 */
public enum Category {
  /** Machine instructions. */
  @JsonProperty("code")
  CODE("code"),
  /** Jumps to functions of other files (PLT, Mach-O stubs). */
  @JsonProperty("stubs")
  STUBS("call stubs"),
  /** Constants. */
  @JsonProperty("rodata")
  RODATA("constants"),
  /** Data that is read-only once relocated. */
  @JsonProperty("relro-data")
  RELRO_DATA("relocated constants"),
  /** Writable data. */
  @JsonProperty("data")
  DATA("writable data"),
  /** Tables for unwinding the stack. */
  @JsonProperty("unwind")
  UNWIND("unwind tables"),
  /** Relocations. */
  @JsonProperty("relocs")
  RELOCS("relocations"),
  /** What the dynamic linker reads: needed libraries, dynamic symbols, versions. */
  @JsonProperty("dynlink")
  DYNLINK("dynamic linking"),
  /** The symbol table and its names, which running does not need. */
  @JsonProperty("symbols")
  SYMBOLS("symbols"),
  /** Debug information. */
  @JsonProperty("debug")
  DEBUG("debug information"),
  /** Notes and comments, the build-id among them. */
  @JsonProperty("notes")
  NOTES("notes"),
  /** File, program and section headers, and the names of sections. */
  @JsonProperty("headers")
  HEADERS("headers"),
  /** Function starts and data-in-code of Mach-O. */
  @JsonProperty("function-table")
  FUNCTION_TABLE("function table"),
  /** A code signature. */
  @JsonProperty("signature")
  SIGNATURE("signature"),
  /** Bytes that no structure claims, all zero. */
  @JsonProperty("padding")
  PADDING("padding"),
  /** Bytes that no structure claims, not all zero. */
  @JsonProperty("unclaimed")
  UNCLAIMED("unclaimed bytes"),
  /** What follows the last structure. */
  @JsonProperty("trailer")
  TRAILER("trailer"),
  /** Claimed, but of no known kind; also all of a file whose format is not read. */
  @JsonProperty("other")
  OTHER("other");

  private static final Map<String, Category> BY_WORD =
      Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Category::word, c -> c));

  private final String title;

  Category(String title) {
    this.title = title;
  }

  /** The stable word of documents, such as {@code relro-data}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A few words for people, lower-case. */
  public String title() {
    return title;
  }

  /**
   * The category of this word.
   *
   * @throws IllegalArgumentException where there is none
   */
  public static Category ofWord(String word) {
    Category category = BY_WORD.get(word);
    if (category == null) {
      throw new IllegalArgumentException("no category: " + word);
    }
    return category;
  }
}
