package dev.selfsame.pins.root;

import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.DebsRoot;
import dev.selfsame.pins.Pin;
import dev.selfsame.pins.fetch.Mirrors;
import java.nio.file.Files;
import java.nio.file.Path;

/** The roots that stand on this machine's disk, by DiffID. */
public final class RootCache {
  private final Path cacheFolder;

  /**
   * @param cacheFolder such as {@code ~/.cache/selfsame}
   * @param mirrors where what is missing is fetched from
   */
  public RootCache(Path cacheFolder, Mirrors mirrors, Progress progress) {
    this.cacheFolder = cacheFolder;
  }

  /**
   * The root of a pin, fetched and assembled where the cache lacks it.
   *
   * @throws Failure (undecided) where it cannot be had
   */
  public Root provide(Pin pin) {
    if (pin.root() instanceof DebsRoot debs) {
      Path tree =
          cacheFolder
              .resolve("roots")
              .resolve("sha256")
              .resolve(debs.diffId().hex())
              .resolve("tree");
      if (Files.isDirectory(tree)) {
        return new Root(tree, debs.diffId());
      }
    }
    throw Failure.undecided(
        "the root of %s is not in %s".formatted(pin.id(), cacheFolder),
        "fetch it: selfsame pins fetch " + pin.id());
  }
}
