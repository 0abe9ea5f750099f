package dev.selfsame.binary.rust;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Grade;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The beginning of {@code lib.rmeta} in an rlib: a magic number, then the compiler's version, which
 * decides whether another compiler may read the rest. Source: rustc, {@code rustc_metadata::rmeta},
 * {@code METADATA_HEADER}.
 */
public final class RustMetadata {
  private static final Pattern VERSION =
      Pattern.compile(
          "rustc ([0-9]+\\.[0-9]+\\.[0-9]+\\S*(?: \\(([0-9a-f]{7,40}) [0-9-]{10}\\))?)[^\\x20-\\x7e]");
  private static final String MAGIC = "rust\0\0\0";
  private static final int LOOKED_AT = 200;

  private RustMetadata() {}

  /** The version that it begins with; its mark is the whole text. */
  public static Optional<Mark> version(String where, ByteView metadata) {
    long at = metadata.indexOf(MAGIC, 0);
    if (at < 0) {
      return Optional.empty();
    }
    byte[] head = metadata.copy(at, (int) Math.min(LOOKED_AT, metadata.size() - at));
    Matcher matcher = VERSION.matcher(new String(head, StandardCharsets.ISO_8859_1));
    return matcher.find()
        ? Optional.of(
            new Mark(where, metadata.start() + at + matcher.start(), "rustc " + matcher.group(1)))
        : Optional.empty();
  }

  /** The compiler that this mark names. */
  public static Fact rustc(Mark mark) {
    return new Fact(
        mark.text().substring("rustc ".length()),
        Grade.STRONG,
        List.of(mark.evidence()),
        List.of());
  }

  /** The compiler's commit; unknown where a distribution left it out. */
  public static Fact commit(Mark mark) {
    Matcher matcher = VERSION.matcher(mark.text() + '\0');
    return matcher.matches() && matcher.group(2) != null
        ? new Fact(matcher.group(2), Grade.STRONG, List.of(mark.evidence()), List.of())
        : Fact.unknown();
  }
}
