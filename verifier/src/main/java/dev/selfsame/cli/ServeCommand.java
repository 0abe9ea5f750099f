package dev.selfsame.cli;

import dev.selfsame.access.Access;
import dev.selfsame.access.ApiTokens;
import dev.selfsame.access.Authenticator;
import dev.selfsame.access.BearerTokens;
import dev.selfsame.access.ChangingFile;
import dev.selfsame.access.PasswordFile;
import dev.selfsame.access.Rules;
import dev.selfsame.attest.TrustRoot;
import dev.selfsame.oci.DeployRepositories;
import dev.selfsame.oci.EvidenceReading;
import dev.selfsame.oci.EvidenceWriting;
import dev.selfsame.oci.StagingRepositories;
import dev.selfsame.oci.http.AccessLog;
import dev.selfsame.oci.http.Options;
import dev.selfsame.oci.http.RegistryServer;
import dev.selfsame.oci.http.Room;
import dev.selfsame.oci.http.Services;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.EvidenceAtHand;
import dev.selfsame.store.AuditLog;
import dev.selfsame.store.Registry;
import dev.selfsame.store.Seen;
import dev.selfsame.store.file.FileAuditLog;
import dev.selfsame.store.file.FileSeen;
import dev.selfsame.store.file.RegistryFolder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code serve}: the registry server. */
@Command(
    name = "serve",
    description = {
      "Serves a registry over HTTP (OCI Distribution 1.1). staging/NAME takes pushes;",
      "deploy/NAME serves what a channel of NAME holds now, proven from its signatures",
      "at each request, and refuses everything else with the reason."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame serve --data reg --trust-root trust-root.json",
      "  skopeo copy --dest-tls-verify=false oci:image \\",
      "      docker://127.0.0.1:5000/staging/app:1",
      "  oras pull --plain-http 127.0.0.1:5000/deploy/viworks/agent:production",
      "",
      "Without settings nobody signs in: then only loopback addresses are listened on, and",
      "whoever is on this machine may push, delete and promote. Any other address needs",
      "TLS and authentication, in a file of settings:",
      "",
      "  listen = \"0.0.0.0:5000\"",
      "  url = \"https://registry.example.org:5000\"",
      "  [tls]                          # read again when they are renewed",
      "  certificate = \"server.pem\"",
      "  key = \"server.key\"",
      "  [auth]",
      "  passwords = \"users\"            # made with: htpasswd -cB users NAME",
      "  [[rule]]                       # what no rule allows is refused",
      "  who = [\"ci\"]                   # \"*\": who has signed in, \"anonymous\": all",
      "  allow = [\"pull\", \"push\"]       # and delete, promote, deploy, admin",
      "  repositories = [\"staging/viworks/**\"]",
      "",
      "Several servers share a registry by [database] url, user, password-file, wait-seconds",
      "(PostgreSQL; the password may be SELFSAME_SERVE_DATABASE_PASSWORD) and [s3] bucket,",
      "endpoint, region, prefix, path-style, credentials, redirect (clients fetch staged blobs",
      "from the bucket). Who signs in does so at each of them: the files of auth.passwords,",
      "auth.tokens and auth.token-key have to be the same for all, and are named then.",
      "",
      "Behind a proxy: trusted-proxies = \"127.0.0.1, 10.1.0.0/16\" are those whose",
      "X-Forwarded-For and -Proto are believed, for the audit log, limits and sign-in.",
      "",
      "Further settings: gc.every-hours (0: never), gc.grace-hours, data, trust-root, auth.tokens,"
          + " auth.token-key, log.requests, log.audit,",
      "limits.blob-mib, .connections, .requests-per-second, .least-bytes-per-second,",
      ".slow-after-seconds, .idle-seconds, .drain-seconds (20), .drain-delay-seconds (with TLS 5,",
      "else 0: how long it serves on after /ready says that it stops). Each may stand in the",
      "environment: SELFSAME_SERVE_TLS_KEY; rules as SELFSAME_SERVE_RULES=\"ci pull,push",
      "staging/viworks/**; anonymous pull deploy/**\". Options go before it, and it goes before the",
      "file.",
      "",
      "/health, /ready and /metrics (Prometheus) tell of its state. Promotions come from",
      "'selfsame promote --registry DIR' on the same folder, also while it is served.",
      "Ctrl-C or SIGTERM ends it, after the requests under way. Of a disk the last 64 MiB (of a",
      "small one a sixteenth) take no pushes, which are 507 then; reading, deleting and promoting",
      "go on.",
      "",
      "Exit codes:",
      "  0  ended by SIGTERM or Ctrl-C, after the requests under way",
      "  2  a setting is wrong, DIR holds something else, or the address is no loopback",
      "     address and TLS or authentication is missing",
      "  3  the address is taken, or DIR cannot be used (another server has it open)",
      "  4  DIR's log of changes does not hold where rows are made from it, or the trust",
      "     root does not",
    })
