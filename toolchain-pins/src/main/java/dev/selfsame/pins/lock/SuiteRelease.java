package dev.selfsame.pins.lock;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a suite's signed release says. Source: Debian repository format, "Release" files.
 *
 * @param date when it was made
 * @param validUntil after which it must not be used any more, where it says so
 * @param codename such as {@code trixie}
 * @param files its indices by path, such as {@code main/binary-amd64/Packages.xz}
 */
record SuiteRelease(
    Instant date, @Nullable Instant validUntil, String codename, Map<String, IndexFile> files) {

  /** An index's size in bytes and its SHA-256. */
  record IndexFile(long size, Digest sha256) {}

  SuiteRelease {
    files = Map.copyOf(files);
  }

  /**
   * Reads the lines that were signed.
   *
   * @throws Failure (bad evidence) where a field that is needed is missing or malformed
   */
  static SuiteRelease parse(List<String> lines, String name) {
    Map<String, String> fields = new HashMap<>();
    Map<String, IndexFile> files = new HashMap<>();
    String field = "";
    for (String line : lines) {
      if (!line.startsWith(" ")) {
        int colon = line.indexOf(':');
        field = colon < 0 ? "" : line.substring(0, colon);
        fields.put(field, colon < 0 ? "" : line.substring(colon + 1).strip());
      } else if (field.equals("SHA256")) {
        String[] words = line.strip().split("\\s+", -1);
        if (words.length != 3 || !words[0].matches("[0-9a-f]{64}") || !words[1].matches("\\d+")) {
          throw malformed(name, "line " + line.strip());
        }
        files.put(words[2], new IndexFile(Long.parseLong(words[1]), Digest.ofSha256Hex(words[0])));
      }
    }
    return new SuiteRelease(
        time(fields, "Date", name).orElseThrow(() -> malformed(name, "no Date")),
        time(fields, "Valid-Until", name).orElse(null),
        fields.getOrDefault("Codename", ""),
        files);
  }

  private static Optional<Instant> time(Map<String, String> fields, String field, String name) {
    String text = fields.get(field);
    if (text == null) {
      return Optional.empty();
    }
    try {
      DateTimeFormatter form =
          DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss z", Locale.ROOT);
      return Optional.of(ZonedDateTime.parse(text, form.withLocale(Locale.ENGLISH)).toInstant());
    } catch (DateTimeParseException e) {
      throw malformed(name, field + " " + text);
    }
  }

  private static Failure malformed(String name, String what) {
    return Failure.badEvidence(
        "%s is malformed: %s".formatted(name, what), "try another mirror with --mirror URL");
  }
}
