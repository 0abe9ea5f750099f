package dev.selfsame.where;

import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.fetch.Downloads;
import dev.selfsame.pins.oci.ContentPull;
import java.io.IOException;
import java.nio.file.Path;

/** Brings a file to this machine, wherever it is. */
public final class Finder {
  private final ContainerFiles containers;
  private final Path cache;
  private final Progress progress;

  /**
   * @param cache where layers are kept, such as {@code ~/.cache/selfsame}
   */
  public Finder(ContainerFiles containers, Path cache, Progress progress) {
    this.containers = containers;
    this.cache = cache;
    this.progress = progress;
  }

  /**
   * The file itself where it is local, else a copy in {@code scratch} or in the cache.
   *
   * @throws Failure (undecided) where it cannot be had; (bad evidence) where a registry's bytes do
   *     not have the digest that they were asked for by
   */
  public Path file(Where where, Scratch scratch) throws InterruptedException {
    return switch (where) {
      case Where.Local local -> local.path();
      case Where.Container container -> containers.copy(container, scratch);
      case Where.Oci oci -> pull(oci, scratch);
    };
  }

  private Path pull(Where.Oci oci, Scratch scratch) throws InterruptedException {
    try (Downloads downloads = new Downloads(cache)) {
      ContentPull pull = ContentPull.of(downloads, progress, oci.reference());
      return oci.path().isEmpty()
          ? pull.only()
          : new ImageFile(pull.all(), oci.text()).copy(oci.path(), scratch);
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot read %s: %s".formatted(oci.text(), e.getMessage()),
          "take another image, or unpack this one",
          e);
    }
  }
}
