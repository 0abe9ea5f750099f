package dev.selfsame.deploy;

import dev.selfsame.outcome.Failure;
import dev.selfsame.toml.TomlFields;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the table {@code [container]} of a deploy file.
 *
 * <pre>{@code
 * [container]
 * capabilities = ["NET_BIND_SERVICE"]   # kept; absent: none. Docker gives them to user 0 alone
 * memory = "256m"                       # k, m or g; absent: no limit
 * cpus = "1.5"                          # processors' time; absent: no limit
 * processes = 200                       # threads too; absent: the engine's own limit
 * open-files = 4096                     # of each process; absent: the engine's own limit
 * [container.tmpfs]                     # in memory, writable; absent: /tmp with 64m
 * "/tmp" = "64m"
 * }</pre>
 */
final class ContainerReader {
  private static final Pattern SIZE = Pattern.compile("([1-9][0-9]{0,6})([kmg])");
  private static final Pattern CPUS = Pattern.compile("(?:0|[1-9][0-9]{0,3})(?:\\.[0-9]{1,2})?");
  private static final String SIZE_WORDS = "a size such as 64m or 1g";
  private static final int NANO_DIGITS = 9;

  private ContainerReader() {}

  /**
   * Reads the table.
   *
   * @throws Failure (usage) with line and column where it is not of the form
   */
  static ContainerSettings read(TomlFields table) {
    try {
      ContainerSettings read =
          new ContainerSettings(
              table.strings("capabilities"),
              table
                  .optionalTable("tmpfs")
                  .map(ContainerReader::sizes)
                  .orElse(ContainerSettings.USUAL_TMPFS),
              orNull(table.optionalString("memory", SIZE, SIZE_WORDS).map(ContainerReader::bytes)),
              orNull(
                  table
                      .optionalString("cpus", CPUS, "a number such as \"1.5\"")
                      .map(text ->
                          new BigDecimal(text).movePointRight(NANO_DIGITS).longValueExact())),
              orNull(table.optionalCount("processes")),
              orNull(table.optionalCount("open-files")));
      table.noMore();
      return read;
    } catch (IllegalArgumentException e) {
      throw table.wrong("container: " + e.getMessage());
    }
  }

  private static Map<String, Long> sizes(TomlFields table) {
    Map<String, Long> sizes = new TreeMap<>();
    table.keys().forEach(key -> sizes.put(key, bytes(table.string(key, SIZE, SIZE_WORDS))));
    return sizes;
  }

  private static long bytes(String text) {
    Matcher form = SIZE.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException("not a size: " + text);
    }
    int shift =
        switch (form.group(2)) {
          case "k" -> 10;
          case "m" -> 20;
          default -> 30;
        };
    return Long.parseLong(form.group(1)) << shift;
  }

  private static <T> @Nullable T orNull(Optional<T> found) {
    return found.orElse(null);
  }
}
