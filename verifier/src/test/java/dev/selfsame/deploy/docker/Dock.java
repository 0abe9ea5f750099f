package dev.selfsame.deploy.docker;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.deploy.Consent;
import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.DeployFileReader;
import dev.selfsame.deploy.Deployer;
import dev.selfsame.deploy.Deployment;
import dev.selfsame.deploy.Gate;
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
import dev.selfsame.evidence.ImageSettings;
import dev.selfsame.outcome.Progress;
import dev.selfsame.promote.Evidence;
import dev.selfsame.scenes.Images;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.file.RegistryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** An engine, networks of its own, and releases of small agents to be deployed there. */
public final class Dock implements AutoCloseable {
  public static final String SECRET = "s3cret-\"quoted\"-word";
  static final Map<String, String> ENVIRONMENT = withSecret();

  final Path folder;
  final String engine;
  public final String name;
  public final Stage stage;
  private final Images images;
  private final List<Digest> loaded = new ArrayList<>();

  Dock(Path folder, String engine) throws Exception {
    this(folder, engine, new Stage(Files.createDirectories(folder.resolve("stage"))));
  }

  /** With a registry of somebody's own. */
  public Dock(Path folder, String engine, Stage stage) throws Exception {
    this.folder = folder;
    this.engine = engine;
    this.name = "selfsame-test-" + UUID.randomUUID().toString().substring(0, 8);
    this.stage = stage;
    // Of the same program another dock makes another image, which is not removed with this one's.
    this.images = new Images(stage, name);
    cli("network", "create", inner());
    cli("network", "create", outer());
    clear();
  }

  private static Map<String, String> withSecret() {
    Map<String, String> all = new HashMap<>(System.getenv());
    all.put("PASSWORD", SECRET);
    return all;
  }

  String inner() {
    return name + "-inner";
  }

  String outer() {
    return name + "-outer";
  }

