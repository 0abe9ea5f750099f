package dev.selfsame.cli;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.outcome.Progress;
import dev.selfsame.promote.Evidence;
import dev.selfsame.promote.Restoration;
import dev.selfsame.store.Catalogue;
import dev.selfsame.store.file.RegistryFolder;
import dev.selfsame.store.jdbi.H2File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;

/**
 * An embedded registry with the trust root that its evidence is read by.
 *
 * @param registry the registry's folder
 * @param trustRoot the trust root's file
 */
record RegistryAccess(Progress progress, Path registry, Path trustRoot) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** What a command does while it alone may write. */
  interface Work<T> {
    T with(Evidence evidence, Catalogue catalogue);
  }

  /** The evidence, to be read. */
  Evidence reading() {
    return new Evidence(RegistryFolder.open(registry).registry(), TrustRoot.read(trustRoot));
  }

  /**
   * Opens the registry for writing: no other process writes meanwhile, and the catalogue is in step
   * with the evidence.
   *
   * @param opener {@link RegistryFolder#open} or, where it may be made, {@link
   *     RegistryFolder#create}
   */
  <T> T writing(Function<Path, RegistryFolder> opener, Work<T> work) {
    TrustRoot root = TrustRoot.read(trustRoot);
    RegistryFolder opened = opener.apply(registry);
    Evidence evidence = new Evidence(opened.registry(), root);
    Restoration restoration = new Restoration(evidence, progress);
    H2File file = new H2File(opened.path(), PATIENCE, progress);
    try (var _ = opened.write(PATIENCE, progress);
        Catalogue catalogue = file.open(restoration::rows)) {
      return work.with(evidence, catalogue);
    }
  }
}
