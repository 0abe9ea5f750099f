package dev.selfsame.pins;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** A table of a pin file: every field is read by name, and one that nobody read is an error. */
final class PinTable {
  private final TomlTable table;
  private final String file;
  private final String name;
  private final @Nullable TomlPosition position;
  private final Set<String> read = new HashSet<>();

  PinTable(TomlTable table, String file, String name, @Nullable TomlPosition position) {
    this.table = table;
    this.file = file;
    this.name = name;
    this.position = position;
  }

  boolean has(String key) {
    return table.contains(List.of(key));
  }

  String string(String key) {
    return optionalString(key).orElseThrow(() -> missing(key));
  }

  Optional<String> optionalString(String key) {
    return value(key, "a string", String.class);
  }

  /** A string that matches the pattern whole. */
  String string(String key, Pattern form, String formInWords) {
    return optionalString(key, form, formInWords).orElseThrow(() -> missing(key));
  }

  Optional<String> optionalString(String key, Pattern form, String formInWords) {
    Optional<String> text = optionalString(key);
    if (text.isPresent() && !form.matcher(text.get()).matches()) {
      throw wrong(key, "%s is not %s: %s".formatted(qualified(key), formInWords, text.get()));
    }
    return text;
  }

  /** A whole number from 0 up. */
  long count(String key) {
    return optionalCount(key).orElseThrow(() -> missing(key));
  }

  Optional<Long> optionalCount(String key) {
    Optional<Long> number = value(key, "a whole number", Long.class);
    if (number.isPresent() && number.get() < 0) {
      throw wrong(key, qualified(key) + " is negative");
    }
    return number;
  }

  Digest digest(String key) {
    return optionalDigest(key).orElseThrow(() -> missing(key));
  }

  /** A digest in the form {@code sha256:HEX}. */
  Optional<Digest> optionalDigest(String key) {
    return optionalString(key).map(text -> digest(key, text));
  }

  /** A SHA-256 as 64 hex digits, the form of Debian's own lists. */
  Digest bareSha256(String key) {
    return digest(key, "sha256:" + string(key));
  }

  List<String> strings(String key) {
    TomlArray array = value(key, "an array of strings", TomlArray.class).orElse(null);
    List<String> all = new ArrayList<>();
    for (int i = 0; array != null && i < array.size(); i++) {
      if (!(array.get(i) instanceof String text)) {
        throw failure(array.inputPositionOf(i), qualified(key) + " holds what is not a string");
      }
      all.add(text);
    }
    return all;
  }

  PinTable table(String key) {
    return optionalTable(key).orElseThrow(() -> missing(key));
  }

  Optional<PinTable> optionalTable(String key) {
    return value(key, "a table", TomlTable.class)
        .map(t -> new PinTable(t, file, qualified(key), at(key)));
  }

  List<PinTable> tables(String key) {
    TomlArray array = value(key, "an array of tables", TomlArray.class).orElse(null);
    List<PinTable> all = new ArrayList<>();
    for (int i = 0; array != null && i < array.size(); i++) {
      TomlPosition where = array.inputPositionOf(i);
      if (!(array.get(i) instanceof TomlTable element)) {
        throw failure(where, qualified(key) + " holds what is not a table");
      }
      all.add(new PinTable(element, file, qualified(key), where));
    }
    return all;
  }

  /** All fields of a table whose field names are free. */
  Map<String, String> stringMap() {
    Map<String, String> all = new TreeMap<>();
    for (String key : table.keySet()) {
      all.put(key, string(key));
    }
    return all;
  }

  /** Refuses fields that nothing has read: a misspelt digest must not pass as absent. */
  void noMore() {
    table.keySet().stream()
        .filter(key -> !read.contains(key))
        .sorted()
        .findFirst()
        .ifPresent(key -> {
          throw wrong(key, "unknown field " + qualified(key));
        });
  }

  Failure wrong(String key, String what) {
    return failure(at(key), what);
  }

  Failure wrong(String what) {
    return failure(position, what);
  }

  private <T> Optional<T> value(String key, String kind, Class<T> type) {
    read.add(key);
    Object value = table.get(List.of(key));
    if (value == null) {
      return Optional.empty();
    }
    if (!type.isInstance(value)) {
      throw wrong(key, "%s is not %s".formatted(qualified(key), kind));
    }
    return Optional.of(type.cast(value));
  }

  private Digest digest(String key, String text) {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw wrong(key, "%s: %s".formatted(qualified(key), e.getMessage()));
    }
  }

  private Failure missing(String key) {
    return failure(position, "field %s is missing".formatted(qualified(key)));
  }

  private @Nullable TomlPosition at(String key) {
    return table.inputPositionOf(List.of(key));
  }

  private String qualified(String key) {
    return name.isEmpty() ? key : name + "." + key;
  }

  private Failure failure(@Nullable TomlPosition where, String what) {
    return where == null
        ? PinFile.malformed(file, 1, 1, what)
        : PinFile.malformed(file, where.line(), where.column(), what);
  }
}
