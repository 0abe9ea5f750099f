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
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A registry behind a URL. Its classes are loaded only where one is used: a verification against a
 * folder must not pay for an HTTP client.
 *
 * @param url where it is
 * @param authority certificates in PEM, or null for those of the JDK
 * @param credentials where they come from
 * @param trustRoot the trust root's file
 * @param seen what this user was shown before
 */
record RemoteAccess(
    String url,
    @Nullable Path authority,
    KnownCredentials credentials,
    Path trustRoot,
    Seen seen,
    Clock clock)
    implements RegistryAccess {

  @Override
  public Evidence reading() {
    TrustRoot root = TrustRoot.read(trustRoot);
    return new Evidence(open().registry(), root, seen);
  }

  @Override
  public <T> T writing(Absent absent, Work<T> work) {
    TrustRoot root = TrustRoot.read(trustRoot);
    RemoteRegistry remote = open();
    Evidence evidence = new Evidence(remote.registry(), root, seen);
    return work.at(
        new Desk(evidence, new DerivedListing(evidence, clock.instant()), remote.intake()));
  }

  private RemoteRegistry open() {
    Endpoint server = Endpoint.parse(url);
    return RemoteRegistry.open(
        server,
        credentials.forServer(server),
        Optional.ofNullable(authority).map(PrivateAuthority::read),
        seen);
  }
}
