package dev.selfsame.build;

import java.util.Locale;

/**
 * What a build must not depend on. A variation changes some of them; the bytes must stay.
 *
 * <p>Time is no factor: no engine can set the clock. The two control builds are made one after the
 * other, so what depends on the moment shows there; what depends on the date alone does not.
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
