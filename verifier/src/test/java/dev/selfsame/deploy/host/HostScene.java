package dev.selfsame.deploy.host;

import dev.selfsame.deploy.Consent;
import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.DeployFileReader;
import dev.selfsame.deploy.Deployer;
import dev.selfsame.deploy.Deployment;
import dev.selfsame.deploy.Journal;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Machine;
import dev.selfsame.deploy.Mark;
import dev.selfsame.deploy.Outcome;
import dev.selfsame.deploy.Plan;
import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.Secrets;
import dev.selfsame.deploy.Target;
import dev.selfsame.deploy.TargetLock;
import dev.selfsame.digest.Digest;
import dev.selfsame.machine.SystemdMachine;
import dev.selfsame.outcome.Progress;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.file.RegistryFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** A folder on this machine, a registry with a real service in it, and how commands deploy it. */
final class HostScene {
  static final Path SETSID = Path.of("/usr/bin/setsid");
  static final UnitPlace UNIT = UnitPlace.usual("service");
  static final Systemctl SYSTEMCTL =
      new SystemctlProgram(
          Path.of("/usr/bin/systemctl"), Optional.of(Path.of("/usr/bin/journalctl")));

  final Path folder;
  final Path root;
  final int port;
  private long seq;

  HostScene(Path folder) throws IOException {
    this(folder, folder.resolve("agent"), freePort());
  }

  /** The unit of a machine with systemd, whose folder is this machine's too. */
  static HostScene onSystemd() throws IOException {
    return new HostScene(SystemdMachine.folder(), UNIT.root(), freePort());
  }

