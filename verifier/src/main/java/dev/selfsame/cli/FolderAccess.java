package dev.selfsame.cli;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.outcome.Progress;
import dev.selfsame.promote.Desk;
import dev.selfsame.promote.EvidenceAtHand;
import dev.selfsame.store.Seen;
import dev.selfsame.store.file.RegistryFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * A registry in a folder.
 *
 * @param registry the folder
 * @param trustRoot reads the trust root
 * @param seen what this user was shown before
 * @param patience how long to wait for another process that writes to it
 */
record FolderAccess(
    Progress progress, Path registry, Supplier<TrustRoot> trustRoot, Seen seen, Duration patience)
    implements RegistryAccess {

  @Override
  public EvidenceAtHand reading() {
    return new EvidenceAtHand(RegistryFolder.open(registry).registry(), trustRoot.get(), seen);
  }

  @Override
  public <T> T writing(Absent absent, Work<T> work) {
    TrustRoot root = trustRoot.get();
    RegistryFolder opened =
        switch (absent) {
          case REFUSE -> RegistryFolder.open(registry);
          case MAKE -> RegistryFolder.create(registry);
        };
    return new FolderWriting(opened, progress, patience)
        .exclusively(
            root,
            (evidence, catalogue) ->
                work.at(
                    Desk.at(
                        new EvidenceAtHand(evidence.registry(), evidence.root(), seen),
                        catalogue)));
  }
}
