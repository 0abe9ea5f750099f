package dev.selfsame.pins.lock;

import static java.util.Objects.requireNonNull;

import dev.selfsame.outcome.Failure;
import dev.selfsame.pins.Normalise;
import dev.selfsame.pins.RootUse;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What shall be locked.
 *
 * @param id the pin's id
 * @param platform {@code linux/amd64} or {@code linux/arm64}
 * @param rustcVersion the version that {@code rustcCommit} belongs to
 * @param rustcCommit rustc's own commit, as {@code rustc -vV} has it, where known; dropped when the
 *     suites now have another version
 * @param use what the root is for
 * @param suites such as {@code trixie}, {@code trixie-security}: the latest version of any counts
 * @param packages names; for a root to build in, what they depend on is added
 * @param normalise what every build in it has fixed
 */
public record LockRequest(
    String id,
    String platform,
    @Nullable String rustcVersion,
    @Nullable String rustcCommit,
    RootUse use,
    List<String> suites,
    List<String> packages,
    Normalise normalise) {
  private static final Pattern WORD = Pattern.compile("[a-z0-9][a-z0-9+.-]{0,63}");

  /** Throws {@link Failure} (usage) where a name could mean something else to apt or in a path. */
  public LockRequest {
    requireNonNull(id);
    requireNonNull(platform);
    requireNonNull(use);
    for (String name : Stream.of(List.of(id), suites, packages).flatMap(List::stream).toList()) {
      if (!WORD.matcher(name).matches()) {
        throw Failure.usage(
            "not a name of a pin, suite or package: " + name,
            "names have lower-case letters, digits, dots, dashes and plus signs");
      }
    }
    if (!platform.matches("linux/(amd64|arm64)")) {
      throw Failure.usage("not a platform: " + platform, "linux/amd64 and linux/arm64 are known");
    }
    suites = List.copyOf(suites);
    packages = packages.stream().sorted().distinct().toList();
    requireNonNull(normalise);
  }
}
