package dev.selfsame.build;

import static java.util.Objects.requireNonNull;

import dev.selfsame.source.Dirt;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is to be built and where the result goes.
 *
 * @param folder the project: a folder of a git work tree with selfsame.toml and Cargo.lock
 * @param out folder for the result; one that an earlier build has left is replaced
 * @param dirt whether a work tree that differs from its commit is built
 * @param checks how often it is built
 * @param pin pin id instead of the project's, or null
 * @param profileOverrides profile keys beside the project's, and over them
 * @param timeout of one build instead of the project's, or null
 * @param jobs Cargo's jobs at once, 0 for Cargo's own choice
 */
public record BuildRequest(
    Path folder,
    Path out,
    Dirt dirt,
    Checks checks,
    @Nullable String pin,
    Map<String, String> profileOverrides,
    @Nullable Duration timeout,
    int jobs) {
  public BuildRequest {
    requireNonNull(folder);
    requireNonNull(out);
    requireNonNull(dirt);
    requireNonNull(checks);
    profileOverrides = Collections.unmodifiableMap(new TreeMap<>(profileOverrides));
  }

  /** The usual request: a clean tree, checked whole, all as the project says. */
  public static BuildRequest of(Path folder, Path out) {
    return new BuildRequest(folder, out, Dirt.REFUSED, Checks.WHOLE, null, Map.of(), null, 0);
  }

  /** How often it is built. */
  public enum Checks {
    /** Two controls and a variation; on a difference, one factor at a time. */
    WHOLE,
    /** Once. Nothing is said about whether it can be built again. */
    NONE
  }
}
