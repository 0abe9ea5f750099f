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

/** Writing to a registry in a folder, by a command or by the server that serves it. */
record FolderWriting(RegistryFolder folder, Progress progress) implements Writing {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Override
  public <T> T exclusively(TrustRoot root, Work<T> work) {
    EvidenceAtHand evidence = new EvidenceAtHand(folder.registry(), root);
    Restoration restoration = new Restoration(evidence, progress);
    H2File file = new H2File(folder.path(), PATIENCE, progress);
    try (var _ = folder.write(PATIENCE, progress);
        Catalogue catalogue = file.open(restoration::rows)) {
      return work.with(evidence, catalogue);
    }
  }
}
