package dev.selfsame.scenes;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.outcome.Progress;
import dev.selfsame.promote.EvidenceAtHand;
import dev.selfsame.promote.Restoration;
import dev.selfsame.promote.Writing;
import dev.selfsame.store.Catalogue;
import dev.selfsame.store.file.RegistryFolder;
import dev.selfsame.store.jdbi.H2File;
import java.time.Duration;

/** Writes to a registry's folder, as the server does. */
public record FolderWriting(RegistryFolder folder) implements Writing {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Override
  public <T> T exclusively(TrustRoot root, Work<T> work) {
    EvidenceAtHand evidence = new EvidenceAtHand(folder.registry(), root);
    Restoration restoration = new Restoration(evidence, Progress.SILENT);
    try (var _ = folder.write(PATIENCE, Progress.SILENT);
        Catalogue catalogue =
            new H2File(folder.path(), PATIENCE, Progress.SILENT).open(restoration::rows)) {
      return work.with(evidence, catalogue);
    }
  }
}
