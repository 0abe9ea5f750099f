package dev.selfsame.store.remote;

import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Intake;
import dev.selfsame.store.ReadableRegistry;
import dev.selfsame.store.Seen;
import dev.selfsame.store.wire.Identity;
import java.util.Optional;

/**
 * A registry behind a URL.
 *
 * @param registry reads what it has
 * @param intake hands it what is new
 */
public record RemoteRegistry(ReadableRegistry registry, Intake intake) {
  /** What a server is asked. */
  private record Asked(
      String name, RemoteBlobs blobs, RemoteEvidenceIndex index, RemoteChannels channels)
      implements ReadableRegistry {}

  /**
   * Asks a server which registry it serves.
   *
   * @param transport how it is spoken to, now and perhaps later
   * @param seen tells whether another registry was there before
   * @throws Failure exit 3 where it cannot be reached or is no registry of Selfsame; exit 4 where
   *     it serves another registry than before
   */
  public static RemoteRegistry open(Transport transport, Credentials credentials, Seen seen) {
    Connection connection = new Connection(transport, credentials);
    Shelf shelf = new Shelf();
    Lists lists = new Lists(connection, shelf);
    String name = lists.document(Lists.ROOT, Identity::parse).name();
    requireSame(transport.server(), name, seen);
    return new RemoteRegistry(
        new Asked(
            name,
            new RemoteBlobs(connection, shelf),
            new RemoteEvidenceIndex(lists),
            new RemoteChannels(lists)),
        new RemoteIntake(connection));
  }

  private static void requireSame(Endpoint server, String name, Seen seen) {
    String origin = server.toString();
    Optional<String> before = seen.registryAt(origin);
    if (before.isEmpty()) {
      seen.noteRegistry(origin, name);
    } else if (!before.get().equals(name)) {
      throw Failure.badEvidence(
          "%s was the registry %s, and is %s now".formatted(origin, before.get(), name),
          "see who changed it; if that is meant, " + seen.forgetting(origin));
    }
  }
}