  public String cli(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(engine));
    if (engine.equals("podman")) {
      command.addAll(List.of("--url", "unix:///run/podman/podman.sock"));
    }
    command.addAll(List.of(arguments));
    return Cli.run(command.toArray(String[]::new));
  }

  /** Writes the settings, with more lines above the usual ones. */
  public void settings(String more) throws IOException {
    settings(more, "interval = \"100ms\"\ntimeout = \"20s\"\n");
  }

  void settings(String more, String health) throws IOException {
    Files.writeString(
        folder.resolve("deploy.toml"),
        """
        stop-grace = "5s"
        keep-old = "500ms"
        %s
        [[networks]]
        name = "%s"
        [[networks]]
        name = "%s"
        aliases = ["agent"]
        [secrets]
        names = ["PASSWORD"]
        [config]
        template = "agent.toml"
        [health]
        live = "http://target:8080/health"
        ready = "http://target:8080/ready"
        %s
        """
            .formatted(more, inner(), outer(), health));
  }

  /** Settings for the machine's own network: on which port it listens, and which is asked. */
  void onMachine(int listens, int asked, String timeout) throws IOException {
    Files.writeString(
        folder.resolve("agent.toml"),
        "listen = %d\npassword = \"${PASSWORD}\"\n".formatted(listens));
    Files.writeString(
        folder.resolve("deploy.toml"),
        """
        stop-grace = "5s"
        keep-old = "300ms"
        [[networks]]
        name = "host"
        [secrets]
        names = ["PASSWORD"]
        [config]
        template = "agent.toml"
        [health]
        ready = "http://target:%d/ready"
        interval = "100ms"
        timeout = "%s"
        """
            .formatted(asked, timeout));
  }

  /** As somebody else's state of the same target: this one's is out of the way until then. */
  void asAnother(Attempt attempt) throws Exception {
    Path own = folder.resolve("state/journal.json");
    Path kept = Files.move(own, folder.resolve("journal.kept"));
    try {
      attempt.run();
    } finally {
      Files.move(kept, own);
    }
  }

  /** What is tried. */
  @FunctionalInterface
  interface Attempt {
    void run() throws Exception;
  }

  public DeployFile file() {
    return DeployFileReader.read(folder.resolve("deploy.toml"), "deploy.toml");
  }

  /** Signs and promotes a program with its image. */
  public Records release(byte[] program) throws IOException {
    return release(program, Images.SETTINGS);
  }

  /** As the other, with an image of its own settings. */
  Records release(byte[] program, ImageSettings image) throws IOException {
    Records records = Images.asked("placeholder");
    records.image = image;
    records.source = "source of " + Digest.sha256(program);
    records.binary = program;
    stage.now = stage.now.plusSeconds(60);
    images.release(records);
    Files.write(stage.folder.resolve("trust-root.json"), stage.root.json());
    loaded.add(head().image().orElseThrow().config());
    return records;
  }

  public Release head() {
    return head(stage.folder, stage.now);
  }

  static Release head(Path stage, Instant now) {
    Evidence evidence =
        new Evidence(
            RegistryFolder.open(stage.resolve("registry")).registry(),
            TrustRoot.read(stage.resolve("trust-root.json")));
    return new Gate(evidence, now).open(Stage.AGENT, ChannelName.PRODUCTION);
  }

  TargetName.Container target() {
    return (TargetName.Container) TargetName.parse(engine + ":" + name, folder);
  }

  public Target open(Landmarks landmarks) {
    return open(landmarks, Consent.NONE);
  }

  Target open(Landmarks landmarks, Consent consent) {
    return new DockerTargets(ENVIRONMENT, landmarks, Duration.ofSeconds(60))
        .container(target(), settings(ENVIRONMENT), consent);
  }

  /** With an engine of somebody's own, and a patience. */
  Target open(Landmarks landmarks, Map<String, String> environment, Duration patience) {
    return new DockerTargets(environment, landmarks, patience)
        .container(target(), settings(ENVIRONMENT), Consent.NONE);
  }

  /** What the command makes of the file, with secrets from an environment. */
  Settings settings(Map<String, String> environment) {
    return settings(folder, file(), environment);
  }

  static Settings settings(Path folder, DeployFile file, Map<String, String> environment) {
    try {
      Path state = Files.createDirectories(folder.resolve("state"));
      return new Settings(file, Secrets.find(file.secrets(), environment), SettingsKey.keep(state));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  Deployer deployer(Target target, Landmarks landmarks) throws IOException {
    Path state = Files.createDirectories(folder.resolve("state"));
    return new Deployer(target, new Journal(state), landmarks, Progress.SILENT);
  }

  /** As the command does it. */
  Outcome deploy(Landmarks landmarks) throws Exception {
    try (Target target = open(landmarks)) {
      return deploy(target, head(), landmarks);
    }
  }

  Outcome deploy() throws Exception {
    return deploy(Landmarks.UNWATCHED);
  }

  public Outcome deploy(Target target, Release release, Landmarks landmarks) throws Exception {
    Deployer deployer = deployer(target, landmarks);
    deployer.recover(settings(ENVIRONMENT).secretsMark());
    Deployment deployment =
        release.deployment(
            UUID.randomUUID().toString().replace("-", "").substring(0, 12),
            target().text(),
            file().fingerprint(),
            settings(ENVIRONMENT).secretsMark(),
            stage.now);
    Optional<Outcome> standing = Deployer.standing(target.now(), deployment);
    return standing.isPresent()
        ? standing.get()
        : deployer.deploy(deployment, target.plan(release), release);
  }

  /** What a run after one that was killed does first. */
  Optional<Outcome> recover() throws Exception {
    try (Target target = open(Landmarks.UNWATCHED)) {
      return deployer(target, Landmarks.UNWATCHED).recover(settings(ENVIRONMENT).secretsMark());
    }
  }

  /** Every container of this dock: name, id, image, whether it runs, networks with aliases. */
  public String state() throws Exception {
    String ids = cli("ps", "-aq", "--no-trunc", "--filter", "label=dev.selfsame.target=" + name);
    List<String> all = new ArrayList<>();
    for (String id : ids.lines().toList()) {
      all.add(
          cli(
              "inspect",
              "--format",
              "{{.Name}} {{.Id}} {{.Image}} {{.State.Running}} {{.HostConfig.RestartPolicy.Name}}"
                  + "{{range $n, $v := .NetworkSettings.Networks}} {{$n}}={{$v.Aliases}}{{end}}",
              id));
    }
    all.sort(null);
    return String.join("\n", all);
  }

  /** What the kernel says of the main process of what has the name. */
  String status() throws Exception {
    String pid = cli("inspect", "--format", "{{.State.Pid}}", name);
    return Files.readString(Path.of("/proc", pid, "status"));
  }

  /** The id of what has the name. */
  String id() throws Exception {
    return cli("inspect", "--format", "{{.Id}}", name);
  }

  /** As it was at first, but for what was promoted. */
  void clear() throws Exception {
    removeContainers();
    Files.deleteIfExists(folder.resolve("state/journal.json"));
    Files.writeString(folder.resolve("agent.toml"), "listen = 8080\npassword = \"${PASSWORD}\"\n");
    settings("");
  }

  private void removeContainers() throws Exception {
    String ids = cli("ps", "-aq", "--filter", "label=dev.selfsame.target=" + name);
    for (String id : ids.lines().toList()) {
      cli("rm", "-f", "-v", id);
    }
  }

  @Override
  public void close() throws Exception {
    removeContainers();
    cli("network", "rm", inner());
    cli("network", "rm", outer());
    for (Digest image : loaded) {
      Cli.call(engine, "rmi", "-f", image.hex());
    }
  }
}
