package dev.selfsame.cli;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.outcome.Progress;
import dev.selfsame.promote.Desk;
import dev.selfsame.promote.EvidenceAtHand;
import dev.selfsame.store.Seen;
import dev.selfsame.store.file.RegistryFolder;
import java.nio.file.Path;

/**
 * A registry in a folder.
 *
 * @param registry the folder
 * @param trustRoot the trust root's file
 * @param seen what this user was shown before
 */
record FolderAccess(Progress progress, Path registry, Path trustRoot, Seen seen)
    implements RegistryAccess {

  @Override
  public EvidenceAtHand reading() {
    return new EvidenceAtHand(
        RegistryFolder.open(registry).registry(), RegistryAccess.root(trustRoot, seen), seen);
  }

  @Override
  public <T> T writing(Absent absent, Work<T> work) {
    TrustRoot root = RegistryAccess.root(trustRoot, seen);
    RegistryFolder opened =
        switch (absent) {
          case REFUSE -> RegistryFolder.open(registry);
          case MAKE -> RegistryFolder.create(registry);
        };
    return new FolderWriting(opened, progress)
        .exclusively(
            root,
            (evidence, catalogue) ->
                work.at(
                    Desk.at(
                        new EvidenceAtHand(evidence.registry(), evidence.root(), seen),
                        catalogue)));
  }
}
