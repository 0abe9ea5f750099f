package dev.selfsame.doctor;

import dev.selfsame.attest.Role;
import dev.selfsame.attest.TrustRoot;
import dev.selfsame.attest.TrustedKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The trust root: whether it is there, and whether its keys still count. */
public final class Trust {
  private static final Duration SOON = Duration.ofDays(30);

  private Trust() {}

  /**
   * Looks at a trust root's file.
   *
   * @param reading reads it as a verification does, and refuses what that refuses
   * @return one check for the file, and one for each key that has ended or soon will
   */
  public static List<Check> look(Path file, Supplier<TrustRoot> reading, Instant now) {
    List<Check> keys = new ArrayList<>();
    Check whole =
        Check.of(
            "trust root",
            () -> {
              TrustRoot root = reading.get();
              root.keys().stream()
                  .map(key -> key(key, now))
                  .filter(check -> check.state() != Check.State.OK)
                  .forEach(keys::add);
              return file(root, file, now);
            });
    return Stream.concat(Stream.of(whole.asNeeded()), keys.stream()).toList();
  }

  private static Check file(TrustRoot root, Path file, Instant now) {
    List<TrustedKey> live =
        root.keys().stream().filter(key -> key.objection(now).isEmpty()).toList();
    String roles =
        live.stream()
            .map(key -> key.role().word() + " " + key.operator())
            .distinct()
            .collect(Collectors.joining(", "));
    String text = "%s, version %d: %s".formatted(file, root.version(), roles);
    return live.isEmpty()
        ? Check.missing(
            "trust root",
            "%s has no key that counts now".formatted(file),
            "selfsame trust add " + file)
        : Check.ok("trust root", text);
  }

  private static Check key(TrustedKey key, Instant now) {
    String name = "key";
    if (key.objection(now).isPresent()) {
      return Check.missing(name, key.describe() + " " + key.objection(now).get(), next(key));
    }
    return end(key).isBefore(now.plus(SOON))
        ? Check.missing(name, "%s ends soon, at %s".formatted(key.describe(), end(key)), next(key))
        : Check.ok(name, key.describe());
  }

  private static Instant end(TrustedKey key) {
    TrustedKey.Revocation taken = key.revocation();
    return taken != null && taken.at().isBefore(key.validUntil()) ? taken.at() : key.validUntil();
  }

  private static String next(TrustedKey key) {
    String successor = "add its successor: selfsame trust add";
    return key.role() == Role.PROMOTER
        ? successor + "; and promote by that what the channels hold: selfsame trust revoke --help"
        : successor;
  }
}
