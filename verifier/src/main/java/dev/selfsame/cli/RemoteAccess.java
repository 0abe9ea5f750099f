package dev.selfsame.cli;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.promote.DerivedListing;
import dev.selfsame.promote.Desk;
import dev.selfsame.promote.Evidence;
import dev.selfsame.store.Seen;
import dev.selfsame.store.remote.Endpoint;
import dev.selfsame.store.remote.KnownCredentials;
import dev.selfsame.store.remote.PrivateAuthority;
import dev.selfsame.store.remote.RemoteRegistry;
import dev.selfsame.store.remote.Transport;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A registry behind a URL. Its classes are loaded only where one is used: a verification against a
 * folder must not pay for an HTTP client.
 */
final class RemoteAccess implements RegistryAccess {
  private final String url;
  private final @Nullable Path authority;
  private final KnownCredentials credentials;
  private final Supplier<TrustRoot> trustRoot;
  private final Seen seen;
  private final Clock clock;
  private @Nullable Transport transport;

  /**
   * @param url where it is
   * @param authority certificates in PEM, or null for those of the JDK
   * @param credentials where they come from
   * @param trustRoot reads the trust root
   * @param seen what this user was shown before
   */
  RemoteAccess(
      String url,
      @Nullable Path authority,
      KnownCredentials credentials,
      Supplier<TrustRoot> trustRoot,
      Seen seen,
      Clock clock) {
    this.url = url;
    this.authority = authority;
    this.credentials = credentials;
    this.trustRoot = trustRoot;
    this.seen = seen;
    this.clock = clock;
  }

  @Override
  public Evidence reading() {
    TrustRoot root = trustRoot.get();
    return new Evidence(open().registry(), root, seen);
  }

  @Override
  public <T> T writing(Absent absent, Work<T> work) {
    TrustRoot root = trustRoot.get();
    RemoteRegistry remote = open();
    Evidence evidence = new Evidence(remote.registry(), root, seen);
    return work.at(
        new Desk(evidence, new DerivedListing(evidence, clock.instant()), remote.intake()));
  }

  /**
   * The lasting name of the registry that is there; no trust root is asked.
   *
   * @throws dev.selfsame.outcome.Failure as {@link RemoteRegistry#open}
   */
  String name() {
    return open().registry().name();
  }

  /** Which registry it is, and who asks, is told anew each time. */
  private RemoteRegistry open() {
    Endpoint server = Endpoint.parse(url);
    return RemoteRegistry.open(transport(server), credentials.forServer(server), seen);
  }

  /** A watch that looks every minute must not have a client and a thread more each time. */
  private synchronized Transport transport(Endpoint server) {
    if (transport == null) {
      transport = Transport.to(server, Optional.ofNullable(authority).map(PrivateAuthority::read));
    }
    return transport;
  }
}
