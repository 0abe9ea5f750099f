package dev.selfsame.adopt;

import dev.selfsame.adopt.NativeCrate.Way;
import dev.selfsame.toml.TomlFields;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The crates that are known to have to do with native code: {@code native-crates.toml}. */
final class NativeCrates {
  private static final String FILE = "native-crates.toml";

  private final Map<String, NativeCrate> known = new TreeMap<>();
  private final Set<String> none;

  private NativeCrates(TomlFields file) {
    none = new TreeSet<>(file.strings("none"));
    for (TomlFields table : file.tables("crate")) {
      NativeCrate crate =
          new NativeCrate(
              table.string("name"),
              Way.valueOf(table.string("way").toUpperCase(Locale.ROOT)),
              table.string("library"),
              table.strings("debian"),
              table.optionalString("source"));
      table.noMore();
      known.put(crate.name(), crate);
    }
    file.noMore();
  }

  /** Those that come with the program. */
  static NativeCrates shipped() {
    try (InputStream in = NativeCrates.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new AssertionError("the jar lacks " + FILE);
      }
      return new NativeCrates(TomlFields.parse(in.readAllBytes(), FILE, "build the program again"));
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + FILE, e);
    }
  }

  Optional<NativeCrate> find(String name) {
    return Optional.ofNullable(known.get(name));
  }

  /**
   * Whether the name says that the crate stands for a native library, and nothing else is known.
   */
  boolean isUnknown(String name) {
    return name.endsWith("-sys") && !none.contains(name) && !known.containsKey(name);
  }
}
