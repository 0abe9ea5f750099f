package dev.selfsame.build;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;

/**
 * Absolute places within the root.
 *
 * @param source the project
 * @param target Cargo's target folder
 * @param cargo Cargo's home, where it unpacks the crates
 * @param home the user's home
 */
record Layout(String source, String target, String cargo, String home) {
  /**
   * The local registry. It is never moved: Cargo names the folder that it unpacks crates into by a
   * hash of this path, and panic messages hold that name.
   */
  static final String CRATES = "/crates";

  private static final String ELSEWHERE = "/build/elsewhere/of/another/length";

  Layout {
    requireNonNull(source);
    requireNonNull(target);
    requireNonNull(cargo);
    requireNonNull(home);
  }

  /** The places that a pin fixes. */
  static Layout of(Map<String, String> paths) {
    return new Layout(
        paths.getOrDefault("src", "/src"),
        paths.getOrDefault("target", "/build/target"),
        paths.getOrDefault("cargo", "/cargo"),
        "/build/home");
  }

  Map<String, String> paths() {
    return Map.of("src", source, "target", target, "cargo", cargo);
  }

  /** Other places for everything but the local registry. */
  Layout elsewhere() {
    return new Layout(
        ELSEWHERE + "/checkout",
        ELSEWHERE + "/out/target",
        ELSEWHERE + "/cargo-home",
        ELSEWHERE + "/home");
  }

  /** Whether the target folder is within the source folder, as Cargo has it by itself. */
  boolean targetWithinSource() {
    return target.startsWith(source + "/");
  }

  /**
   * Flags that give every path in the output the name it has in {@code fixed}.
   *
   * <p>Measured on rustc 1.85.1 of Debian, with crates and build scripts: builds at two places give
   * the same bytes, also with {@code debug=1} and with {@code strip=none}. Cargo keeps these flags
   * out of the hashes that it puts into symbol and file names.
   */
  List<String> remapTo(Layout fixed) {
    return List.of(
        remap("--remap-path-prefix=", target, fixed.target),
        remap("--remap-path-prefix=", cargo, fixed.cargo),
        remap("--remap-path-prefix=", source, fixed.source));
  }

  /** The same for C and C++ code in crates; the {@code cc} crate and most makefiles take it. */
  String cFlagsTo(Layout fixed) {
    return String.join(
        " ",
        remap("-ffile-prefix-map=", target, fixed.target),
        remap("-ffile-prefix-map=", cargo, fixed.cargo),
        remap("-ffile-prefix-map=", source, fixed.source));
  }

  private static String remap(String flag, String from, String to) {
    return flag + from + "=" + to;
  }
}
