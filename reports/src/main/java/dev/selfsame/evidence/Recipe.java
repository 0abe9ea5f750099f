package dev.selfsame.evidence;

import static java.util.Objects.requireNonNull;

import dev.selfsame.digest.Digest;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that decides the bytes of a build. Equal recipes over equal sources give equal bytes on every
 * engine, or the build is not reproducible.
 *
 * @param pin the pin's id, such as {@code trixie-rust-1.85.1}
 * @param rootDiffId the DiffID of the root filesystem that the build saw
 * @param target Rust target triple
 * @param cargoPackage the Cargo package that is built, absent where that is Cargo.toml's own
 * @param binaries names of the binaries, sorted
 * @param profile Cargo profile, such as {@code release}
 * @param profileOverrides keys of {@code [profile]} set from outside, such as {@code strip}
 * @param features Cargo features, sorted
 * @param defaultFeatures whether default features are on
 * @param rustflags flags for every rustc call, in order
 * @param environment variables beyond the fixed ones, sorted by name
 * @param paths fixed places within the root: {@code src}, {@code target}, {@code cargo}
 * @param sourceDateEpoch seconds since 1970-01-01T00:00Z
 */
public record Recipe(
    String pin,
    Digest rootDiffId,
    String target,
    @Nullable String cargoPackage,
    List<String> binaries,
    String profile,
    Map<String, String> profileOverrides,
    List<String> features,
    boolean defaultFeatures,
    List<String> rustflags,
    Map<String, String> environment,
    Map<String, String> paths,
    long sourceDateEpoch) {
  public Recipe {
    requireNonNull(pin);
    requireNonNull(rootDiffId);
    requireNonNull(target);
    requireNonNull(profile);
    binaries = List.copyOf(binaries);
    profileOverrides = Collections.unmodifiableMap(new TreeMap<>(profileOverrides));
    features = List.copyOf(features);
    rustflags = List.copyOf(rustflags);
    environment = Collections.unmodifiableMap(new TreeMap<>(environment));
    paths = Collections.unmodifiableMap(new TreeMap<>(paths));
  }

  /** The same in another environment. */
  public Recipe withPin(String other, Digest diffId) {
    return new Recipe(
        other,
        diffId,
        target,
        cargoPackage,
        binaries,
        profile,
        profileOverrides,
        features,
        defaultFeatures,
        rustflags,
        environment,
        paths,
        sourceDateEpoch);
  }

  /** The same for another target. */
  public Recipe withTarget(String other) {
    return new Recipe(
        pin,
        rootDiffId,
        other,
        cargoPackage,
        binaries,
        profile,
        profileOverrides,
        features,
        defaultFeatures,
        rustflags,
        environment,
        paths,
        sourceDateEpoch);
  }

  /** The same with another profile, and other keys of it set from outside. */
  public Recipe withProfile(String other, Map<String, String> overrides) {
    return new Recipe(
        pin,
        rootDiffId,
        target,
        cargoPackage,
        binaries,
        other,
        overrides,
        features,
        defaultFeatures,
        rustflags,
        environment,
        paths,
        sourceDateEpoch);
  }

  /** The same with other features. */
  public Recipe withFeatures(List<String> others, boolean defaults) {
    return new Recipe(
        pin,
        rootDiffId,
        target,
        cargoPackage,
        binaries,
        profile,
        profileOverrides,
        others,
        defaults,
        rustflags,
        environment,
        paths,
        sourceDateEpoch);
  }

  /** The same with other flags. */
  public Recipe withRustflags(List<String> others) {
    return new Recipe(
        pin,
        rootDiffId,
        target,
        cargoPackage,
        binaries,
        profile,
        profileOverrides,
        features,
        defaultFeatures,
        others,
        environment,
        paths,
        sourceDateEpoch);
  }

  /** The same with other variables, and SOURCE_DATE_EPOCH. */
  public Recipe withEnvironment(Map<String, String> others, long epoch) {
    return new Recipe(
        pin,
        rootDiffId,
        target,
        cargoPackage,
        binaries,
        profile,
        profileOverrides,
        features,
        defaultFeatures,
        rustflags,
        others,
        paths,
        epoch);
  }

  /** The same at other places. */
  public Recipe withPaths(Map<String, String> others) {
    return new Recipe(
        pin,
        rootDiffId,
        target,
        cargoPackage,
        binaries,
        profile,
        profileOverrides,
        features,
        defaultFeatures,
        rustflags,
        environment,
        others,
        sourceDateEpoch);
  }
}
