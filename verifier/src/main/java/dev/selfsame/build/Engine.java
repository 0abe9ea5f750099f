package dev.selfsame.build;

/**
 * Runs one command within a pinned root, cut off from the network and from the host.
 *
 * <p>Every engine gives the command the same view: the same paths, user, hostname, umask,
 * environment and empty network, so that the same recipe gives the same bytes on all of them.
 */
public interface Engine {

  /** {@code bwrap}, {@code unshare}, {@code docker} or {@code podman}. */
  String name();

  /** Whether the engine works here. Tries it for real, within a few seconds. */
  Probe probe();

  /**
   * Runs the command to its end. When this returns or throws, nothing of it is left running.
   *
   * @throws InterruptedException when the calling thread was interrupted; everything was killed
   * @throws dev.selfsame.outcome.Failure when the sandbox itself could not be set up
   */
  Ending run(Sandbox sandbox) throws InterruptedException;

  /**
   * Whether a command has the host's own folders, and so lists their files as the host does. A
   * daemon copies them to where its volumes are.
   */
  default boolean showsHostFolders() {
    return true;
  }

  /**
   * Ends every run of this engine that is under way and waits until nothing of it is left. Made for
   * a shutdown hook: the threads that are in {@link #run} get an {@link InterruptedException}.
   */
  void killAll();

  /** Whether an engine works here. */
  sealed interface Probe {

    /**
     * It works.
     *
     * @param version what the engine says of itself, one line
     */
    record Works(String version) implements Probe {}

    /**
     * It does not.
     *
     * @param why one line
     * @param hint what would bring it, one line
     */
    record Absent(String why, String hint) implements Probe {}
  }
}
