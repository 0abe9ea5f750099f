package dev.selfsame.deploy;

import static java.util.Objects.requireNonNull;

import dev.selfsame.evidence.Json;
import dev.selfsame.evidence.MalformedDocumentException;
import dev.selfsame.files.AtomicFile;
import dev.selfsame.files.FileTree;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How deployments to a target ended whose signed record is not in the registry yet: on disk before
 * the {@link Journal} forgets them, and until the record is kept. Written under the {@link
 * TargetLock} alone. What a program said last is in it, secrets masked.
 */
public final class PendingRecords {
  private static final String SUFFIX = ".json";

  private final Path folder;

  /**
   * @param folder the target's own folder
   */
  public PendingRecords(Path folder) {
    this.folder = folder.resolve("ended");
  }

  /** Keeps one; the same deployment ends anew where it had not quite ended. */
  public void keep(Ended ended) {
    try {
      FileTree.make(folder);
      AtomicFile.writePrivate(file(ended), Json.write(ended));
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot write how the deployment ended, %s: %s".formatted(file(ended), e.getMessage()),
          "check the folder, its permissions and free space",
          e);
    }
  }

  /** Forgets one, whose record is kept. */
  public void forget(Ended ended) {
    try {
      Files.deleteIfExists(file(ended));
      AtomicFile.syncFolder(folder);
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot remove %s, whose record is kept: %s".formatted(file(ended), e.getMessage()),
          "remove it by hand, or it is recorded twice",
          e);
    }
  }

  /**
   * All of them, the oldest first.
   *
   * @throws Failure exit 3 where one cannot be read
   */
  public List<Ended> all() {
    List<Ended> all = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (Path file : files) {
        all.add(read(file));
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw unreadable(folder, requireNonNull(e.getCause()));
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
    all.sort(Comparator.comparing(Ended::at));
    return all;
  }

  private static Ended read(Path file) throws IOException {
    try {
      return Json.read(Files.readAllBytes(file), Ended.class);
    } catch (MalformedDocumentException e) {
      throw new IOException(requireNonNull(file.getFileName()) + " is damaged", e);
    }
  }

  private static Failure unreadable(Path where, IOException e) {
    return Failure.undecided(
        "cannot read how deployments ended that are not recorded yet, %s: %s"
            .formatted(where, e.getMessage()),
        "mend it, or remove the file: then there is no record of that deployment",
        e);
  }

  private Path file(Ended ended) {
    return folder.resolve(ended.outcome().deployment().id() + SUFFIX);
  }
}
