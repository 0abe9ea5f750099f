package dev.selfsame.deploy.docker;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A folder of a container that is in memory, by its mount options (tmpfs(5)). */
final class Tmpfs {
  private static final List<String> CONFINED = List.of("noexec", "nosuid", "nodev");
  private static final Set<String> OTHERS = Set.of("exec", "suid", "dev", "ro");
  private static final Pattern SIZE = Pattern.compile("size=([0-9]{1,15}|[0-9]{1,9}[kmg])");

  private Tmpfs() {}

  /** Writable, and nothing in it can be executed or gives rights. */
  static String options(long bytes) {
    return "rw,%s,size=%d".formatted(String.join(",", CONFINED), bytes);
  }

  /** Whether options mean the same; engines add others, and write sizes in other units. */
  static boolean isAsDeclared(String options, long bytes) {
    List<String> words = List.of(options.split(","));
    List<String> sizes = words.stream().filter(word -> word.startsWith("size=")).toList();
    return words.containsAll(CONFINED)
        && words.stream().noneMatch(OTHERS::contains)
        && !sizes.isEmpty()
        && sizes.stream().allMatch(size -> bytes(size) == bytes);
  }

  private static long bytes(String size) {
    Matcher form = SIZE.matcher(size);
    if (!form.matches()) {
      return -1;
    }
    String said = form.group(1);
    int shift =
        switch (said.charAt(said.length() - 1)) {
          case 'k' -> 10;
          case 'm' -> 20;
          case 'g' -> 30;
          default -> 0;
        };
    return Long.parseLong(shift == 0 ? said : said.substring(0, said.length() - 1)) << shift;
  }
}
