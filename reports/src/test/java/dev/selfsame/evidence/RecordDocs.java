package dev.selfsame.evidence;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the Javadoc of records says, read from their sources. */
final class RecordDocs {
  private static final Pattern PARAM =
      Pattern.compile("@param (\\w+) (.*?)(?=@param |$)", Pattern.DOTALL);

  private final Path sources;

  /**
   * @param sources the folder that holds the package's source files
   */
  RecordDocs(Path sources) {
    this.sources = sources;
  }

  /**
   * What is said of one type.
   *
   * @param description the sentences before the parameters
   * @param params by name
   */
  record Doc(String description, Map<String, String> params) {
    /** What is said of a component. */
    String of(String component) {
      String said = params.get(component);
      if (said == null || said.isEmpty()) {
        throw new IllegalStateException("no @param: " + component);
      }
      return said;
    }
  }

  Doc of(Class<?> type) {
    Class<?> outer = type;
    while (outer.getEnclosingClass() != null) {
      outer = outer.getEnclosingClass();
    }
    String source = read(sources.resolve(outer.getSimpleName() + ".java"));
    Matcher declared =
        Pattern.compile(
                "/\\*\\*((?:(?!\\*/).)*)\\*/\\s*(?:@\\w+(?:\\([^)]*(?:\\([^)]*\\)[^)]*)*\\))?\\s*)*"
                    + "(?:public |private |static |sealed )*(?:record|enum|interface) "
                    + type.getSimpleName()
                    + "\\b",
                Pattern.DOTALL)
            .matcher(source);
    if (!declared.find()) {
      throw new IllegalStateException("no Javadoc: " + type);
    }
    String text = declared.group(1).replaceAll("\\s*\\n\\s*\\*[ \t]?", "\n");
    int params = text.indexOf("@param");
    Map<String, String> byName = new LinkedHashMap<>();
    Matcher param = PARAM.matcher(params < 0 ? "" : text.substring(params));
    while (param.find()) {
      byName.put(param.group(1), plain(param.group(2)));
    }
    return new Doc(plain(params < 0 ? text : text.substring(0, params)), byName);
  }

  private static String plain(String javadoc) {
    return javadoc
        .replaceAll("\\s+", " ")
        .replaceAll("\\{@link [\\w.]+#([^}]*)\\}", "$1")
        .replaceAll("\\{@\\w+ #?([^}]*)\\}", "$1")
        .replaceAll("</?\\w+>", "")
        .strip();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
