package dev.selfsame.build;

import java.util.Locale;

/**
 * What a build must not depend on. A variation changes some of them; the bytes must stay.
 *
 * <p>Time is no factor of its own: two control builds are never made at the same moment, so what
 * depends on it shows there.
 */
public enum Factor {
  /** Where source, target folder, Cargo's home and the user's home stand. */
  PATH,
  HOSTNAME,
  /** User and group id, and the user's name. */
  UID,
  TIME_ZONE,
  /** Language and character set. None but C is installed in most roots. */
  LOCALE,
  UMASK,
  /** How many CPUs there are, and with them Cargo's number of jobs. */
  CPUS,
  /**
   * The order in which a folder lists its files. It can be varied where the source is in memory and
   * the engine shows the host's folders; elsewhere the record leaves it out.
   */
  FILE_ORDER,
  /** Variables that should mean nothing. */
  ENVIRONMENT,
  /** The kernel's version, as {@code uname -r} gives it. */
  KERNEL_NAME;

  /** The word in records and messages, such as {@code time-zone}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
