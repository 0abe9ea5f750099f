package dev.selfsame.deploy.docker;

import static java.util.Objects.requireNonNull;

import dev.selfsame.deploy.Mark;
import dev.selfsame.evidence.Json;
import dev.selfsame.evidence.MalformedDocumentException;
import dev.selfsame.files.AtomicFile;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a program that was put into somebody else's container, whose labels are not
 * ours: kept in the target's own folder on the machine that deploys. It holds no secrets.
 *
 * @param schema {@code selfsame.deploy-note/1}
 * @param deployment the attempt that put it there
 * @param name the artifact's, or null where an older version noted it
 * @param declared what {@link dev.selfsame.deploy.Declared} writes of its settings
 * @param secrets the mark of their secrets
 * @param configPath where its configuration is in the container, or null
 * @param config the mark of that, or null
 */
record PathNote(
    String schema,
    String deployment,
    @Nullable String name,
    String declared,
    Mark secrets,
    @Nullable String configPath,
    @Nullable Mark config) {
  static final String SCHEMA = "selfsame.deploy-note/1";
  private static final String FILE = "deployed.json";
  private static final String NEXT = "deployed.next.json";

  PathNote {
    requireNonNull(deployment);
    requireNonNull(declared);
    requireNonNull(secrets);
    if (!schema.equals(SCHEMA) || (configPath == null) != (config == null)) {
      throw new IllegalArgumentException("not of this version's form");
    }
  }

  /**
   * That of what stands there; empty where nobody has put anything there from here.
   *
   * @throws Failure exit 3 where it cannot be read
   */
  static Optional<PathNote> read(Path folder) {
    return read(folder, FILE);
  }

  private static Optional<PathNote> read(Path folder, String name) {
    try {
      return Optional.of(Json.read(Files.readAllBytes(folder.resolve(name)), PathNote.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | MalformedDocumentException e) {
      throw trouble(folder, "read", e);
    }
  }

  /** Keeps it for when the attempt is over: settings may be others by then. */
  void begin(Path folder) {
    try {
      AtomicFile.writePrivate(folder.resolve(NEXT), Json.write(this));
    } catch (IOException e) {
      throw trouble(folder, "write", e);
    }
  }

  /** The attempt has ended well: its note counts from now on. Again, where that was done. */
  static void end(Path folder, String deployment) {
    Optional<PathNote> next = read(folder, NEXT);
    if (next.filter(one -> one.deployment().equals(deployment)).isEmpty()) {
      return;
    }
    try {
      Files.move(
          folder.resolve(NEXT),
          folder.resolve(FILE),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      AtomicFile.syncFolder(folder);
    } catch (IOException e) {
      throw trouble(folder, "write", e);
    }
  }

  /** The attempt went back: the note of what stands there still counts. */
  static void drop(Path folder) {
    try {
      Files.deleteIfExists(folder.resolve(NEXT));
    } catch (IOException e) {
      throw trouble(folder, "write", e);
    }
  }

  private static Failure trouble(Path folder, String what, Exception e) {
    return Failure.undecided(
        "cannot %s what is noted of the deployment in %s: %s"
            .formatted(what, folder, e.getMessage()),
        "check the folder, its permissions and free space",
        e);
  }
}
