package dev.selfsame.build;

import java.util.List;
import java.util.regex.Pattern;

/** What {@code cargo.rustflags} may hold. */
public final class RustFlags {
  /** Cargo separates encoded flags by U+001F. */
  static final Pattern ONE = Pattern.compile("[^\\p{Cntrl}]+");

  private static final Pattern LINKS_STATICALLY =
      Pattern.compile(
          "(?:-C\\s*|--codegen[= ]|)(?:target-feature=\\S*\\+crt-static\\S*"
              + "|relocation-model=static)");

  private RustFlags() {}

  /** Whether {@code selfsame.toml} may hold this flag. */
  public static boolean allowed(String flag) {
    return ONE.matcher(flag).matches() && !LINKS_STATICALLY.matcher(flag).matches();
  }

  /** Refuses the flags that Cargo would pass to procedural macros too, which then cannot load. */
  static void check(ProjectTable cargo, List<String> flags) {
    for (String flag : flags) {
      if (LINKS_STATICALLY.matcher(flag).matches()) {
        throw cargo.wrong(
            "rustflags", flag + " breaks procedural macros, which are built with the same flags");
      }
    }
  }
}
