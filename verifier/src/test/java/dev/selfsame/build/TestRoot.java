package dev.selfsame.build;

import dev.selfsame.digest.Digest;
import dev.selfsame.files.UserFolders;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.Pin;
import dev.selfsame.pins.PinCatalogue;
import dev.selfsame.pins.fetch.Mirrors;
import dev.selfsame.pins.root.Root;
import dev.selfsame.pins.root.RootCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The pinned root that the engine tests run in; fetched where the user's cache lacks it. */
public final class TestRoot {
  private static final Path GIVEN = Path.of(System.getProperty("selfsame.test.root", ""));

  private TestRoot() {}

  /** The folder; a child process that cannot reach the cache is given a copy. */
  public static Path folder() {
    return GIVEN.isAbsolute() ? GIVEN : root().directory();
  }

  public static Digest diffId() {
    return GIVEN.isAbsolute() ? Digest.sha256(new byte[0]) : root().diffId();
  }

  /**
   * Has another cache have it too, without a copy.
   *
   * @param cache such as {@code ~/.cache/selfsame}
   */
  public static void lendTo(Path cache) throws IOException {
    Path own = root().directory().getParent();
    Path roots =
        Files.createDirectories(cache.resolve("roots").resolve(diffId().algorithm().prefix()));
    Files.createSymbolicLink(roots.resolve(own.getFileName()), own);
  }

  /** The same, as if an image's layers had been pulled and had given it. */
  public static void lendAsImage(Path cache, Digest manifest, Digest config) throws IOException {
    lendTo(cache);
    Path seen = Files.createDirectories(cache.resolve("image-roots")).resolve(manifest.hex());
    Files.writeString(seen, "%s\n%s\n%s\n-\n".formatted(diffId(), manifest, config));
  }

  /** The root as an image, for {@code docker load}. */
  public static Path image(Digest diffId) {
    return cache().image(pin()).file();
  }

  private static Root root() {
    return cache().provide(pin());
  }

  private static RootCache cache() {
    Path folder = UserFolders.of(System.getenv()).cache();
    return new RootCache(folder, Mirrors.ofMachine(Path.of("/etc/apt")), Progress.SILENT);
  }

  private static Pin pin() {
    return PinCatalogue.shipped().find("trixie-rust-1.85.1");
  }
}
