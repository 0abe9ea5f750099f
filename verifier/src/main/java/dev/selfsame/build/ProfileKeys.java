package dev.selfsame.build;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Keys of a Cargo profile that can be set from outside, as {@code CARGO_PROFILE_NAME_KEY}. Source:
 * The Cargo Book, Configuration, Environment variables.
 */
public final class ProfileKeys {
  private static final String LEVEL = "none|line-directives-only|line-tables-only|limited|full";
  private static final Map<String, Pattern> VALUES =
      Map.ofEntries(
          Map.entry("codegen-units", Pattern.compile("[1-9][0-9]{0,3}")),
          Map.entry("debug", Pattern.compile("[0-2]|true|false|" + LEVEL)),
          Map.entry("debug-assertions", Pattern.compile("true|false")),
          Map.entry("lto", Pattern.compile("true|false|off|thin|fat")),
          Map.entry("opt-level", Pattern.compile("[0-3]|s|z")),
          Map.entry("overflow-checks", Pattern.compile("true|false")),
          Map.entry("panic", Pattern.compile("unwind|abort")),
          Map.entry("split-debuginfo", Pattern.compile("off|packed|unpacked")),
          Map.entry("strip", Pattern.compile("none|debuginfo|symbols|true|false")));

  private ProfileKeys() {}

  /** Whether Cargo knows this key with this value. */
  public static boolean known(String key, String value) {
    Pattern form = VALUES.get(key);
    return form != null && form.matcher(value).matches();
  }

  static Map<String, String> read(ProjectTable profile) {
    Map<String, String> overrides = new TreeMap<>();
    for (String key : profile.keys()) {
      Pattern form = VALUES.get(key);
      if (form == null) {
        throw profile.wrong(
            key,
            key.equals("incremental")
                ? "profile.incremental is always false: it makes bytes depend on earlier builds"
                : "unknown field profile." + key);
      }
      String value = profile.scalar(key).orElse("");
      if (!form.matcher(value).matches()) {
        throw profile.wrong(
            key, "profile.%s is not one of %s: %s".formatted(key, form.pattern(), value));
      }
      overrides.put(key, value);
    }
    return overrides;
  }
}
