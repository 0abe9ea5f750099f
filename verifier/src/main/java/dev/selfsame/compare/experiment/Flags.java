package dev.selfsame.compare.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * rustc's flags, put together by the setting that they make. Source: The rustc book, Command-line
 * Arguments and Codegen Options.
 */
final class Flags {
  /** The setting of flags that name paths otherwise. */
  static final String PATHS = "paths";

  private static final String REMAP = "--remap-path-prefix";

  /** Options that take their value as the next word, too. */
  private static final Set<String> WITH_VALUE =
      Set.of("-C", "--codegen", "-Z", "--cfg", "--check-cfg", "-L", "-l", "--cap-lints", REMAP);

  private static final Map<String, String> NAMES =
      Map.of(
          "symbol-mangling-version", "mangling",
          "force-frame-pointers", "frame-pointers",
          "relocation-model", "pie",
          "relro-level", "relro",
          "link-arg", "linker",
          "link-args", "linker",
          "linker", "linker",
          "linker-flavor", "linker",
          "debuginfo", "debug");

  private Flags() {}

  /** The flags of each setting, in order. */
  static Map<String, List<String>> settings(List<String> flags) {
    Map<String, List<String>> settings = new LinkedHashMap<>();
    for (int i = 0; i < flags.size(); i++) {
      List<String> words = new ArrayList<>(List.of(flags.get(i)));
      if (WITH_VALUE.contains(flags.get(i)) && i + 1 < flags.size()) {
        i++;
        words.add(flags.get(i));
      }
      settings.computeIfAbsent(setting(words), _ -> new ArrayList<>()).addAll(words);
    }
    return settings;
  }

  private static String setting(List<String> words) {
    String all = String.join(" ", words);
    if (all.startsWith(REMAP)) {
      return PATHS;
    }
    String option = all.replaceFirst("^(-C *|--codegen[= ])", "");
    if (option.equals(all)) {
      return "rustflags";
    }
    String key = option.split("=", 2)[0].replace('_', '-');
    return NAMES.getOrDefault(key, key);
  }

  /** The settings in which two lists differ, sorted. */
  static List<String> differing(List<String> a, List<String> b) {
    Map<String, List<String>> inA = settings(a);
    Map<String, List<String>> inB = settings(b);
    Set<String> all = new TreeSet<>(inA.keySet());
    all.addAll(inB.keySet());
    all.removeIf(id -> value(inA, id).equals(value(inB, id)));
    return List.copyOf(all);
  }

  private static List<String> value(Map<String, List<String>> settings, String id) {
    return settings.getOrDefault(id, List.of());
  }

  /** The flags of one setting. */
  static List<String> of(List<String> flags, String setting) {
    return value(settings(flags), setting);
  }

  /**
   * {@code flags} with one setting as in {@code wanted}. Once all settings are, so is the order:
   * rustc has a hash of its flags in every symbol.
   */
  static List<String> with(List<String> flags, String setting, List<String> wanted) {
    List<String> replaced = replaced(flags, setting, of(wanted, setting));
    return settings(replaced).equals(settings(wanted)) ? List.copyOf(wanted) : replaced;
  }

  /** {@code flags} with these instead of one setting's, none of them to leave it unset. */
  static List<String> replaced(List<String> flags, String setting, List<String> value) {
    Map<String, List<String>> settings = new LinkedHashMap<>(settings(flags));
    settings.remove(setting);
    List<String> all = new ArrayList<>();
    settings.values().forEach(all::addAll);
    all.addAll(value);
    return List.copyOf(all);
  }

  /** A setting's flags as people read them. */
  static String words(List<String> flags, String setting) {
    List<String> value = of(flags, setting);
    return value.isEmpty() ? Change.UNSET : String.join(" ", value);
  }
}
