package dev.selfsame.compare;

import dev.selfsame.evidence.Category;
import java.util.List;

/** Categories that one cause accounts for, when the files alone are asked. */
enum ByteGroup {
  DEBUG_INFO(
      "debug-info",
      "debug information",
      "strip both, or build both with the same debug and strip settings",
      Category.DEBUG),
  SYMBOLS(
      "symbols",
      "symbols",
      "strip both, or build both with the same strip setting",
      Category.SYMBOLS),
  RELOCATIONS(
      "relocations",
      "relocations",
      "link both the same way (PIE or not, packed or not)",
      Category.RELOCS),
  /** Only across formats: within one, they follow from the code. */
  UNWIND("unwind-format", "unwind tables", "nothing: each format has its own"),
  DYNAMIC_LINKING(
      "dynamic-linking",
      "dynamic linking tables",
      "link both against the same libraries",
      Category.DYNLINK),
  NOTES("notes", "notes", "build both with the same toolchain", Category.NOTES),
  SIGNATURE("signature", "code signature", "compare before signing", Category.SIGNATURE),
  TRAILER(
      "trailer",
      "bytes after the last structure",
      "find out what appended them: no linker does",
      Category.TRAILER,
      Category.UNCLAIMED),
  LAYOUT(
      "layout",
      "headers and padding",
      "nothing: they follow from the sections' number and alignment",
      Category.HEADERS,
      Category.PADDING),
  /** What the program itself is made of: only a rebuild can say why it differs. */
  PROGRAM(
      "program",
      "code, constants, data and unwind tables",
      "set source, flags, profile and features of both builds against each other",
      Category.CODE,
      Category.STUBS,
      Category.RODATA,
      Category.RELRO_DATA,
      Category.DATA,
      Category.UNWIND,
      Category.FUNCTION_TABLE,
      Category.OTHER);

  private final String id;
  private final String noun;
  private final String advice;

  @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable
  private final List<Category> categories;

  ByteGroup(String id, String noun, String advice, Category... categories) {
    this.id = id;
    this.noun = noun;
    this.advice = advice;
    this.categories = List.of(categories);
  }

  String id() {
    return id;
  }

  String noun() {
    return noun;
  }

  String advice() {
    return advice;
  }

  /** Whether a change of the program or of a setting changes these bytes too. */
  boolean follows() {
    return switch (this) {
      case PROGRAM, SYMBOLS, DEBUG_INFO, UNWIND, RELOCATIONS -> true;
      default -> false;
    };
  }

  boolean holds(Category category) {
    return categories.contains(category);
  }
}
