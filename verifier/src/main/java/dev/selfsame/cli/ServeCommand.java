package dev.selfsame.cli;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.oci.DeployRepositories;
import dev.selfsame.oci.EvidenceReading;
import dev.selfsame.oci.EvidenceWriting;
import dev.selfsame.oci.StagingRepositories;
import dev.selfsame.oci.http.RegistryServer;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Evidence;
import dev.selfsame.store.Registry;
import dev.selfsame.store.file.FileUploads;
import dev.selfsame.store.file.RegistryFolder;
import dev.selfsame.store.jdbi.H2Repositories;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
      "There is no authentication yet: only loopback addresses are listened on, and",
      "whoever is on this machine may push to staging/. Promotions come from",
      "'selfsame promote --registry DIR' on the same folder, also while it is served.",
      "Ctrl-C or SIGTERM ends it, after the requests under way.",
      "",
      "Exit codes:",
      "  0  ended by SIGTERM or Ctrl-C, after the requests under way",
      "  2  the address is not a loopback address, or DIR holds something else",
      "  3  the address is taken, or DIR cannot be used (another server has it open)",
      "  4  DIR's log of changes does not hold where rows are made from it, or the trust",
      "     root does not",
    })
final class ServeCommand implements Callable<Integer> {
  private static final Duration ABANDONED = Duration.ofDays(1);
  private static final Duration HOUR = Duration.ofHours(1);

  private final Surroundings surroundings;

  @Option(
      names = {"--data", "--registry"},
      paramLabel = "DIR",
      description = "The registry's folder; default: registry in the user's own data folder.")
  private @Nullable Path data;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:5000",
      description = "Where to listen, port 0 for any that is free; default: ${DEFAULT-VALUE}.")
  private String listen = "127.0.0.1:5000";

  @Option(
      names = "--trust-root",
      paramLabel = "FILE",
      description =
          "Who may sign what, read again when it changes; default: trust-root.json in the user's"
              + " own configuration folder, where there is one.")
  private @Nullable Path trustRoot;

  ServeCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    InetSocketAddress address = address(listen);
    Path folder =
        data == null
            ? surroundings.folders().data().resolve("registry")
            : surroundings.workFolder().resolve(data);
    RegistryFolder opened = RegistryFolder.create(folder);
    Registry registry = opened.registry();
    FileUploads uploads = opened.uploads();
    try (H2Repositories repositories =
            H2Repositories.open(
                opened.path(),
                opened.changes(surroundings.clock()),
                surroundings.console().progress());
        RegistryServer server = start(opened, registry, uploads, repositories, address)) {
      // Only now is it sure that no other server works on the folder.
      Thread.ofPlatform().daemon().name("abandoned").start(() -> clear(uploads));
      Console console = surroundings.console();
      console.line(
          "listening on http://%s:%d, registry %s"
              .formatted(address.getHostString(), server.port(), opened.path()));
      console.out().flush();
      console.message("no authentication: whoever is on this machine may push to staging/");
      awaitEnd();
      console.message("stopping: no new requests, those under way are answered");
    }
    return ExitCode.YES.status();
  }

  private RegistryServer start(
      RegistryFolder opened,
      Registry registry,
      FileUploads uploads,
      H2Repositories repositories,
      InetSocketAddress address) {
    StagingRepositories staging = new StagingRepositories(registry.blobs(), uploads, repositories);
    Supplier<Optional<Evidence>> evidence = evidence(registry);
    FolderWriting writing = new FolderWriting(opened, surroundings.console().progress());
    return RegistryServer.start(
        staging,
        new DeployRepositories(evidence, surroundings.clock()),
        new EvidenceReading(registry),
        new EvidenceWriting(registry.blobs(), writing, evidence, staging, surroundings.clock()),
        address);
  }

  /** Every hour, uploads that were given up are removed. */
  private void clear(FileUploads uploads) {
    try {
      while (true) {
        uploads.clear(ABANDONED, surroundings.clock().instant());
        Thread.sleep(HOUR);
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    } catch (Failure e) {
      surroundings.console().message("abandoned uploads stay: " + e.getMessage());
    }
  }

  /** A signal interrupts this thread, which has all of its work still to do: closing. */
  private static void awaitEnd() {
    while (!Thread.interrupted()) {
      LockSupport.park();
    }
  }

  /** The trust root of the moment: its file is read again when it has changed. */
  private Supplier<Optional<Evidence>> evidence(Registry registry) {
    Path file =
        trustRoot == null
            ? surroundings.folders().config().resolve("trust-root.json")
            : surroundings.workFolder().resolve(trustRoot);
    if (trustRoot == null && !Files.exists(file)) {
      return Optional::empty;
    }
    TrustRoot.read(file);
    ChangingTrustRoot root = new ChangingTrustRoot(file);
    return () -> Optional.of(new Evidence(registry, root.get()));
  }

  private static InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    try {
      String host = text.substring(0, Math.max(0, colon)).replaceAll("^\\[|]$", "");
      int port = Integer.parseInt(text.substring(colon + 1));
      InetAddress resolved = InetAddress.getByName(host);
      if (host.isEmpty() || !resolved.isLoopbackAddress()) {
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
