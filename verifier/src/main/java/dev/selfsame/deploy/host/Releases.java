package dev.selfsame.deploy.host;

import dev.selfsame.deploy.Deployment;
import dev.selfsame.deploy.Machine;
import dev.selfsame.deploy.Release;
import dev.selfsame.digest.Digest;
import dev.selfsame.files.AtomicFile;
import dev.selfsame.files.FileTree;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.ToldOutput;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;

/** The promoted programs of a target, each in a folder named by its SHA-256. */
final class Releases {
  private static final int HEADER = 64;

  private final Place place;

  Releases(Place place) {
    this.place = place;
  }

  /**
   * Copies a release's bytes to their place, whole or not at all: hashed as they come, flushed to
   * the disk, read-only. Right ones that are there stay; wrong ones are replaced.
   */
  String bring(Release release, String program, Deployment deployment) throws IOException {
    Path file = place.release(release.artifact()).resolve(program);
    if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && Digest.sha256(file).equals(release.artifact())) {
      return "%s is there already".formatted(file);
    }
    Path part = place.releases().resolve("." + deployment.id() + ".part");
    FileTree.delete(part);
    FileTree.make(part);
    long size;
    Path copy = part.resolve(program);
    try (FileChannel channel =
        FileChannel.open(copy, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      size = release.copy(new ToldOutput(copy, channel));
      channel.force(true);
    }
    Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("r-xr-xr-x"));
    // A folder of this name with other bytes in it was changed by hand; a process keeps its own.
    FileTree.delete(place.release(release.artifact()));
    Files.move(part, place.release(release.artifact()), StandardCopyOption.ATOMIC_MOVE);
    close(place.release(release.artifact()));
    AtomicFile.syncFolder(place.releases());
    return "%s, %d bytes".formatted(file, size);
  }

  private static void close(Path folder) throws IOException {
    AtomicFile.syncFolder(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-xr-xr-x"));
  }

  /**
   * Hashes the file that would be executed.
   *
   * @return the file, itself and no link
   * @throws Failure (no) where it is not there, is a link, or holds other bytes
   */
  Path require(Digest artifact, String program) throws IOException {
    Path file = place.release(artifact).resolve(program);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw Failure.no("%s is no file".formatted(file), "deploy again");
    }
    Digest found = Digest.sha256(file);
    if (!found.equals(artifact)) {
      throw Failure.no(
          "%s was changed: it is %s now".formatted(file, found),
          "find out who can write there, then deploy again");
    }
    return file;
  }

  /** Which machine a file is for, see {@link Machine}. */
  static String machine(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return Machine.of(in.readNBytes(HEADER));
    }
  }

  /** Removes what no deployment that is kept runs, and what was only begun. */
  void prune() throws IOException {
    Set<String> used = new HashSet<>();
    for (String id : place.ids()) {
      try {
        used.add(RunSettings.read(place.of(id)).artifact().hex());
      } catch (NoSuchFileException begun) {
        // Without settings nothing was started from it.
      }
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(place.releases())) {
      for (Path entry : entries) {
        if (!used.contains(String.valueOf(entry.getFileName()))) {
          FileTree.delete(entry);
        }
      }
    } catch (NoSuchFileException none) {
      // Nothing was ever brought.
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }
}
