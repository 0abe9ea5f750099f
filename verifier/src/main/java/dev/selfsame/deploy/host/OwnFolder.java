package dev.selfsame.deploy.host;

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
      for (Path folder = above; folder != null; folder = folder.getParent()) {
        // Links above are the machine's own business: /var/run, a home elsewhere.
        if (Files.exists(folder)) {
          requireFolder(folder.toRealPath(), me, true);
        }
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

  private static void requireFolder(Path folder, int me, boolean above) throws IOException {
    Map<String, Object> is =
        Files.readAttributes(folder, "unix:mode,uid,isDirectory", LinkOption.NOFOLLOW_LINKS);
    int uid = (Integer) is.getOrDefault("uid", -1);
    int mode = (Integer) is.getOrDefault("mode", 0777);
    if (!Boolean.TRUE.equals(is.get("isDirectory"))) {
      throw refused(folder, "it is a link or a file where a folder has to be");
    }
    if (uid != me && uid != ROOT) {
      throw refused(folder, "it belongs to another user, " + uid);
    }
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
