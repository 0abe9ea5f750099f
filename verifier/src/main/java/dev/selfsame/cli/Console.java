package dev.selfsame.cli;

import dev.selfsame.files.AtomicFile;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Where a command writes: results to stdout, everything else to stderr. */
final class Console {
  private final PrintStream out;
  private final PrintStream err;
  private final boolean outColoured;
  private final ProgressLine progress;
  private boolean lost;

  Console(PrintStream out, PrintStream err, boolean outColoured, boolean errMoves) {
    this.out = out;
    this.err = err;
    this.outColoured = outColoured;
    this.progress = new ProgressLine(err, errMoves);
  }

  static Console ofProcess(Map<String, String> environment) {
    boolean dumb = "dumb".equals(environment.get("TERM"));
    boolean coloured = !dumb && environment.getOrDefault("NO_COLOR", "").isEmpty();
    boolean ci = !environment.getOrDefault("CI", "").isEmpty();
    return new Console(
        stream(FileDescriptor.out),
        stream(FileDescriptor.err),
        coloured && Terminal.isOne(1),
        !dumb && !ci && Terminal.isOne(2));
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
  }

  /** Prints a line of the result. */
  void line(String text) {
    progress.clear();
    out.print(text + "\n");
  }

  /** Prints a result as it is, without a newline. */
  void print(String text) {
    progress.clear();
    out.print(text);
  }

  /** Prints a document's bytes as they are. */
  void print(byte[] bytes) {
    progress.clear();
    out.write(bytes, 0, bytes.length);
  }

  /** Writes a page or a picture beside the result: whole, or not at all. */
  static void save(Path file, String content) {
    try {
      AtomicFile.write(file, content);
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot write %s: %s".formatted(file, e.getMessage()), "choose another place", e);
    }
  }

  /** Prints a line for people beside the result. */
  void message(String text) {
    progress.note(text);
  }

  /** Prints an error and its hint, a line each. */
  void failure(Failure failure) {
    progress.clear();
    out.flush();
    err.print("error: " + failure.getMessage() + "\nhint: " + failure.hint() + "\n");
    err.flush();
  }

  /** Whether colour belongs on stdout: a terminal, no NO_COLOR, no dumb terminal. */
  boolean coloured() {
    return outColoured;
  }

  Progress progress() {
    return progress;
  }

  PrintStream err() {
    return err;
  }

  PrintStream out() {
    return out;
  }

  /**
   * Ends the output.
   *
   * @return false where stdout could not take it all (a full disk, a closed pipe): then the caller
   *     was not told the result, and the command must exit neither with 0 nor with 1. Whoever is
   *     told so first says it
   */
  boolean flush() {
    progress.clear();
    boolean whole = !out.checkError();
    lost |= !whole;
    err.flush();
    return whole;
  }

  /** Whether somebody was told already that stdout could not take it all. */
  boolean lost() {
    return lost;
  }
}
