package dev.selfsame.deploy.host;

import static java.util.Objects.requireNonNull;

import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;

/**
 * Folders in which nobody else can put one file in another's place. Whoever can write to a folder
 * above decides as well what is found by a path, so those count too.
 */
final class OwnFolder {
  private static final int OTHERS_WRITE = 0022;
  private static final int STICKY = 01000;
  private static final int ROOT = 0;

  /** As many as a kernel follows in one path. */
  private static final int MOST_LINKS = 40;

  private OwnFolder() {}

  /**
   * Refuses a target's folder in which others could change what is run. What is not there is fine.
   *
   * @throws Failure (usage) where it or a folder above may be written by others, or something in it
   *     is a link or not a folder where a folder has to be
   */
  static void require(Place place) {
    try {
      int me = owner(Path.of("/proc/self"));
      Path above = place.root().getParent();
      if (above != null) {
        requireAbove(above, me, MOST_LINKS);
      }
      for (Path own :
          new Path[] {
            place.root(), place.releases(), place.deployments(), place.root().resolve(".selfsame")
          }) {
        if (Files.exists(own, LinkOption.NOFOLLOW_LINKS)) {
          requireFolder(own, me, false);
        }
      }
      for (String id : place.ids()) {
        requireFolder(place.of(id), me, false);
      }
      place.currentId();
    } catch (IOException e) {
      throw refused(place.root(), String.valueOf(e.getMessage()));
    }
  }

  /**
   * Follows a path from the root as the kernel does: each folder that it goes through decides what
   * is found next, also those that a link leads through. Links are the machine's own business,
   * /var/run or a home elsewhere, but those of other users. What is not there yet, we make.
   */
  private static void requireAbove(Path path, int me, int links) throws IOException {
    if (links < 0) {
      throw refused(path, "links lead on without end");
    }
    Path at = requireNonNull(path.getRoot());
    requireFolder(at, me, true);
    for (int i = 0; i < path.getNameCount(); i++) {
      String name = path.getName(i).toString();
      if (name.equals("..")) {
        Path up = at.getParent();
        at = up == null ? at : up;
        continue;
      }
      Path next = at.resolve(name).normalize();
      if (!Files.exists(next, LinkOption.NOFOLLOW_LINKS)) {
        return;
      } else if (Files.isSymbolicLink(next)) {
        requireOwner(next, me);
        Path on = at.resolve(Files.readSymbolicLink(next));
        for (int left = i + 1; left < path.getNameCount(); left++) {
          on = on.resolve(path.getName(left));
        }
        requireAbove(on, me, links - 1);
        return;
      }
      requireFolder(next, me, true);
      at = next;
    }
  }

  private static void requireOwner(Path path, int me) throws IOException {
    int uid = (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    if (uid != me && uid != ROOT) {
      throw refused(path, "it belongs to another user, " + uid);
    }
  }

  private static void requireFolder(Path folder, int me, boolean above) throws IOException {
    Map<String, Object> is =
        Files.readAttributes(folder, "unix:mode,isDirectory", LinkOption.NOFOLLOW_LINKS);
    int mode = (Integer) is.getOrDefault("mode", 0777);
    if (!Boolean.TRUE.equals(is.get("isDirectory"))) {
      throw refused(folder, "it is a link or a file where a folder has to be");
    }
    requireOwner(folder, me);
    // In a sticky folder, such as /tmp, others cannot rename what is not theirs.
    boolean open = (mode & OTHERS_WRITE) != 0 && !(above && (mode & STICKY) != 0);
    if (open) {
      throw refused(folder, "others may write to it");
    }
  }

  private static int owner(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:uid");
  }

  private static Failure refused(Path folder, String why) {
    return Failure.usage(
        "%s is no place for a release: %s".formatted(folder, why),
        "take a folder that only you or root can write to, such as /opt/NAME");
  }
}
