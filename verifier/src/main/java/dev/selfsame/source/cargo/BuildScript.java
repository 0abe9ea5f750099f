package dev.selfsame.source.cargo;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A build script, looked at as text: what can be seen in it without running it.
 *
 * @param path from the project's folder, with slashes
 * @param libraries native libraries that it tells rustc to link, where it names them literally
 * @param programs programs that it starts, where it names them literally
 * @param readsClock whether it asks what time it is, which no two builds agree on
 */
public record BuildScript(
    String path, List<String> libraries, List<String> programs, boolean readsClock) {
  private static final Pattern LINKS =
      Pattern.compile("cargo::?rustc-link-lib=(?:[a-z+:-]+=)?([A-Za-z0-9_.+-]+)");
  private static final Pattern PROBES = Pattern.compile("\\bprobe(?:_library)?\\(\\s*\"([^\"]+)\"");
  private static final Pattern STARTS = Pattern.compile("Command::new\\(\\s*\"([^\"]+)\"");
  private static final Pattern CLOCK =
      Pattern.compile("SystemTime::now|Utc::now|Local::now|OffsetDateTime::now|Zoned::now");

  public BuildScript {
    requireNonNull(path);
    libraries = libraries.stream().sorted().distinct().toList();
    programs = programs.stream().sorted().distinct().toList();
  }

  /** Looks at a script; one that is not there has nothing in it. */
  static BuildScript read(Path file, String shown) {
    String text = ProjectText.text(file).orElse("");
    List<String> libraries = Stream.of(LINKS, PROBES).flatMap(form -> all(form, text)).toList();
    return new BuildScript(
        shown, libraries, all(STARTS, text).toList(), CLOCK.matcher(text).find());
  }

  private static Stream<String> all(Pattern form, String text) {
    return form.matcher(text).results().map(found -> found.group(1));
  }
}
