package dev.selfsame.pins.lock;

import static java.util.Objects.requireNonNull;

import dev.selfsame.pins.Normalise;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What shall be locked.
 *
 * @param id the pin's id
 * @param platform {@code linux/amd64} or {@code linux/arm64}
 * @param rustcVersion as {@code rustc --version} has it, where known
 * @param rustcCommit as {@code rustc -vV} has it, where known
 * @param suites such as {@code trixie}, {@code trixie-security}: the latest version of any counts
 * @param packages names; what they depend on is added
 * @param normalise what every build in it has fixed
 */
public record LockRequest(
    String id,
    String platform,
    @Nullable String rustcVersion,
    @Nullable String rustcCommit,
    List<String> suites,
    List<String> packages,
    Normalise normalise) {
  public LockRequest {
    requireNonNull(id);
    requireNonNull(platform);
    suites = List.copyOf(suites);
    packages = packages.stream().sorted().distinct().toList();
    requireNonNull(normalise);
  }
}
