package dev.selfsame.deploy.host;

import static java.util.Objects.requireNonNull;

import dev.selfsame.digest.Digest;
import dev.selfsame.files.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One process and no other: a pid is given out again, but not within the same start of the machine
 * to a process that began at the same tick.
 *
 * @param pid the process
 * @param started clock ticks from the machine's start
 * @param boot which start of the machine
 */
record ProcessMark(long pid, long started, String boot) {
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,10}) ([0-9]{1,19}) ([0-9a-f-]{36})\n");

  ProcessMark {
    requireNonNull(boot);
  }

  /** Of a process that runs now; empty where it has ended. */
  static Optional<ProcessMark> of(long pid) throws IOException {
    String boot = Proc.boot();
    return Proc.stat(pid).filter(Proc.Stat::runs).map(s -> new ProcessMark(pid, s.started(), boot));
  }

  /** Reads what {@link #write} wrote; empty where there is none, or none of this form. */
  static Optional<ProcessMark> read(Path file) throws IOException {
    try {
      Matcher form = FORM.matcher(Files.readString(file, StandardCharsets.US_ASCII));
      return form.matches()
          ? Optional.of(
              new ProcessMark(
                  Long.parseLong(form.group(1)), Long.parseLong(form.group(2)), form.group(3)))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  void write(Path file) throws IOException {
    AtomicFile.write(file, "%d %d %s\n".formatted(pid, started, boot));
  }

  /** Whether this very process still runs. */
  boolean runs() throws IOException {
    return Proc.stat(pid).filter(s -> s.runs() && s.started() == started).isPresent()
        && Proc.boot().equals(boot);
  }

  /** SHA-256 of the bytes that it executes; empty where it has ended. */
  Optional<Digest> digest() throws IOException {
    if (!runs()) {
      return Optional.empty();
    }
    try {
      Digest digest = Proc.digest(pid);
      // Asked again: the pid may have become another's while its file was read.
      return runs() ? Optional.of(digest) : Optional.empty();
    } catch (NoSuchFileException ended) {
      return Optional.empty();
    }
  }

  /** Since when, to the second or so. */
  Optional<Instant> since() {
    return ProcessHandle.of(pid).flatMap(process -> process.info().startInstant());
  }
}
