package dev.selfsame.store.file;

import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Interruption;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** What users are told when the file system refuses. */
final class Trouble {
  private Trouble() {}

  static Failure reading(Path path, IOException e) {
    if (Interruption.isBehind(e)) {
      return Interruption.failure("reading " + path);
    }
    return Failure.undecided(
        "cannot read %s: %s".formatted(path, reason(e)),
        "check that the registry is whole and that this user may read it",
        e);
  }

  static Failure writing(Path path, IOException e) {
    if (Interruption.isBehind(e)) {
      return Interruption.failure("writing %s; nothing was kept".formatted(path));
    }
    return Failure.undecided(
        "cannot write %s: %s".formatted(path, reason(e)),
        "check free space and permissions, then run the command again; nothing was kept",
        e);
  }

  /** Java's own messages for the common cases are a bare path. */
  private static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "permission denied";
      case NoSuchFileException _ -> "no such file";
      case NotDirectoryException _ -> "not a folder";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }
}