  HostScene(Path folder, Path root, int port) {
    this.folder = folder;
    this.root = root;
    this.port = port;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** The service in a version of its own, as bytes that nothing else has. */
  Release release(String version) throws IOException, InterruptedException {
    Path program = folder.resolve("service-" + version);
    if (!Files.exists(program)) {
      Path source = folder.resolve("service.c");
      try (var in = HostScene.class.getResourceAsStream("service.c")) {
        Files.write(source, in.readAllBytes());
      }
      Process gcc =
          new ProcessBuilder(
                  "gcc",
                  "-O1",
                  "-DVERSION=\"" + version + "\"",
                  "-o",
                  program.toString(),
                  source.toString())
              .inheritIO()
              .start();
      if (gcc.waitFor() != 0) {
        throw new AssertionError("gcc");
      }
    }
    var blobs = RegistryFolder.create(folder.resolve("registry")).registry().blobs();
    Digest artifact = blobs.put(Files.readAllBytes(program)).digest();
    return new Release(
        new ArtifactName("viworks/service"),
        new ChannelName("production"),
        ++seq,
        artifact,
        artifact,
        List.of(),
        Machine.named(System.getProperty("os.arch")),
        Optional.empty(),
        blobs);
  }

  /** A deploy file for the service, told to behave in a way. */
  DeployFile settings(String mode) throws IOException {
    Files.writeString(folder.resolve("service.conf"), "password ${PASSWORD} level ${LEVEL}\n");
    Path file = folder.resolve("deploy-%s.toml".formatted(mode));
    Files.writeString(
        file,
        """
        stop-grace = "2s"
        keep-old = "300ms"
        arguments = ["--port=%d", "--mode=%s", "--config={config}"]
        [environment]
        LEVEL = "info"
        [secrets]
        names = ["PASSWORD"]
        to-environment = ["PASSWORD"]
        [config]
        template = "service.conf"
        [health]
        live = "http://target:%d/health"
        ready = "http://target:%d/ready"
        timeout = "%s"
        interval = "50ms"
        """
            .formatted(port, mode, port, port, mode.startsWith("unready") ? "1s" : "20s"));
    return DeployFileReader.read(file, "deploy.toml");
  }

  Secrets secrets(DeployFile settings) {
    return Secrets.find(settings.secrets(), Map.of("PASSWORD", "s3cr3t-t0ken"));
  }

  FolderTarget target(DeployFile settings, Landmarks landmarks) {
    return target(settings, landmarks, Consent.NONE);
  }

  FolderTarget target(DeployFile settings, Landmarks landmarks, Consent consent) {
    return new FolderTarget(root, settings, secrets(settings), SETSID, landmarks, consent);
  }

  UnitTarget unit(DeployFile settings, Landmarks landmarks) {
    return new UnitTarget(UNIT, settings, secrets(settings), SYSTEMCTL, landmarks, Consent.NONE);
  }

  Outcome deploy(Release release, String mode) throws IOException, InterruptedException {
    return deploy(release, mode, Landmarks.UNWATCHED);
  }

  Outcome deploy(Release release, String mode, Landmarks landmarks)
      throws IOException, InterruptedException {
    DeployFile settings = settings(mode);
    return deploy(target(settings, landmarks), settings, release, landmarks);
  }

  /** As the command does it: lock, what was broken off, plan, steps. */
  Outcome deploy(Target target, DeployFile settings, Release release, Landmarks landmarks)
      throws InterruptedException {
    try (TargetLock lock = TargetLock.take(state(), "dir", Duration.ofSeconds(30))) {
      Deployer deployer = new Deployer(target, new Journal(state()), landmarks, Progress.SILENT);
      deployer.recover(Mark.NONE);
      Deployment deployment = deployment(release, settings);
      Optional<Outcome> standing = Deployer.standing(target.now(), deployment);
      if (standing.isPresent()) {
        return standing.get();
      }
      Plan plan = target.plan(release);
      return deployer.deploy(deployment, plan, release);
    }
  }

  /** Ends what was broken off, as the next command would. */
  Optional<Outcome> recover(Target target) throws InterruptedException {
    return recover(target, Mark.NONE);
  }

  /** The same by one who knows these secrets. */
  Optional<Outcome> recover(Target target, Mark secrets) throws InterruptedException {
    try (TargetLock lock = TargetLock.take(state(), "dir", Duration.ofSeconds(30))) {
      return new Deployer(target, new Journal(state()), Landmarks.UNWATCHED, Progress.SILENT)
          .recover(secrets);
    }
  }

  Path state() {
    return folder.resolve("state");
  }

  private static Deployment deployment(Release release, DeployFile settings) {
    byte[] id = new byte[6];
    ThreadLocalRandom.current().nextBytes(id);
    return new Deployment(
        HexFormat.of().formatHex(id),
        "dir",
        release.name().value(),
        "production",
        release.seq(),
        release.artifact(),
        null,
        release.promotion(),
        List.of(),
        settings.fingerprint(),
        Mark.NONE,
        Instant.now());
  }

  /** What answers on the port: the version, or empty. */
  String answers() throws InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest get =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/health".formatted(port)))
              .timeout(Duration.ofSeconds(5))
              .build();
      return client.send(get, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return "";
    }
  }

  /** Every process that executes a program of the target's folder. */
  List<Long> processes() {
    return Proc.all()
        .filter(pid ->
            Proc.executable(pid).filter(path -> path.startsWith(root + "/")).isPresent()
                && Proc.stat(pid).filter(Proc.Stat::runs).isPresent())
        .boxed()
        .toList();
  }

  /** Ends all that a test left running. */
  void close() throws InterruptedException {
    for (long pid : processes()) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
    while (!processes().isEmpty()) {
      Thread.sleep(10);
    }
  }

  /** The names in a folder of the target's, sorted. */
  List<String> names(String of) throws IOException {
    try (var all = Files.list(root.resolve(of))) {
      return all.map(path -> String.valueOf(path.getFileName())).sorted().toList();
    }
  }

  /** All that is in the target's folder, by relative path, with what it is. */
  String tree() throws IOException {
    StringBuilder tree = new StringBuilder();
    try (var paths = Files.walk(root)) {
      for (Path path : paths.sorted().toList()) {
        String what =
            Files.isSymbolicLink(path)
                ? "-> " + Files.readSymbolicLink(path)
                : Files.isDirectory(path)
                    ? "/"
                    : path.endsWith("log") || path.endsWith("process")
                        ? ""
                        : Digest.sha256(path).hex();
        tree.append(root.relativize(path)).append(' ').append(what).append('\n');
      }
    }
    return tree.toString();
  }

  static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }
}
