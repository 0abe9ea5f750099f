package dev.selfsame.cli;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.outcome.Progress;
import dev.selfsame.promote.EvidenceAtHand;
import dev.selfsame.promote.Restoration;
import dev.selfsame.promote.Writing;
import dev.selfsame.store.Catalogue;
import dev.selfsame.store.file.RegistryFolder;
import dev.selfsame.store.jdbi.H2File;
import java.time.Duration;

/**
 * Writing to a registry in a folder, by a command or by the server that serves it.
 *
 * @param patience how long to wait for whoever else writes, and for the catalogue's file
 */
record FolderWriting(RegistryFolder folder, Progress progress, Duration patience)
    implements Writing {

  /** With the usual patience. */
  FolderWriting(RegistryFolder folder, Progress progress) {
    this(folder, progress, Surroundings.PATIENCE);
  }

  @Override
  public <T> T exclusively(TrustRoot root, Work<T> work) {
    EvidenceAtHand evidence = new EvidenceAtHand(folder.registry(), root);
    Restoration restoration = new Restoration(evidence, progress);
    H2File file = new H2File(folder.path(), patience, progress);
    try (var _ = folder.write(patience, progress);
        Catalogue catalogue = file.open(restoration::rows)) {
      return work.with(evidence, catalogue);
    }
  }
}
