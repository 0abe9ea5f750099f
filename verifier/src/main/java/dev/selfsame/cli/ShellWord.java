package dev.selfsame.cli;

/** A word of a command line, as a person can paste it into a POSIX shell. */
final class ShellWord {
  private ShellWord() {}

  static String of(Object word) {
    String text = word.toString();
    return text.matches("[A-Za-z0-9_@%+=:,./-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
