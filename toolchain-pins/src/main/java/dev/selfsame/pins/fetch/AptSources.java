package dev.selfsame.pins.fetch;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads where a machine's apt takes packages from: {@code sources.list} and {@code
 * sources.list.d/*.list} (one line a source) and {@code *.sources} (deb822).
 *
 * <p>Source: sources.list(5) of apt 3.0. Sources that are commented out, {@code Enabled: no}, for
 * source packages, or of a scheme other than http, https and file are passed over, and so is a line
 * that cannot be read: apt's configuration is not ours to judge.
 */
public final class AptSources {
  private AptSources() {}

  /**
   * One place of one suite.
   *
   * @param uri the archive's base, without a slash at its end
   * @param suite such as {@code trixie} or {@code bookworm-security}
   * @param components such as {@code main}
   */
  public record Source(URI uri, String suite, List<String> components) {
    public Source {
      components = List.copyOf(components);
    }
  }

  /** Every usable source below an apt folder, such as {@code /etc/apt}, in apt's own order. */
  public static List<Source> read(Path aptFolder) {
    List<Source> sources = new ArrayList<>();
    content(aptFolder.resolve("sources.list")).ifPresent(t -> sources.addAll(oneLine(t)));
    for (Path part : parts(aptFolder.resolve("sources.list.d"))) {
      String name = part.toString();
      if (name.endsWith(".list")) {
        content(part).ifPresent(t -> sources.addAll(oneLine(t)));
      } else if (name.endsWith(".sources")) {
        content(part).ifPresent(t -> sources.addAll(deb822(t)));
      }
    }
    return sources;
  }

  /** The one-line form: {@code deb [ option=value ] uri suite component…}. */
  static List<Source> oneLine(String text) {
    List<Source> sources = new ArrayList<>();
    for (String raw : text.lines().toList()) {
      int comment = raw.indexOf('#');
      String line = (comment < 0 ? raw : raw.substring(0, comment)).strip();
      line = line.replaceFirst("^(deb\\s+)\\[[^]]*]\\s*", "$1");
      List<String> words = List.of(line.split("\\s+"));
      if (words.size() >= 4 && words.getFirst().equals("deb")) {
        List<String> components = words.subList(3, words.size());
        base(words.get(1)).ifPresent(u -> sources.add(new Source(u, words.get(2), components)));
      }
    }
    return sources;
  }

  /** The deb822 form: paragraphs of {@code Field: value}. */
  static List<Source> deb822(String text) {
    List<Source> sources = new ArrayList<>();
    Map<String, String> paragraph = new LinkedHashMap<>();
    String field = "";
    for (String line : (text + "\n\n").lines().toList()) {
      if (line.startsWith("#")) {
        continue;
      }
      if (line.isBlank()) {
        sources.addAll(sourcesOf(paragraph));
        paragraph.clear();
        field = "";
      } else if (Character.isWhitespace(line.charAt(0))) {
        paragraph.merge(field, line.strip(), (a, b) -> a + " " + b);
      } else if (line.indexOf(':') > 0) {
        int colon = line.indexOf(':');
        field = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
        paragraph.put(field, line.substring(colon + 1).strip());
      }
    }
    sources.addAll(sourcesOf(paragraph));
    return sources;
  }

  private static List<Source> sourcesOf(Map<String, String> paragraph) {
    List<Source> sources = new ArrayList<>();
    String enabled = paragraph.getOrDefault("enabled", "yes").toLowerCase(Locale.ROOT);
    boolean on = !List.of("no", "false", "without", "off", "disable").contains(enabled);
    if (!on || !words(paragraph, "types").contains("deb")) {
      return sources;
    }
    for (String uri : words(paragraph, "uris")) {
      for (String suite : words(paragraph, "suites")) {
        base(uri).ifPresent(u -> sources.add(new Source(u, suite, words(paragraph, "components"))));
      }
    }
    return sources;
  }

  private static List<String> words(Map<String, String> paragraph, String field) {
    String value = paragraph.getOrDefault(field, "").strip();
    return value.isEmpty() ? List.of() : List.of(value.split("\\s+"));
  }

  private static Optional<URI> base(String text) {
    try {
      URI uri = Address.parse(text.replaceFirst("/+$", ""));
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      boolean web = (scheme.equals("http") || scheme.equals("https")) && uri.getHost() != null;
      return web || scheme.equals("file") ? Optional.of(uri) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static List<Path> parts(Path folder) {
    List<Path> parts = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      entries.forEach(parts::add);
    } catch (IOException e) {
      return List.of();
    }
    parts.sort(null);
    return parts;
  }

  /** A file's text, nothing where it cannot be read. */
  static Optional<String> content(Path file) {
    try {
      return Optional.of(Files.readString(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
