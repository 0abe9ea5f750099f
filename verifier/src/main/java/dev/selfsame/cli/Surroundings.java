package dev.selfsame.cli;

import dev.selfsame.binary.bytes.Deadline;
import dev.selfsame.files.UserFolders;
import dev.selfsame.store.Seen;
import dev.selfsame.store.file.FileSeen;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/**
 * What a command takes from outside.
 *
 * @param environment variables of the process
 * @param clock the time
 * @param folders the user's own folders
 * @param workFolder the folder that the command was called in
 * @param console where it writes
 * @param patience how long it waits for another process that holds a registry's folder
 */
record Surroundings(
    Map<String, String> environment,
    Clock clock,
    UserFolders folders,
    Path workFolder,
    Console console,
    Duration patience) {
  /** The usual patience. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  /** With the usual patience. */
  Surroundings(
      Map<String, String> environment,
      Clock clock,
      UserFolders folders,
      Path workFolder,
      Console console) {
    this(environment, clock, folders, workFolder, console, PATIENCE);
  }

  /**
   * What tells how long something takes. The machine's own clock may be set meanwhile; another one,
   * as tests have, is both.
   */
  InstantSource watch() {
    return clock.equals(Clock.systemUTC()) ? Deadline.steady() : clock;
  }

  /** What this user was shown before. */
  Seen seen() {
    return new FileSeen(folders.data().resolve("seen"), console.progress());
  }

  static Surroundings ofProcess() {
    Map<String, String> environment = System.getenv();
    return new Surroundings(
        environment,
        Clock.systemUTC(),
        UserFolders.of(environment),
        Path.of("").toAbsolutePath(),
        Console.ofProcess(environment));
  }
}