final class ServeCommand implements Callable<Integer> {
  /** How long a change of the users or tokens may go unseen. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Surroundings surroundings;

  @Option(
      names = "--settings",
      paramLabel = "FILE",
      description = "Settings in TOML: selfsame help serve tells them.")
  private @Nullable Path settings;

  @Option(
      names = {"--data", "--registry"},
      paramLabel = "DIR",
      description = "The registry's folder; default: registry in the user's own data folder.")
  private @Nullable String data;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "Where to listen, port 0 for any that is free; default: 127.0.0.1:5000.")
  private @Nullable String listen;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      description = "How long to wait at the start for a database that does not answer yet.")
  private @Nullable String wait;

  @Option(
      names = "--trust-root",
      paramLabel = "FILE",
      description =
          "Who may sign what, read again when it changes; default: trust-root.json in the user's"
              + " own configuration folder, where there is one.")
  private @Nullable String trustRoot;

  ServeCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    ServeSettings how = read();
    InetSocketAddress address = address(how);
    RegistryFolder opened = RegistryFolder.create(how.data());
    Console console = surroundings.console();
    try (Logs logs = logs(how, opened);
        Backing backing =
            Backing.open(how, opened, logs.audit(), surroundings.clock(), console.progress())) {
      Supplier<Optional<EvidenceAtHand>> evidence = evidence(how, opened, backing);
      Access access = access(how, opened);
      Room room = Room.of(opened.path(), how.bucket().isEmpty());
      try (SmallHeap _ = SmallHeap.start();
          Collecting collecting = Collecting.start(how, backing.collector(), room, console);
          RegistryServer server =
              RegistryServer.start(
                  services(backing, evidence),
                  new Options(
                      address,
                      how.tls(),
                      access,
                      how.limits(),
                      logs.audit().map(log -> log),
                      logs.requests(),
                      new Readiness(backing, evidence, access, logs.audit().map(log -> log))
                          .checks(),
                      console::failure,
                      surroundings.clock(),
                      how.proxies(),
                      backing.gauges(),
                      Optional.of(room)))) {
        console.line(
            "listening on %s://%s:%d, registry %s"
                .formatted(
                    how.tls().isPresent() ? "https" : "http",
                    address.getHostString(),
                    server.port(),
                    how.database().map(Object::toString).orElse(opened.path().toString())));
        console.out().flush();
        if (!how.hasAuthentication()) {
          console.message(
              "no authentication: whoever is on this machine may push to staging/ and delete there");
        }
        awaitEnd();
        server.drain();
        collecting.stop();
        letSee(how.drainDelay(), console);
        console.message("stopping: no new requests, those under way are answered");
      }
    }
    return ExitCode.YES.status();
  }

  private Services services(Backing backing, Supplier<Optional<EvidenceAtHand>> evidence) {
    Registry registry = backing.registry();
    StagingRepositories staging = backing.staging();
    return new Services(
        staging,
        new DeployRepositories(evidence, surroundings.clock()),
        new EvidenceReading(registry),
        new EvidenceWriting(
            registry.blobs(), backing.writing(), evidence, staging, surroundings.clock()));
  }

  private ServeSettings read() {
    Map<String, String> options = new HashMap<>();
    put(options, "data", data);
    put(options, "listen", listen);
    put(options, "trust-root", trustRoot);
    put(options, "database.wait-seconds", wait);
    return new ServeSettingsReader(surroundings, settings, options)
        .read(surroundings.folders().data().resolve("registry"));
  }

  private static void put(Map<String, String> options, String name, @Nullable String value) {
    if (value != null) {
      options.put(name, value);
    }
  }

  /** What is written of requests. */
  private record Logs(Optional<FileAuditLog> audit, Optional<AccessLog> requests)
      implements AutoCloseable {
    @Override
    public void close() {
      requests.ifPresent(AccessLog::close);
      audit.ifPresent(AuditLog::close);
    }
  }

