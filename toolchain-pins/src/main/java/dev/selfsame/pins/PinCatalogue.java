package dev.selfsame.pins;

import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The pins that a command knows: those shipped, and those of the user's own pin files. */
public final class PinCatalogue {
  private static final String SHIPPED = "/dev/selfsame/pins/";
  private static final long MAX_BYTES = 4 << 20;

  private final Map<String, Entry> entries = new TreeMap<>();

  private PinCatalogue() {}

  /**
   * A pin and where it was read.
   *
   * @param origin {@code shipped}, or the file's path
   * @param toml the file as it stands
   */
  public record Entry(Pin pin, String origin, String toml) {}

  /** The shipped pins alone. */
  public static PinCatalogue shipped() {
    return of(List.of());
  }

  /**
   * The shipped pins, and those in {@code own}: pin files, or folders of {@code *.toml}. An own pin
   * takes the place of a shipped one with the same id.
   *
   * @throws Failure (usage) where a file cannot be read or is malformed, or two own files hold the
   *     same id
   */
  public static PinCatalogue of(List<Path> own) {
    PinCatalogue catalogue = new PinCatalogue();
    for (String name : resource("INDEX").lines().toList()) {
      String toml = resource(name);
      Pin pin = PinFile.parse(toml.getBytes(StandardCharsets.UTF_8), name);
      catalogue.entries.put(pin.id(), new Entry(pin, "shipped", toml));
    }
    for (Path path : own) {
      for (Path file : filesOf(path)) {
        catalogue.add(file);
      }
    }
    return catalogue;
  }

  /**
   * Reads one pin file from the disk.
   *
   * @throws Failure (usage) where it cannot be read or is malformed
   */
  public static Pin read(Path file) {
    return PinFile.parse(bytes(file), file.toString());
  }

  /** Every pin, sorted by id. */
  public List<Entry> entries() {
    return List.copyOf(entries.values());
  }

  /**
   * The pin with this id.
   *
   * @throws Failure (usage) naming the known ids
   */
  public Pin find(String id) {
    return entry(id).pin();
  }

  /** As {@link #find}, with where it was read. */
  public Entry entry(String id) {
    return Optional.ofNullable(entries.get(id))
        .orElseThrow(() ->
            Failure.usage(
                "no pin is named " + id, "known pins: " + String.join(", ", entries.keySet())));
  }

  private void add(Path file) {
    byte[] toml = bytes(file);
    Pin pin = PinFile.parse(toml, file.toString());
    Entry entry = new Entry(pin, file.toString(), new String(toml, StandardCharsets.UTF_8));
    Entry before = entries.put(pin.id(), entry);
    if (before != null && !before.origin().equals("shipped")) {
      throw Failure.usage(
          "pin %s stands in %s and in %s".formatted(pin.id(), before.origin(), file),
          "give one of them another id");
    }
  }

  private static List<Path> filesOf(Path path) {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> folder = Files.newDirectoryStream(path, "*.toml")) {
      folder.forEach(files::add);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
    files.sort(null);
    return files;
  }

  private static byte[] bytes(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes((int) MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw Failure.usage(
            "%s is over %d MB".formatted(file, MAX_BYTES >> 20), "name a pin file (TOML)");
      }
      return bytes;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static Failure unreadable(Path file, IOException e) {
    String why = e instanceof NoSuchFileException ? "it does not exist" : String.valueOf(e);
    return Failure.usage(
        "cannot read pin file %s: %s".formatted(file, why), "give --pin-file a file or a folder");
  }

  private static String resource(String name) {
    try (InputStream in = PinCatalogue.class.getResourceAsStream(SHIPPED + name)) {
      if (in == null) {
        throw new AssertionError("the jar lacks " + SHIPPED + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + SHIPPED + name, e);
    }
  }
}
