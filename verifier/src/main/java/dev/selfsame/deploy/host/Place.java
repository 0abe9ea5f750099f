package dev.selfsame.deploy.host;

import static java.util.Objects.requireNonNull;

import dev.selfsame.deploy.Deployment;
import dev.selfsame.digest.Digest;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A target's folder and what is where in it.
 *
 * @param root absolute
 */
record Place(Path root) {
  private static final Pattern LINK = Pattern.compile("deployments/([0-9a-f]{12})");
  private static final Pattern ID = Pattern.compile("[0-9a-f]{12}");

  Place {
    requireNonNull(root);
  }

  Path releases() {
    return root.resolve("releases");
  }

  Path release(Digest artifact) {
    return releases().resolve(artifact.hex());
  }

  Path deployments() {
    return root.resolve("deployments");
  }

  Path of(Deployment deployment) {
    return deployments().resolve(deployment.id());
  }

  Path of(String id) {
    return deployments().resolve(id);
  }

  Path current() {
    return root.resolve("current");
  }

  /**
   * The deployment that the link leads to; empty where there is no link.
   *
   * @throws IOException where it is no link, or leads elsewhere
   */
  Optional<String> currentId() throws IOException {
    try {
      String to = Files.readSymbolicLink(current()).toString();
      Matcher link = LINK.matcher(to);
      if (!link.matches()) {
        throw new IOException("current leads to " + to);
      }
      return Optional.of(link.group(1));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (java.nio.file.NotLinkException e) {
      throw new IOException("current is no symbolic link", e);
    }
  }

  /** Makes the link lead to a deployment: one rename, so it always leads to one or the other. */
  void makeCurrent(String id) throws IOException {
    removeNext();
    Files.createSymbolicLink(next(), Path.of("deployments", id));
    Files.move(
        next(), current(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    dev.selfsame.files.AtomicFile.syncFolder(root);
  }

  /** Takes away a link that was made and, by a run that was killed just then, not renamed. */
  void removeNext() throws IOException {
    Files.deleteIfExists(next());
  }

  private Path next() {
    return root.resolve(".current.next");
  }

  /** The deployments that are kept, by id. */
  TreeSet<String> ids() throws IOException {
    TreeSet<String> ids = new TreeSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(deployments())) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (ID.matcher(name).matches()) {
          ids.add(name);
        }
      }
    } catch (NoSuchFileException e) {
      return ids;
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return ids;
  }
}
