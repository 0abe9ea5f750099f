package dev.selfsame.cli;

import dev.selfsame.access.Rule;
import dev.selfsame.oci.http.Limits;
import dev.selfsame.oci.http.Proxies;
import dev.selfsame.oci.http.TlsFiles;
import dev.selfsame.store.jdbi.PostgresAddress;
import dev.selfsame.store.s3.S3Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How the server is to be run, from a file, the environment and the command line together.
 *
 * @param data the registry's folder
 * @param listen {@code HOST:PORT}
 * @param trustRoot who may sign what; empty for the usual file, where there is one
 * @param url where clients reach the server, if that is elsewhere
 * @param proxies who is believed when they say for whom they ask
 * @param tls certificate and key; empty for plain HTTP
 * @param passwords users with bcrypt passwords, as {@code htpasswd -B} writes them
 * @param tokens API tokens, whether or not there are any yet; empty where they are not used
 * @param tokenKey 32 bytes that sign short-lived tokens, the same for all replicas; made where
 *     absent
 * @param rules who may do what
 * @param requests where requests are logged
 * @param audit whether actions are recorded in the audit log of the server's folder
 * @param database where everything but blobs is kept together with other servers; empty for the
 *     server's own folder
 * @param patience how long the database is waited for at the start
 * @param bucket where blobs are kept together with other servers; empty for the server's own folder
 * @param collectEvery how often what nobody needs is taken away; zero for never
 * @param grace for how long it has to be unneeded
 * @param drainDelay how long it serves on after {@code /ready} says that it is being stopped
 */
record ServeSettings(
    Path data,
    String listen,
    Optional<Path> trustRoot,
    Optional<String> url,
    Proxies proxies,
    Optional<TlsFiles> tls,
    Optional<Path> passwords,
    Optional<Path> tokens,
    Optional<Path> tokenKey,
    List<Rule> rules,
    Limits limits,
    Optional<Path> requests,
    boolean audit,
    Optional<PostgresAddress> database,
    Duration patience,
    Optional<S3Settings> bucket,
    Duration collectEvery,
    Duration grace,
    Duration drainDelay) {
  ServeSettings {
    rules = List.copyOf(rules);
  }

  /** Whether anybody has to sign in. */
  boolean hasAuthentication() {
    return passwords.isPresent() || tokens.isPresent();
  }
}
