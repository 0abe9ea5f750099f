package dev.selfsame.pins;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What every build in an environment has fixed.
 *
 * @param paths absolute places within the root: {@code src}, {@code target}, {@code cargo}
 * @param environment variables, sorted by name
 */
public record Normalise(Map<String, String> paths, Map<String, String> environment) {
  /** Where a pin file gives no places of its own. */
  public static final Normalise USUAL =
      new Normalise(
          Map.of("src", "/src", "target", "/build/target", "cargo", "/cargo"),
          Map.of("CARGO_INCREMENTAL", "0", "LC_ALL", "C.UTF-8", "TZ", "UTC"));

  public Normalise {
    paths = Collections.unmodifiableMap(new TreeMap<>(paths));
    environment = Collections.unmodifiableMap(new TreeMap<>(environment));
  }
}
