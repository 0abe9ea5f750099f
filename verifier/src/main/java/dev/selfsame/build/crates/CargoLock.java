package dev.selfsame.build.crates;

import static java.util.Objects.requireNonNull;

import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BuildRecord.Crate;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * A Cargo.lock, versions 3 and 4.
 *
 * @param digest SHA-256 of the file
 * @param crates the registry's crates, sorted by name and version
 * @param text the file
 */
public record CargoLock(Digest digest, List<Crate> crates, String text) {
  /** The file's name. */
  public static final String FILE_NAME = "Cargo.lock";

  private static final long MAX_BYTES = 16 << 20;
  private static final List<String> CRATES_IO =
      List.of(
          "registry+https://github.com/rust-lang/crates.io-index",
          "sparse+https://index.crates.io/");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_-]{0,63}");
  private static final Pattern VERSION = Pattern.compile("[0-9][0-9A-Za-z.+-]{0,127}");

  public CargoLock {
    requireNonNull(digest);
    requireNonNull(text);
    crates =
        crates.stream()
            .sorted(Comparator.comparing(Crate::name).thenComparing(Crate::version))
            .toList();
  }

  /**
   * Reads the file of a folder.
   *
   * @throws Failure (usage) where it is absent, malformed, of another version, or names a source
   *     whose bytes it does not fix: git, another registry
   */
  public static CargoLock read(Path folder) {
    try (InputStream in = Files.newInputStream(folder.resolve(FILE_NAME))) {
      byte[] bytes = in.readNBytes((int) MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw Failure.usage("Cargo.lock is over 16 MB", "is it one?");
      }
      return parse(bytes);
    } catch (NoSuchFileException e) {
      throw Failure.usage(
          "no Cargo.lock is committed beside selfsame.toml",
          "cargo generate-lockfile && git add Cargo.lock: without it no two builds are the same");
    } catch (IOException e) {
      throw Failure.undecided("reading Cargo.lock: " + e, "try again", e);
    }
  }

  /**
   * Reads its bytes.
   *
   * @throws Failure as {@link #read}
   */
  public static CargoLock parse(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    TomlParseResult toml = Toml.parse(text);
    if (toml.hasErrors()) {
      var error = toml.errors().getFirst();
      throw malformed(error.position().line(), String.valueOf(error.getMessage()));
    }
    Object version = toml.get(List.of("version"));
    if (!Long.valueOf(3).equals(version) && !Long.valueOf(4).equals(version)) {
      throw Failure.usage(
          "Cargo.lock is of version %s, not 3 or 4".formatted(version == null ? "1 or 2" : version),
          "cargo update --workspace with a Cargo from 1.53 on writes version 3 or 4");
    }
    List<Crate> crates = new ArrayList<>();
    if (toml.get(List.of("package")) instanceof TomlArray packages) {
      for (int i = 0; i < packages.size(); i++) {
        TomlPosition at = packages.inputPositionOf(i);
        int line = at == null ? 1 : at.line();
        if (!(packages.get(i) instanceof TomlTable table)) {
          throw malformed(line, "package is not a table");
        }
        Crate crate = crate(table, line);
        if (crate != null) {
          crates.add(crate);
        }
      }
    }
    return new CargoLock(Digest.sha256(bytes), crates, text);
  }

  /** The crate of this name, where there is one alone. */
  public Optional<Crate> only(String name) {
    List<Crate> named = crates.stream().filter(crate -> crate.name().equals(name)).toList();
    return named.size() == 1 ? Optional.of(named.getFirst()) : Optional.empty();
  }

  /**
   * The same with other versions of crates, and nothing else changed. Whether the project and its
   * crates take them, Cargo says when it builds: it refuses a lock that it would write otherwise.
   *
   * @param others of names of which there is one crate each
   * @throws Failure (undecided) where the file has no such crate, or several of one name, or is not
   *     laid out as Cargo does it
   */
  public CargoLock with(List<Crate> others) {
    String changed = text;
    List<Crate> wanted = new ArrayList<>(crates);
    for (Crate other : others) {
      Crate now =
          only(other.name())
              .orElseThrow(() ->
                  Failure.undecided(
                      "Cargo.lock does not have one %s alone".formatted(other.name()),
                      "give B's project too: --source-b DIR"));
      wanted.remove(now);
      wanted.add(other);
      changed = replaced(changed, now, other);
    }
    CargoLock lock = parse(changed.getBytes(StandardCharsets.UTF_8));
    if (!lock.crates().equals(new CargoLock(digest, wanted, text).crates())) {
      throw Failure.undecided(
          "Cargo.lock is not laid out as Cargo writes it", "give B's project too: --source-b DIR");
    }
    return lock;
  }

  /** Within the package of the crate's name, the two lines that say which release of it. */
  private static String replaced(String text, Crate now, Crate other) {
    StringBuilder changed = new StringBuilder();
    boolean within = false;
    for (String line : text.split("(?<=\n)", -1)) {
      String stripped = line.strip();
      if (stripped.startsWith("[[")) {
        within = false;
      } else if (stripped.equals("name = \"%s\"".formatted(now.name()))) {
        within = true;
      }
      boolean version = within && stripped.startsWith("version = ");
      boolean checksum = within && stripped.startsWith("checksum = ");
      changed.append(
          version
              ? line.replace(quoted(now.version()), quoted(other.version()))
              : checksum
                  ? line.replace(quoted(now.checksum().hex()), quoted(other.checksum().hex()))
                  : line);
    }
    return changed.toString();
  }

  private static String quoted(String value) {
    return '"' + value + '"';
  }

  /** The crate of a package, or null where it belongs to the project itself. */
  private static @Nullable Crate crate(TomlTable table, int line) {
    String name = string(table, "name", line);
    String version = string(table, "version", line);
    if (name == null || version == null || !NAME.matcher(name).matches()) {
      throw malformed(line, "a package without a proper name and version");
    }
    if (!VERSION.matcher(version).matches()) {
      throw malformed(line, "not a version: " + version);
    }
    String source = string(table, "source", line);
    if (source == null) {
      return null;
    }
    refuseOthers(name, source);
    String checksum = string(table, "checksum", line);
    if (checksum == null) {
      throw malformed(line, "%s %s has no checksum".formatted(name, version));
    }
    try {
      return new Crate(name, version, Digest.ofSha256Hex(checksum));
    } catch (IllegalArgumentException e) {
      throw malformed(line, "the checksum of %s %s is no SHA-256".formatted(name, version));
    }
  }

  private static void refuseOthers(String name, String source) {
    if (source.startsWith("git+")) {
      throw Failure.usage(
          "%s is taken from git, and Cargo.lock fixes no bytes of it".formatted(name),
          "take it from crates.io, or commit it into the project as a path dependency");
    }
    if (!CRATES_IO.contains(source)) {
      throw Failure.usage(
          "%s is taken from another registry than crates.io: %s".formatted(name, source),
          "only crates.io (or a mirror of it) is supported; commit the crate into the project");
    }
  }

  private static @Nullable String string(TomlTable table, String key, int line) {
    Object value = table.get(List.of(key));
    if (value != null && !(value instanceof String)) {
      throw malformed(line, key + " is not a string");
    }
    return (String) value;
  }

  private static Failure malformed(int line, String what) {
    return Failure.usage(
        "Cargo.lock:%d: %s".formatted(line, what), "make it anew: cargo generate-lockfile");
  }
}
