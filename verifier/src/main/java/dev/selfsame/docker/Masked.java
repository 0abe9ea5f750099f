package dev.selfsame.docker;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A command line with what looks like a secret taken out. */
final class Masked {
  private static final String MASK = "***";
  private static final Pattern NAME =
      Pattern.compile(
          "(?i).*(passw(or)?d|passphrase|secret|token|credential|api-?_?key|private-?_?key).*");
  private static final Pattern URL_SECRET = Pattern.compile("(://[^:/@\\s]*:)[^@\\s]+@");

  private Masked() {}

  /** {@code --password x}, {@code --password=x} and {@code scheme://user:x@host} without x. */
  static List<String> words(List<String> words) {
    List<String> masked = new ArrayList<>();
    boolean next = false;
    for (String word : words) {
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      if (next) {
        masked.add(MASK);
        next = false;
      } else if (equals > 0 && NAME.matcher(name).matches()) {
        masked.add(name + "=" + MASK);
      } else {
        masked.add(URL_SECRET.matcher(word).replaceAll("$1" + MASK + "@"));
        next = word.startsWith("-") && NAME.matcher(word).matches();
      }
    }
    return masked;
  }
}