  private Logs logs(ServeSettings how, RegistryFolder opened) {
    Optional<FileAuditLog> audit =
        how.audit() ? Optional.of(opened.audit(surroundings.clock())) : Optional.empty();
    try {
      return new Logs(audit, how.requests().map(AccessLog::to));
    } catch (Failure e) {
      audit.ifPresent(AuditLog::close);
      throw e;
    }
  }

  private Access access(ServeSettings how, RegistryFolder opened) {
    if (!how.hasAuthentication()) {
      return new Access(Optional.empty(), Rules.LOCAL, how.url());
    }
    if (how.rules().isEmpty()) {
      throw Failure.usage(
          "there is authentication, but no [[rule]] that allows anything",
          "selfsame help serve shows a rule");
    }
    Optional<ChangingFile<PasswordFile>> passwords =
        how.passwords().map(file -> new ChangingFile<>(file, PasswordFile::read, LOOK));
    passwords.ifPresent(ChangingFile::get);
    Path tokens = how.tokens().orElseGet(() -> opened.access().resolve("tokens.json"));
    if (!Files.exists(tokens)) {
      ApiTokens.change(tokens, there -> there);
    }
    ChangingFile<ApiTokens> known = new ChangingFile<>(tokens, ApiTokens::read, LOOK);
    Authenticator authenticator =
        new Authenticator(
            () -> passwords.map(ChangingFile::get),
            known,
            BearerTokens.of(
                how.tokenKey().orElseGet(() -> opened.access().resolve("token.key")),
                new SecureRandom()),
            surroundings.clock(),
            System::nanoTime);
    return new Access(Optional.of(authenticator), new Rules(how.rules()), how.url());
  }

  /** A signal interrupts this thread, which has all of its work still to do: closing. */
  private static void awaitEnd() {
    while (!Thread.interrupted()) {
      LockSupport.park();
    }
  }

  /**
   * Whoever sends requests here looks at /ready now and then, and sends none once it has seen it.
   */
  private static void letSee(Duration delay, Console console) {
    if (delay.isZero()) {
      return;
    }
    console.message("stopping in %d s: not ready from now on".formatted(delay.toSeconds()));
    try {
      Thread.sleep(delay);
    } catch (InterruptedException again) {
      return; // Whoever says it twice does not want to wait.
    }
  }

  /** The trust root of the moment: its file is read again when it has changed. */
  private Supplier<Optional<EvidenceAtHand>> evidence(
      ServeSettings how, RegistryFolder opened, Backing backing) {
    Path file =
        how.trustRoot().orElseGet(() -> surroundings.folders().config().resolve("trust-root.json"));
    if (how.trustRoot().isEmpty() && !Files.exists(file)) {
      return Optional::empty;
    }
    // Of the server, not of its user, who may have no home, or a new one with each container.
    Seen seen = new FileSeen(opened.seen(), surroundings.console().progress());
    ChangingFile<TrustRoot> root =
        new ChangingFile<>(file, each -> RegistryAccess.root(each, seen), Duration.ZERO);
    var _ = root.get();
    Registry registry = backing.registry();
    return () -> Optional.of(new EvidenceAtHand(registry, root.get()));
  }

  private static InetSocketAddress address(ServeSettings how) {
    String text = how.listen();
    int colon = text.lastIndexOf(':');
    try {
      String host = text.substring(0, Math.max(0, colon)).replaceAll("^\\[|]$", "");
      int port = Integer.parseInt(text.substring(colon + 1));
      InetAddress resolved = InetAddress.getByName(host);
      if (host.isEmpty()) {
        throw new IllegalArgumentException("no host");
      }
      if (!resolved.isLoopbackAddress() && !(how.hasAuthentication() && how.tls().isPresent())) {
        throw Failure.usage(
            "without authentication and TLS only a loopback address is served, not " + text,
            "--listen 127.0.0.1:5000");
      }
      return new InetSocketAddress(resolved, port);
    } catch (UnknownHostException | IllegalArgumentException e) {
      throw Failure.usage("not an address to listen on: " + text, "--listen 127.0.0.1:5000");
    }
  }
}
