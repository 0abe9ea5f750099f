package dev.selfsame.build.docker;

/** Figures that the root's own {@code du} printed. */
final class Kib {
  private Kib() {}

  /**
   * The number, or 0 where it is none: a root without du(1) is held by the file size limit only.
   */
  static long parse(String text) {
    try {
      return Long.parseLong(text.strip());
    } catch (NumberFormatException noDu) {
      return 0;
    }
  }
}
