package dev.selfsame.adopt;

import static java.util.Objects.requireNonNull;

import dev.selfsame.source.cargo.CargoPackage;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A {@code selfsame.toml} to be.
 *
 * @param name the artifact's
 * @param pin id of the environment
 * @param why why that one, one line
 * @param otherPins ids of further ones that fit
 * @param cargoPackage the package that is built
 * @param binaries names of its binaries, at least one
 * @param features switched on beside the default ones
 * @param rustflags for every rustc call
 * @param profile keys of Cargo's profile that are set from outside
 * @param release what the project's own {@code [profile.release]} sets
 * @param image the runtime image that is wanted of it
 * @param base id of the runtime pin that an image could have as its base; empty where there is none
 * @param findings what could not be decided, and what stands in the way; the worst first
 */
public record Draft(
    String name,
    String pin,
    String why,
    List<String> otherPins,
    CargoPackage cargoPackage,
    List<String> binaries,
    List<String> features,
    List<String> rustflags,
    Map<String, String> profile,
    Map<String, String> release,
    Optional<Image> image,
    Optional<String> base,
    List<Finding> findings) {
  public Draft {
    requireNonNull(name);
    requireNonNull(pin);
    requireNonNull(why);
    requireNonNull(cargoPackage);
    requireNonNull(image);
    requireNonNull(base);
    otherPins = List.copyOf(otherPins);
    binaries = List.copyOf(binaries);
    features = List.copyOf(features);
    rustflags = List.copyOf(rustflags);
    profile = Collections.unmodifiableMap(new TreeMap<>(profile));
    release = Collections.unmodifiableMap(new TreeMap<>(release));
    findings = List.copyOf(findings);
  }

  /**
   * An image of a binary.
   *
   * @param base id of a runtime pin
   */
  public record Image(String base, String binary) {
    public Image {
      requireNonNull(base);
      requireNonNull(binary);
    }
  }
}
