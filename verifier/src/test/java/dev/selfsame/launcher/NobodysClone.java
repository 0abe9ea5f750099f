package dev.selfsame.launcher;

import dev.selfsame.build.TestRoot;
import dev.selfsame.files.FileTree;
import dev.selfsame.files.UserFolders;
import dev.selfsame.suites.Nobody;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What an ordinary user has of the project where tests run as root: a clone with the built program,
 * and a home folder whose cache has the large root and the crates that this user's has. It stands
 * where that user gets to, and goes with this process.
 */
final class NobodysClone {
  /** The root comes last: its files are hard links where that can be, and chown reaches those. */
  private static final String MAKE =
      """
      set -e
      umask 022
      place=$0 project=$1 root=$2 crates=$3
      clone=$place/clone/verifier cache=$place/home/.cache/selfsame
      chmod 755 "$place"
      mkdir -p "$clone/target" "$cache/roots/sha256" "$cache/crates"
      cp -r "$project/.git" "$place/clone/"
      cp -r "$project/verifier/bin" "$project/verifier/examples" "$clone/"
      cp -r "$project/verifier/target/lib" "$project/verifier/target/selfsame.jar" "$clone/target/"
      cp -p "$crates"/*.crate "$crates"/*.json "$cache/crates/" 2>/dev/null || :
      chmod -R a+rX "$place/clone"
      chown -R nobody "$place/home"
      cp -al "$root" "$cache/roots/sha256/" 2>/dev/null || cp -a "$root" "$cache/roots/sha256/"
      chmod 755 "$cache/roots/sha256/${root##*/}"
      """;

  /** What was fetched and shown is this user's too from then on, and what was made is its alone. */
  private static final String TAKE =
      """
      set -e
      place=$0 crates=$1 data=$2 made=$3
      mkdir -p "$crates" "$data"
      cp --update --preserve=timestamps "$place/home/.cache/selfsame/crates"/*.crate "$crates/"
      cp -r "$place/home/.local/share/." "$data/"
      rm -rf "$place/clone" "$place/home/.cache"
      chown -R "$(id -u):$(id -g)" "$made"
      """;

  private final Path place;

  private NobodysClone(Path place) {
    this.place = place;
  }

  /** Whether this process is root's, which shows nothing of what others may do. */
  static boolean isNeeded() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid") instanceof Integer uid && uid == 0;
  }

  /** An empty place for it, in which {@link #data} may be filled before it is made. */
  static NobodysClone at() throws IOException {
    Path place = Files.createTempDirectory("selfsame-nobody");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(place)));
    return new NobodysClone(place);
  }

  private static void delete(Path place) {
    try {
      FileTree.delete(place);
    } catch (IOException e) {
      System.err.println("not deleted: " + e);
    }
  }

  Path home() {
    return place.resolve("home");
  }

  /** What the user's programs keep of what they were shown. */
  Path data() {
    return home().resolve(".local/share");
  }

  void make(Path project) throws IOException, InterruptedException {
    Path root = TestRoot.folder().getParent();
    sh(MAKE, place, project, root, crates());
  }

  /** Runs the launcher of the clone in the user's home folder. */
  Shell.Result run(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("runuser", "-u", Nobody.NAME, "--"));
    command.addAll(List.of("env", "HOME=" + home()));
    command.add(place.resolve("clone/verifier/bin/selfsame").toString());
    command.addAll(List.of(words));
    Map<String, String> environment =
        Map.of(
            "CI", "true",
            "SELFSAME_JAVA", System.getProperty("java.home"),
            "XDG_CACHE_HOME", "",
            "XDG_CONFIG_HOME", "",
            "XDG_DATA_HOME", "",
            "XDG_RUNTIME_DIR", "");
    return Shell.run(home(), environment, command);
  }

  /**
   * Has this user own what was made, and know what was shown; the clone is needed no more.
   *
   * @param data of this user
   */
  void take(Path made, Path data) throws IOException, InterruptedException {
    sh(TAKE, place, crates(), data, made);
  }

  private static Path crates() {
    return UserFolders.of(System.getenv()).cache().resolve("crates");
  }

  private void sh(String script, Path... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("sh", "-c", script));
    List.of(words).forEach(word -> command.add(word.toString()));
    Shell.Result result = Shell.run(place, Map.of(), command);
    if (result.status() != 0) {
      throw new IOException(result.out() + result.err());
    }
  }
}
