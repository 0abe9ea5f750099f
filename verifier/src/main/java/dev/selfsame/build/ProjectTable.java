package dev.selfsame.build;

import dev.selfsame.outcome.Failure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** A table of {@code selfsame.toml}: a field that nobody has read is an error. */
final class ProjectTable {
  private final @Nullable TomlTable table;
  private final String name;
  private final Set<String> read = new HashSet<>();

  private ProjectTable(@Nullable TomlTable table, String name) {
    this.table = table;
    this.name = name;
  }

  static ProjectTable parse(String toml) {
    TomlParseResult result = Toml.parse(toml);
    if (result.hasErrors()) {
      var error = result.errors().getFirst();
      throw malformed(error.position(), String.valueOf(error.getMessage()));
    }
    return new ProjectTable(result, "");
  }

  /** A table below, empty where it is absent. */
  ProjectTable table(String key) {
    TomlTable below = value(key, "a table", TomlTable.class).orElse(null);
    return new ProjectTable(below, qualified(key));
  }

  String string(String key, Pattern form, String inWords) {
    return optional(key, form, inWords)
        .orElseThrow(() -> malformed(null, qualified(key) + " is missing"));
  }

  Optional<String> optional(String key, Pattern form, String inWords) {
    Optional<String> text = optionalString(key);
    text.ifPresent(t -> {
      if (!form.matcher(t).matches()) {
        throw wrong(key, "%s is not %s: %s".formatted(qualified(key), inWords, t));
      }
    });
    return text;
  }

  Optional<String> optionalString(String key) {
    return value(key, "a string", String.class);
  }

  boolean flag(String key, boolean usual) {
    return value(key, "true or false", Boolean.class).orElse(usual);
  }

  /** Anything that is written as one word: a string, a number, true or false. */
  Optional<String> scalar(String key) {
    Optional<Object> value = value(key, "a string, a number, true or false", Object.class);
    if (value.isPresent()
        && (value.get() instanceof TomlTable || value.get() instanceof TomlArray)) {
      throw wrong(key, qualified(key) + " is not a string, a number, true or false");
    }
    return value.map(Object::toString);
  }

  List<String> strings(String key, Pattern form, String inWords) {
    TomlArray array = value(key, "an array of strings", TomlArray.class).orElse(null);
    List<String> all = new ArrayList<>();
    for (int i = 0; array != null && i < array.size(); i++) {
      if (!(array.get(i) instanceof String text)) {
        throw malformed(array.inputPositionOf(i), qualified(key) + " holds what is not a string");
      }
      if (!form.matcher(text).matches()) {
        throw malformed(
            array.inputPositionOf(i),
            "%s holds what is not %s: %s".formatted(qualified(key), inWords, text));
      }
      all.add(text);
    }
    return all;
  }

  /** Whole numbers within bounds. */
  List<Integer> integers(String key, int from, int to) {
    TomlArray array = value(key, "an array of numbers", TomlArray.class).orElse(null);
    List<Integer> all = new ArrayList<>();
    for (int i = 0; array != null && i < array.size(); i++) {
      if (!(array.get(i) instanceof Long number) || number < from || number > to) {
        throw malformed(
            array.inputPositionOf(i),
            "%s holds what is not a number from %d to %d".formatted(qualified(key), from, to));
      }
      all.add(number.intValue());
    }
    return all;
  }

  /** Whether it stands in the file. */
  boolean present() {
    return table != null;
  }

  /** The names of all fields, sorted. */
  List<String> keys() {
    return table == null ? List.of() : table.keySet().stream().sorted().toList();
  }

  /** Refuses fields that nothing has read: a misspelt key must not pass as absent. */
  void noMore() {
    for (String key : keys()) {
      if (!read.contains(key)) {
        throw wrong(key, "unknown field " + qualified(key));
      }
    }
  }

  Failure wrong(String key, String what) {
    return malformed(table == null ? null : table.inputPositionOf(List.of(key)), what);
  }

  private <T> Optional<T> value(String key, String kind, Class<T> type) {
    read.add(key);
    Object value = table == null ? null : table.get(List.of(key));
    if (value == null) {
      return Optional.empty();
    }
    if (!type.isInstance(value)) {
      throw wrong(key, "%s is not %s".formatted(qualified(key), kind));
    }
    return Optional.of(type.cast(value));
  }

  private String qualified(String key) {
    return name.isEmpty() ? key : name + "." + key;
  }

  private static Failure malformed(@Nullable TomlPosition at, String what) {
    int line = at == null ? 1 : at.line();
    int column = at == null ? 1 : at.column();
    return Failure.usage(
        "%s:%d:%d: %s".formatted(ProjectFile.FILE_NAME, line, column, what),
        "mend and commit it; its fields: name, pin, timeout, [cargo], [profile], [env], [image]");
  }
}
