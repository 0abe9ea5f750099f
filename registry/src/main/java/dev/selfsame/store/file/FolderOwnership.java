package dev.selfsame.store.file;

import dev.selfsame.files.AtomicFile;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.Registry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whose blobs a folder holds where all else of their registry is in a database: a file {@code
 * owner} with that registry's lasting name, while the database has noted the folder's own. With
 * another's database every blob would be unneeded and taken away, or missing.
 *
 * @param folder the folder
 */
public record FolderOwnership(RegistryFolder folder) {
  static final String FILE = "owner";
  private static final int MOST_BYTES = 100;
  private static final String HINT =
      "check data and database.url: one of them is another registry's";

  /**
   * Sees that the blobs are a registry's own. Those of which nobody has said whose they are become
   * this registry's.
   *
   * @param registry its lasting name
   * @param known the lasting name of the folder with its blobs, where its database has noted one
   * @param unused whether its database has neither repositories nor channels
   * @return the folder's lasting name, to be noted
   * @throws Failure exit 3 where they are another registry's, or its own are elsewhere
   */
  public String take(String registry, Optional<String> known, boolean unused) {
    if (owner().isEmpty()) {
      if (known.isEmpty() && unused && hasBlobs()) {
        // A new database needs none of them: they would be collected.
        throw Failure.undecided(
            "%s holds blobs, and the database holds nothing that they could be of"
                .formatted(folder.path()),
            HINT);
      }
      if (known.isEmpty() || known.get().equals(folder.name())) {
        write(registry);
      }
    }
    require(registry, known);
    return folder.name();
  }

  /**
   * As {@link #take}, for upkeep: blobs of which nobody has said whose they are stay so.
   *
   * @throws Failure as the other
   */
  public void require(String registry, Optional<String> known) {
    Optional<String> owner = owner();
    if (owner.isPresent() && !owner.get().equals(registry)) {
      throw Failure.undecided(
          "%s holds the blobs of registry %s, not those of registry %s"
              .formatted(folder.path(), owner.get(), registry),
          HINT);
    }
    if (known.isPresent() && !known.get().equals(folder.name())) {
      throw Failure.undecided(
          "the blobs of registry %s are in the folder %s, and %s is the folder %s"
              .formatted(registry, known.get(), folder.path(), folder.name()),
          HINT);
    }
  }

  private Optional<String> owner() {
    Path file = folder.path().resolve(FILE);
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      String name = new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8).strip();
      if (!Registry.isName(name)) {
        throw Failure.undecided(
            file + " does not say whose blobs these are", "restore it from a copy of the folder");
      }
      return Optional.of(name);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw Trouble.reading(file, e);
    }
  }

  /** Of several that start at once, the first writes it. */
  private void write(String registry) {
    Path file = folder.path().resolve(FILE);
    Path mine = folder.path().resolve(".%s-%016x".formatted(FILE, new SecureRandom().nextLong()));
    try {
      AtomicFile.write(mine, registry + "\n");
      try {
        Files.createLink(file, mine);
      } catch (FileAlreadyExistsException e) {
        return; // What it says is looked at.
      } finally {
        Files.deleteIfExists(mine);
      }
      AtomicFile.syncName(file);
    } catch (IOException e) {
      throw Trouble.writing(file, e);
    }
  }

  private boolean hasBlobs() {
    Path blobs = folder.path().resolve("blobs");
    if (!Files.isDirectory(blobs, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(blobs)) {
      return files.anyMatch(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS));
    } catch (IOException e) {
      throw Trouble.reading(blobs, e);
    } catch (UncheckedIOException e) {
      throw Trouble.reading(blobs, new IOException(e.getMessage(), e));
    }
  }
}
