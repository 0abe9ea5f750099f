package dev.selfsame.cli;

import dev.selfsame.access.Access;
import dev.selfsame.access.Authenticator;
import dev.selfsame.oci.http.Room;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.EvidenceAtHand;
import dev.selfsame.store.AuditLog;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What has to be well for a server to be sent requests. A full disk is not among it: pushes are
 * answered with 507 then, and deploys go on.
 *
 * @param evidence the trust root of the moment
 * @param access who signs in
 * @param audit where actions are recorded
 */
record Readiness(
    Backing backing,
    Supplier<Optional<EvidenceAtHand>> evidence,
    Access access,
    Optional<AuditLog> audit) {

  /** Each by its name, with what is the matter with it. */
  Map<String, Supplier<Optional<String>>> checks() {
    return Map.of(
        "database", () -> trouble(() -> backing.repositories().names(null, 1)),
        "log of changes", () -> backing.repositories().trouble(),
        "blobs", () -> trouble(backing::requireBlobs),
        "trust root", () -> trouble(() -> read(evidence)),
        "sign-in", () -> access.authenticator().flatMap(Readiness::signIn),
        "audit log", () -> audit.flatMap(AuditLog::trouble).filter(why -> !Room.isOfFullDisk(why)));
  }

  private static void read(Supplier<?> file) {
    var _ = file.get();
  }

  private static Optional<String> signIn(Authenticator authenticator) {
    return trouble(authenticator::requireReadable);
  }

  private static Optional<String> trouble(Runnable work) {
    try {
      work.run();
      return Optional.empty();
    } catch (Failure e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
