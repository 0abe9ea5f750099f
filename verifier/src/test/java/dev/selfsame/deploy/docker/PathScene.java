package dev.selfsame.deploy.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.deploy.Consent;
import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.DeployFileReader;
import dev.selfsame.deploy.Deployer;
import dev.selfsame.deploy.Journal;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Outcome;
import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.Secrets;
import dev.selfsame.deploy.Settings;
import dev.selfsame.deploy.SettingsKey;
import dev.selfsame.deploy.Target;
import dev.selfsame.deploy.TargetName;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A container that somebody has made, with nothing in it but a program and its configuration. */
public final class PathScene implements AutoCloseable {
  static final String PLACE = "/opt/agent/agent";
  static final String CONFIG = "/opt/agent/agent.toml";

  final Dock dock;
  final String name;
  final byte[] old;
  private final Path folder;
  private final int port;
  private final boolean owned;

  /** In a dock that is there. */
  public PathScene(Path folder, Dock dock, byte[] program) throws Exception {
    this(folder, dock, false, program, 8080, List.of());
  }

  PathScene(Path folder, String engine, byte[] program) throws Exception {
    this(folder, engine, program, 8080, List.of());
  }

  /**
   * @param port on which it listens
   * @param options of the engine's {@code run}; the last network counts
   */
  PathScene(Path folder, String engine, byte[] program, int port, List<String> options)
      throws Exception {
    this(folder, new Dock(folder, engine), true, program, port, options);
  }

  private PathScene(
      Path folder, Dock dock, boolean owned, byte[] program, int port, List<String> options)
      throws Exception {
    this.folder = folder;
    this.port = port;
    this.dock = dock;
    this.owned = owned;
    this.name = dock.name + "-own";
    this.old = program;
    try {
      start(options);
    } catch (Exception | AssertionError e) {
      try {
        close();
      } catch (Exception | AssertionError absent) {
        e.addSuppressed(absent);
      }
      throw e;
    }
  }

  private void start(List<String> options) throws Exception {
    Path root = Files.createDirectories(folder.resolve("root/opt/agent"));
    Files.write(root.resolve("agent"), old);
    Files.setPosixFilePermissions(
        root.resolve("agent"), PosixFilePermissions.fromString("rwxr-x--x"));
    Files.writeString(root.resolve("agent.toml"), "listen = %d\n".formatted(port));
    Cli.run("tar", "-C", folder.resolve("root").toString(), "-cf", folder + "/root.tar", ".");
    dock.cli("import", folder + "/root.tar", image());
    List<String> run = new ArrayList<>(List.of("run", "-d", "--name", name));
    run.addAll(options.contains("--network") ? List.of() : List.of("--network", dock.inner()));
    run.addAll(options);
    run.addAll(List.of(image(), PLACE, CONFIG));
    dock.cli(run.toArray(String[]::new));
    settings("");
  }

  String image() {
    return "localhost/" + name + ":test";
  }

  /** Writes the settings, with a secret in the configuration, and more lines above. */
  void settings(String more) throws IOException {
    settings(more, "300ms", "10s");
  }

  void settings(String more, String keepOld, String timeout) throws IOException {
    Files.writeString(
        folder.resolve("agent.toml"), "listen = %d\npassword = \"${PASSWORD}\"\n".formatted(port));
    Files.writeString(
        folder.resolve("path.toml"),
        more
            + """
            stop-grace = "2s"
            keep-old = "%s"
            [secrets]
            names = ["PASSWORD"]
            [config]
            template = "agent.toml"
            path = "/opt/agent/agent.toml"
            [health]
            live = "http://target:%d/health"
            ready = "http://target:%d/ready"
            interval = "100ms"
            timeout = "%s"
            """
                .formatted(keepOld, port, port, timeout));
  }

  static DeployFile file(Path folder) {
    return DeployFileReader.read(folder.resolve("path.toml"), "path.toml");
  }

  static Path own(Path folder) {
    return folder.resolve("own");
  }

