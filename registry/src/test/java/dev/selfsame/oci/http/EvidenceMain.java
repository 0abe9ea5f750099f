package dev.selfsame.oci.http;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.promote.EvidenceAtHand;
import dev.selfsame.store.AuditLog;
import dev.selfsame.store.file.RegistryFolder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * A server in a process of its own that takes evidence and has an audit log, to be killed. Prints
 * its port.
 */
public final class EvidenceMain {
  private EvidenceMain() {}

  /** The registry's folder, the trust root's file and the time. */
  public static void main(String[] arguments) throws InterruptedException {
    Path folder = Path.of(arguments[0]);
    TrustRoot root = TrustRoot.read(Path.of(arguments[1]));
    Instant now = Instant.parse(arguments[2]);
    RegistryFolder opened = RegistryFolder.create(folder);
    EvidenceAtHand evidence = new EvidenceAtHand(opened.registry(), root);
    try (AuditLog audit = opened.audit(Clock.systemUTC());
        Served served =
            Served.at(
                folder, () -> Optional.of(evidence), () -> now, local -> local.withAudit(audit))) {
      System.out.println(served.port());
      System.out.flush();
      new CountDownLatch(1).await();
    }
  }
}
