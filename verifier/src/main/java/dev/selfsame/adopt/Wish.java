package dev.selfsame.adopt;

import static java.util.Objects.requireNonNull;

import dev.selfsame.pins.Pin;
import java.util.Optional;

/**
 * What the user says beforehand.
 *
 * @param cargoPackage the package, where the project has several with binaries
 * @param pin the environment, in the place of the one that would be chosen
 * @param name the artifact's name; the package's, where none is said
 * @param image whether an image of the binary is wanted
 * @param platform {@code linux/amd64} or {@code linux/arm64}
 */
public record Wish(
    Optional<String> cargoPackage,
    Optional<Pin> pin,
    Optional<String> name,
    boolean image,
    String platform) {
  public Wish {
    requireNonNull(cargoPackage);
    requireNonNull(pin);
    requireNonNull(name);
    requireNonNull(platform);
  }
}