  static Settings settings(Path folder, Map<String, String> environment) {
    DeployFile file = file(folder);
    try {
      Files.createDirectories(own(folder));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return new Settings(
        file, Secrets.find(file.secrets(), environment), SettingsKey.keep(own(folder)));
  }

  public String target() {
    return dock.engine + ":" + name + ":" + PLACE;
  }

  static Target open(Path folder, String target, Settings settings, Landmarks landmarks) {
    return open(folder, target, settings, landmarks, Consent.NONE);
  }

  private static Target open(
      Path folder, String target, Settings settings, Landmarks landmarks, Consent consent) {
    return new DockerTargets(System.getenv(), landmarks, Duration.ofSeconds(60))
        .path(
            (TargetName.InContainer) TargetName.parse(target, folder),
            settings,
            own(folder),
            consent);
  }

  Target open(String target, Consent consent) {
    return open(folder, target, settings(folder, Dock.ENVIRONMENT), Landmarks.UNWATCHED, consent);
  }

  Target open(Landmarks landmarks) {
    return open(folder, target(), settings(folder, Dock.ENVIRONMENT), landmarks);
  }

  Outcome deploy(Landmarks landmarks) throws Exception {
    return deploy(landmarks, Dock.ENVIRONMENT);
  }

  /** As the command does it, with another password. */
  Outcome deploy(String password) throws Exception {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("PASSWORD", password);
    return deploy(Landmarks.UNWATCHED, environment);
  }

  private Outcome deploy(Landmarks landmarks, Map<String, String> environment) throws Exception {
    return deploy(
        folder, target(), settings(folder, environment), dock.head(), dock.stage.now, landmarks);
  }

  /** By an engine of somebody's own. */
  Outcome deployBy(Map<String, String> engines) throws Exception {
    Settings settings = settings(folder, Dock.ENVIRONMENT);
    TargetName.InContainer to = (TargetName.InContainer) TargetName.parse(target(), folder);
    try (Target target =
        new DockerTargets(engines, Landmarks.UNWATCHED, Duration.ofSeconds(60))
            .path(to, settings, own(folder), Consent.NONE)) {
      return deploy(
          folder, target(), settings, dock.head(), dock.stage.now, Landmarks.UNWATCHED, target);
    }
  }

  Outcome deploy(Consent consent) throws Exception {
    Settings settings = settings(folder, Dock.ENVIRONMENT);
    try (Target target = open(target(), consent)) {
      return deploy(
          folder, target(), settings, dock.head(), dock.stage.now, Landmarks.UNWATCHED, target);
    }
  }

  static Outcome deploy(
      Path folder, String to, Settings settings, Release release, Instant now, Landmarks landmarks)
      throws Exception {
    try (Target target = open(folder, to, settings, landmarks)) {
      return deploy(folder, to, settings, release, now, landmarks, target);
    }
  }

  /** By somebody who may look at no process. */
  static Outcome deployUnseen(
      Path folder, String to, Settings settings, Release release, Instant now) throws Exception {
    Landmarks landmarks = Landmarks.UNWATCHED;
    Consent consent = new Consent(false, false, true);
    try (Target target = open(folder, to, settings, landmarks, consent)) {
      return deploy(folder, to, settings, release, now, landmarks, target);
    }
  }

  private static Outcome deploy(
      Path folder,
      String to,
      Settings settings,
      Release release,
      Instant now,
      Landmarks landmarks,
      Target target)
      throws Exception {
    Deployer deployer = new Deployer(target, new Journal(own(folder)), landmarks, Progress.SILENT);
    deployer.recover(settings.secretsMark());
    var deployment =
        release.deployment(
            UUID.randomUUID().toString().replace("-", "").substring(0, 12),
            to,
            settings.file().fingerprint(),
            settings.secretsMark(),
            now);
    Optional<Outcome> standing = Deployer.standing(target.now(), deployment);
    return standing.isPresent()
        ? standing.get()
        : deployer.deploy(deployment, target.plan(release), release);
  }

  /** Tries a target; it has to be refused, with nothing changed and nothing left open. */
  void refused(String target, ExitCode code, String why) throws Exception {
    String before = state();
    Settings settings = settings(folder, Dock.ENVIRONMENT);
    Failure failure =
        assertThrows(
            Failure.class,
            () ->
                deploy(folder, target, settings, dock.head(), dock.stage.now, Landmarks.UNWATCHED));
    assertEquals(code, failure.code(), failure.toString());
    assertTrue(String.valueOf(failure.getMessage()).contains(why), failure.getMessage());
    assertEquals(before, state(), "untouched");
    assertFalse(Files.exists(own(folder).resolve("journal.json")));
  }

  /** What a run after one that was killed does first. */
  Optional<Outcome> recover() throws Exception {
    Settings settings = settings(folder, Dock.ENVIRONMENT);
    try (Target target = open(folder, target(), settings, Landmarks.UNWATCHED)) {
      return new Deployer(target, new Journal(own(folder)), Landmarks.UNWATCHED, Progress.SILENT)
          .recover(settings.secretsMark());
    }
  }

  Digest inside(String path) throws Exception {
    Path out = folder.resolve("out");
    dock.cli("cp", name + ":" + path, out.toString());
    return Digest.sha256(out);
  }

  /** Which files are in the folder of the program: names alone. */
  List<String> files() throws Exception {
    return beside().stream().map(file -> file.getFileName().toString()).toList();
  }

  /** Copies of the files in the folder of the program. */
  private List<Path> beside() throws Exception {
    Path out = folder.resolve("listed-" + UUID.randomUUID());
    dock.cli("cp", name + ":/opt/agent", out.toString());
    try (var all = Files.list(out)) {
      return all.sorted().toList();
    }
  }

  /** As {@link #stands}, with what the container was changed in. */
  String state() throws Exception {
    return dock.cli("diff", name).lines().sorted().toList() + "\n" + stands();
  }

  /**
   * The container, whether it runs, and the names, bytes and modes of its files. Engines count what
   * was made and removed again as a change of its folder: that is left out.
   */
  String stands() throws Exception {
    List<String> stands = new ArrayList<>();
    stands.add(dock.cli("inspect", "--format", "{{.Id}} {{.Image}} {{.State.Running}}", name));
    for (Path file : beside()) {
      String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
      stands.add("%s %s %s".formatted(file.getFileName(), Digest.sha256(file), mode));
    }
    return String.join("\n", stands);
  }

  String mode(String path) throws Exception {
    dock.cli("cp", name + ":" + path, folder.resolve("out").toString());
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("out")));
  }

  String address() throws Exception {
    String address =
        dock.cli(
            "inspect",
            "--format",
            "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
            name);
    assertTrue(!address.isEmpty(), name);
    return address;
  }

  String answers() throws Exception {
    return Cli.get("http://%s:%d/".formatted(address(), port));
  }

  @Override
  public void close() throws Exception {
    try {
      dock.cli("rm", "-f", name);
    } finally {
      try {
        dock.cli("rmi", image());
      } finally {
        if (owned) {
          dock.close();
        }
      }
    }
  }
}
