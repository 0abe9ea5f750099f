package dev.selfsame.doctor;

import dev.selfsame.pins.fetch.AptSources;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The machine itself.
 *
 * @param proc where the kernel tells of itself: {@code /proc}
 * @param apt apt's configuration: {@code /etc/apt}
 * @param clock the time
 */
public record Machine(Path proc, Path apt, Clock clock) {
  /** No machine that runs this was set to a time before it was written. */
  private static final Instant EARLIEST = Instant.parse("2026-01-01T00:00:00Z");

  private static final Duration SKEW = Duration.ofMinutes(5);

  /**
   * Whether an ordinary user may make user namespaces, which the engines without a daemon need.
   * Source: user_namespaces(7); Debian's and Ubuntu's own switches beside it.
   */
  public Check namespaces() {
    String name = "user namespaces";
    if (number("sys/user/max_user_namespaces").equals(Optional.of(0L))) {
      return Check.missing(
          name, "user.max_user_namespaces is 0", "sysctl user.max_user_namespaces=15000");
    }
    if (number("sys/kernel/unprivileged_userns_clone").equals(Optional.of(0L))) {
      return Check.missing(
          name,
          "kernel.unprivileged_userns_clone is 0",
          "sysctl kernel.unprivileged_userns_clone=1");
    }
    if (number("sys/kernel/apparmor_restrict_unprivileged_userns").equals(Optional.of(1L))) {
      return Check.missing(
          name,
          "AppArmor restricts them to programs with a profile",
          "sysctl kernel.apparmor_restrict_unprivileged_userns=0, or --engine docker");
    }
    return number("sys/user/max_user_namespaces")
        .map(most -> Check.ok(name, "%d may be made".formatted(most)))
        .orElseGet(() ->
            Check.unknown(
                name,
                "the kernel does not say",
                "see the engines bwrap and unshare: they were tried for real"));
  }

  private Optional<Long> number(String file) {
    try {
      String text = Files.readString(proc.resolve(file), StandardCharsets.US_ASCII).strip();
      return Optional.of(Long.parseLong(text));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether there is room.
   *
   * @param folder a folder that there may not be yet
   * @param least bytes
   * @param variable the environment variable that names another folder
   */
  public static Check disk(String name, Path folder, long least, String variable) {
    Path there = folder;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    try {
      long free = Files.getFileStore(there).getUsableSpace();
      String text = "%,d MiB are free in %s".formatted(free >> 20, folder);
      if (free < least) {
        return Check.missing(
            name,
            "%s, and %,d are needed".formatted(text, least >> 20),
            "free some, or name another folder with " + variable);
      }
      return Files.isWritable(there)
          ? Check.ok(name, text)
          : Check.missing(
              name, folder + " cannot be written", "name another folder with " + variable);
    } catch (IOException e) {
      return Check.unknown(
          name,
          "%s: %s".formatted(folder, e.getMessage()),
          "check that folder, or name another with " + variable);
    }
  }

  /** Where Debian packages are taken from before Debian's archive of snapshots. */
  public Check mirrors() {
    List<String> hosts =
        AptSources.read(apt).stream()
            .map(AptSources.Source::uri)
            .map(Machine::place)
            .sorted()
            .distinct()
            .toList();
    return hosts.isEmpty()
        ? Check.missing(
            "apt mirrors",
            "none in %s: Debian's public ones are used".formatted(apt),
            "name a near one with --mirror")
        : Check.ok("apt mirrors", String.join(", ", hosts));
  }

  private static String place(URI uri) {
    return uri.getHost() == null ? uri.toString() : uri.getHost();
  }

  /**
   * Whether the clock can be right: promotions and keys have lifetimes.
   *
   * @param written files that cannot be from the future
   */
  public Check time(List<Path> written) {
    String name = "clock";
    Instant now = clock.instant();
    String hint = "set the clock, such as with systemd-timesyncd or chrony";
    if (now.isBefore(EARLIEST)) {
      return Check.missing(name, "it says " + now, hint);
    }
    for (Path file : written) {
      try {
        Instant at = Files.getLastModifiedTime(file).toInstant();
        if (at.isAfter(now.plus(SKEW))) {
          return Check.missing(name, "it says %s, and %s is of %s".formatted(now, file, at), hint);
        }
      } catch (IOException e) {
        // What is not there says nothing of the time.
      }
    }
    return Check.ok(name, now.toString());
  }
}
