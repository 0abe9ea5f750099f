package dev.selfsame.toml;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * A table of a file in TOML 1.0: every field is read by name, and one that nobody has read is an
 * error, because what is misspelt must not count as absent. Every error is a usage {@link Failure}
 * that begins with {@code file:line:column}.
 */
public final class TomlFields {
  private final TomlTable table;
  private final File file;
  private final String name;
  private final @Nullable TomlPosition position;
  private final Set<String> read = new HashSet<>();

  /**
   * What errors say of the file.
   *
   * @param name how they name it
   * @param hint the next step that they tell
   */
  private record File(String name, String hint) {}

  private TomlFields(TomlTable table, File file, String name, @Nullable TomlPosition position) {
    this.table = table;
    this.file = file;
    this.name = name;
    this.position = position;
  }

  /**
   * Reads a file.
   *
   * @param name how errors name it
   * @param hint what errors tell to do
   * @throws Failure (usage) where it is not UTF-8 or not TOML
   */
  public static TomlFields parse(byte[] toml, String name, String hint) {
    File file = new File(name, hint);
    TomlParseResult parsed = Toml.parse(text(toml, file));
    if (parsed.hasErrors()) {
      TomlParseError first = parsed.errors().getFirst();
      throw failure(file, first.position(), String.valueOf(first.getMessage()));
    }
    return new TomlFields(parsed, file, "", null);
  }

  private static String text(byte[] toml, File file) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(toml)).toString();
    } catch (CharacterCodingException e) {
      throw failure(file, null, "not UTF-8 text");
    }
  }

  /** Whether the field is there. */
  public boolean has(String key) {
    return table.contains(List.of(key));
  }

  /** A string that must be there. */
  public String string(String key) {
    return optionalString(key).orElseThrow(() -> missing(key));
  }

  public Optional<String> optionalString(String key) {
    return value(key, "a string", String.class);
  }

  /** A string that matches the pattern whole. */
  public String string(String key, Pattern form, String formInWords) {
    return optionalString(key, form, formInWords).orElseThrow(() -> missing(key));
  }

  public Optional<String> optionalString(String key, Pattern form, String formInWords) {
    Optional<String> text = optionalString(key);
    if (text.isPresent() && !form.matcher(text.get()).matches()) {
      throw wrong(key, "%s is not %s: %s".formatted(qualified(key), formInWords, text.get()));
    }
    return text;
  }

  /** A whole number from 0 up. */
  public long count(String key) {
    return optionalCount(key).orElseThrow(() -> missing(key));
  }

  public Optional<Long> optionalCount(String key) {
    Optional<Long> number = value(key, "a whole number", Long.class);
    if (number.isPresent() && number.get() < 0) {
      throw wrong(key, qualified(key) + " is negative");
    }
    return number;
  }

  public Digest digest(String key) {
    return optionalDigest(key).orElseThrow(() -> missing(key));
  }

  /** A digest in the form {@code sha256:HEX}. */
  public Optional<Digest> optionalDigest(String key) {
    return optionalString(key).map(text -> digest(key, text));
  }

  /** A SHA-256 as 64 hex digits, the form of Debian's own lists. */
  public Digest bareSha256(String key) {
    return digest(key, "sha256:" + string(key));
  }

  public List<String> strings(String key) {
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

  public TomlFields table(String key) {
    return optionalTable(key).orElseThrow(() -> missing(key));
  }

  public Optional<TomlFields> optionalTable(String key) {
    return value(key, "a table", TomlTable.class)
        .map(t -> new TomlFields(t, file, qualified(key), at(key)));
  }

  public List<TomlFields> tables(String key) {
    TomlArray array = value(key, "an array of tables", TomlArray.class).orElse(null);
    List<TomlFields> all = new ArrayList<>();
    for (int i = 0; array != null && i < array.size(); i++) {
      TomlPosition where = array.inputPositionOf(i);
      if (!(array.get(i) instanceof TomlTable element)) {
        throw failure(where, qualified(key) + " holds what is not a table");
      }
      all.add(new TomlFields(element, file, qualified(key), where));
    }
    return all;
  }

  /** The names of all fields, sorted. */
  public List<String> keys() {
    return table.keySet().stream().sorted().toList();
  }

  /** The field where it is a string; empty where it is absent or of another kind. */
  public Optional<String> stringIf(String key) {
    return valueIf(key, String.class);
  }

  /** The field where it is a table; empty where it is absent or of another kind. */
  public Optional<TomlFields> tableIf(String key) {
    return valueIf(key, TomlTable.class).map(t -> new TomlFields(t, file, qualified(key), at(key)));
  }

  /** The field where it is true or false; empty where it is absent or of another kind. */
  public Optional<Boolean> flagIf(String key) {
    return valueIf(key, Boolean.class);
  }

  /** A string, a number, true or false, as text; empty where it is absent or of another kind. */
  public Optional<String> scalarIf(String key) {
    return valueIf(key, Object.class)
        .filter(value -> !(value instanceof TomlTable) && !(value instanceof TomlArray))
        .map(Object::toString);
  }

  /** True or false; {@code usual} where it is absent. */
  public boolean flag(String key, boolean usual) {
    return value(key, "true or false", Boolean.class).orElse(usual);
  }

  /** All fields of a table whose field names are free. */
  public Map<String, String> stringMap() {
    Map<String, String> all = new TreeMap<>();
    for (String key : table.keySet()) {
      all.put(key, string(key));
    }
    return all;
  }

  /** Refuses fields that nothing has read: a misspelt digest must not pass as absent. */
  public void noMore() {
    table.keySet().stream()
        .filter(key -> !read.contains(key))
        .sorted()
        .findFirst()
        .ifPresent(key -> {
          throw wrong(key, "unknown field " + qualified(key));
        });
  }

  /** What is said where a field's value does not do. */
  public Failure wrong(String key, String what) {
    return failure(at(key), what);
  }

  /** What is said where the table as a whole does not do. */
  public Failure wrong(String what) {
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

  private <T> Optional<T> valueIf(String key, Class<T> type) {
    read.add(key);
    return Optional.ofNullable(table.get(List.of(key))).filter(type::isInstance).map(type::cast);
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
    return failure(file, where, what);
  }

  private static Failure failure(File file, @Nullable TomlPosition where, String what) {
    int line = where == null ? 1 : where.line();
    int column = where == null ? 1 : where.column();
    return Failure.usage("%s:%d:%d: %s".formatted(file.name(), line, column, what), file.hint());
  }
}
