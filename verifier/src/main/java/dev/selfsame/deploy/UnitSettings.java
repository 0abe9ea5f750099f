package dev.selfsame.deploy;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a deploy file says of a systemd unit: its table {@code [systemd]}.
 *
 * @param user that it runs as; empty for one that systemd makes for as long as it runs
 * @param writable folders that it may write to beside its own state folder, absolute
 */
public record UnitSettings(Optional<String> user, List<String> writable) {
  /** Where the table is absent. */
  public static final UnitSettings USUAL = new UnitSettings(Optional.empty(), List.of());

  private static final Pattern USER = Pattern.compile("[a-z_][a-z0-9_-]{0,30}");
  private static final Pattern PATH = Pattern.compile("(?:/[A-Za-z0-9_][A-Za-z0-9._+-]*)+");

  /** Throws {@link IllegalArgumentException} with one phrase where a value is of another form. */
  public UnitSettings {
    user.ifPresent(one -> {
      if (!USER.matcher(one).matches() || one.equals("root")) {
        throw new IllegalArgumentException("no user for a service: " + one);
      }
    });
    writable = writable.stream().sorted().distinct().toList();
    writable.forEach(one -> {
      if (!PATH.matcher(one).matches()) {
        throw new IllegalArgumentException("not a folder: " + one);
      }
    });
  }
}
