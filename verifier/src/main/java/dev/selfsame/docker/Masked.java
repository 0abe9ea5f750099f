package dev.selfsame.docker;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A command line with what looks like a secret taken out. What hides too much harms nobody. */
final class Masked {
  private static final String MASK = "***";
  private static final String NAME =
      "(?:pass|pwd|secret|token|credential|api[_-]{0,2}key|private[_-]{0,2}key)";
  private static final String ABOUT = "[\\w.-]{0,64}";
  private static final String VALUE = "(?:\"[^\"]*+\"?+|'[^']*+'?+|[^\\s\"';&|]++)++";

  private static final Pattern SECRET = Pattern.compile("(?i)" + NAME);

  /** Anywhere in a word, which may be a script. */
  private static final Pattern ASSIGNED =
      Pattern.compile("(?i)(%s%s%s=)%s".formatted(ABOUT, NAME, ABOUT, VALUE));

  private static final Pattern OPTION =
      Pattern.compile("(?i)((?<!\\S)-%s%s%s\\s+)%s".formatted(ABOUT, NAME, ABOUT, VALUE));

  /** Up to the last {@code @} before the host ends: some write one in a password as it is. */
  private static final Pattern URL = Pattern.compile("(://[^:/@\\s]*:)[^/\\s]*@");

  /** Of a password with a slash as it is. */
  private static final Pattern URL_WITH_SLASH = Pattern.compile("(://[^:/@\\s]*:)[^@\\s]+@");

  private Masked() {}

  /**
   * {@code --password x}, {@code --password=x} and {@code scheme://user:x@host} without x, also
   * within a word, such as a shell's script.
   */
  static List<String> words(List<String> words) {
    List<String> masked = new ArrayList<>();
    boolean next = false;
    for (String word : words) {
      int equals = word.indexOf('=');
      if (next) {
        masked.add(MASK);
        next = false;
      } else if (equals > 0 && SECRET.matcher(word.substring(0, equals)).find()) {
        // All of it: a value of a word of its own may have spaces.
        masked.add(within(word.substring(0, equals + 1)) + MASK);
      } else {
        masked.add(within(word));
        next = equals < 0 && word.startsWith("-") && SECRET.matcher(word).find();
      }
    }
    return masked;
  }

  private static String within(String word) {
    String masked = word;
    for (Pattern each : List.of(ASSIGNED, OPTION)) {
      masked = each.matcher(masked).replaceAll("$1" + MASK);
    }
    for (Pattern each : List.of(URL, URL_WITH_SLASH)) {
      masked = each.matcher(masked).replaceAll("$1" + MASK + "@");
    }
    return masked;
  }
}
