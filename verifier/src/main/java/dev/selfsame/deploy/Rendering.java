package dev.selfsame.deploy;

import static java.util.stream.Collectors.toSet;

import dev.selfsame.deploy.DeployFile.ConfigFile;
import dev.selfsame.outcome.Failure;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A configuration file with everything in its place. */
public final class Rendering {
  private static final Pattern PLACE =
      Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)([|][^}\\n]*)?}");

  private Rendering() {}

  /**
   * Fills in a template. In files of TOML and JSON a value is written as the inside of a quoted
   * string is, so that none can end its string. {@code ${NAME|url}} stands for a value in an
   * address, such as a password before a host: all but letters, digits and {@code -._~} is
   * percent-encoded (RFC 3986, section 2).
   *
   * @return the file's bytes, which may hold secrets
   */
  public static byte[] of(ConfigFile config, DeployFile file, Secrets secrets) {
    boolean quoted = config.source().endsWith(".toml") || config.source().endsWith(".json");
    String text =
        PLACE
            .matcher(config.template())
            .replaceAll((MatchResult place) -> {
              String name = place.group(1);
              String value =
                  secrets.has(name)
                      ? secrets.value(name)
                      : Optional.ofNullable(file.environment().get(name)).orElseThrow();
              String placed = place.group(2) == null ? value : encoded(value);
              return Matcher.quoteReplacement(quoted ? quoted(placed) : placed);
            });
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Refuses a template that asks for what nobody has declared.
   *
   * @throws Failure (usage) with the line
   */
  static void requireKnown(ConfigFile config, DeployFile file) {
    Matcher place = PLACE.matcher(config.template());
    while (place.find()) {
      String name = place.group(1);
      String form = place.group(2);
      if (form != null && !form.equals("|url")) {
        throw Failure.usage(
            "%s: nothing is known of %s".formatted(config.source(), place.group()),
            "write ${%s}, or ${%s|url} in an address".formatted(name, name));
      }
      if (!file.secrets().names().contains(name) && !file.environment().containsKey(name)) {
        long line =
            config.template().substring(0, place.start()).chars().filter(c -> c == '\n').count()
                + 1;
        throw Failure.usage(
            "%s:%d: ${%s} is declared nowhere".formatted(config.source(), line, name),
            "add it to secrets.names or to [environment]");
      }
    }
  }

  /** The names that a template asks for. */
  public static Set<String> names(ConfigFile config) {
    return PLACE.matcher(config.template()).results().map(one -> one.group(1)).collect(toSet());
  }

  private static String encoded(String value) {
    // Of a form, which differs in these.
    return URLEncoder.encode(value, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  /** The inside of a quoted string in TOML or JSON. */
  static String quoted(String value) {
    StringBuilder out = new StringBuilder();
    value
        .chars()
        .forEach(c -> {
          if (c == '"' || c == '\\') {
            out.append('\\').append((char) c);
          } else if (c < 0x20 || c == 0x7f) {
            out.append("\\u%04x".formatted(c));
          } else {
            out.append((char) c);
          }
        });
    return out.toString();
  }
}
