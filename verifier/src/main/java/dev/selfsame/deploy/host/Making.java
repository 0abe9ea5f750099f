package dev.selfsame.deploy.host;

import dev.selfsame.deploy.ContainerSettings;
import dev.selfsame.deploy.Declared;
import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.Deployment;
import dev.selfsame.deploy.Mark;
import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.Rendering;
import dev.selfsame.deploy.Secrets;
import dev.selfsame.deploy.SettingsKey;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.ImageSettings;
import dev.selfsame.files.AtomicFile;
import dev.selfsame.files.FileTree;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Makes a deployment's own folder: a link to its program, its configuration, its settings.
 *
 * <p>A program on a host cannot have its configuration at the image's place, which would be the
 * same for old and new. So {@code {config}} in an argument or a variable stands for where it is.
 */
final class Making {
  /** Begins the names of files that nobody else's program or configuration has. */
  static final String OWN = ".selfsame-";

  /** The file with what {@link Declared} writes of the settings. */
  static final String DECLARED = OWN + "settings.json";

  private static final String CONFIG = "{config}";
  private static final Set<String> RESERVED = Set.of("log", "process", "run.json", "environment");

  private final Place place;
  private final DeployFile settings;
  private final Secrets secrets;

  Making(Place place, DeployFile settings, Secrets secrets) {
    this.place = place;
    this.settings = settings;
    this.secrets = secrets;
  }

  /** The program's file name: as its image has it, else the last part of the artifact's name. */
  static String program(Release release) {
    String path =
        release.image().map(image -> image.settings().entrypoint()).orElse(release.name().value());
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (isReserved(name)) {
      throw Failure.usage(
          "a program named %s cannot be put in a folder of Selfsame's".formatted(name),
          "name the binary otherwise");
    }
    return name;
  }

  private static boolean isReserved(String name) {
    return name.startsWith(OWN) || RESERVED.contains(name);
  }

  /** The configuration's file name, where there is one. */
  Optional<String> configName(Release release) {
    return settings
        .config()
        .map(config -> {
          String path =
              config
                  .path()
                  .or(() ->
                      release.image().map(Release.RunImage::settings).map(ImageSettings::config))
                  .orElse(config.source());
          String name = path.substring(path.lastIndexOf('/') + 1);
          if (isReserved(name) || name.equals(program(release))) {
            throw Failure.usage(
                "the configuration cannot be named " + name, "set config.path in the deploy file");
          }
          return name;
        });
  }

  /** The ports of the program that are asked whether it is well, sorted. */
  static List<Integer> ports(DeployFile.Health health) {
    return Stream.of(health.live(), health.ready())
        .flatMap(Optional::stream)
        .filter(uri -> DeployFile.Health.TARGET.equals(uri.getHost()))
        .map((URI uri) -> DeployFile.Health.port(uri))
        .sorted()
        .distinct()
        .toList();
  }

  /** What a reader should know beforehand of how a host differs from a container. */
  List<String> remarks(Release release) {
    List<String> remarks = new ArrayList<>();
    if (!settings.published().isEmpty() || !settings.networks().isEmpty()) {
      remarks.add("publish and networks are of containers; here the program itself listens");
    }
    if (!settings.container().equals(ContainerSettings.USUAL)) {
      remarks.add("[container] is of containers; here nothing of it holds");
    }
    boolean named =
        Stream.concat(arguments(release).stream(), settings.environment().values().stream())
            .anyMatch(text -> text.contains(CONFIG));
    configName(release)
        .filter(name -> !named)
        .ifPresent(name ->
            remarks.add(
                "no argument or variable has %s: the program has to look for %s by itself"
                    .formatted(CONFIG, place.current().resolve(name))));
    return remarks;
  }

  /** An empty folder with the link. */
  void create(Deployment deployment, Release release) throws IOException {
    Path folder = place.of(deployment);
    FileTree.make(place.deployments());
    FileTree.delete(folder);
    // Others may pass through to the program, and list or read nothing.
    Files.createDirectory(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    String program = program(release);
    Files.createSymbolicLink(
        folder.resolve(program),
        Path.of("..", "..", "releases", release.artifact().hex(), program));
    AtomicFile.syncFolder(folder);
  }

  /**
   * Writes the configuration and the settings.
   *
   * @param configPath from the configuration's file name to how the program is told of it
   */
  RunSettings configure(Deployment deployment, Release release, UnaryOperator<String> configPath)
      throws IOException {
    Path folder = place.of(deployment);
    Optional<String> config = configName(release);
    Optional<Mark> mark = Optional.empty();
    if (config.isPresent()) {
      byte[] text = Rendering.of(settings.config().orElseThrow(), settings, secrets);
      AtomicFile.writePrivate(folder.resolve(config.get()), text);
      SettingsKey key = SettingsKey.keep(HostState.folder(place.root()));
      mark = Optional.of(key.of(Digest.sha256(text)));
    }
    byte[] declared = Declared.of(settings).text().getBytes(StandardCharsets.UTF_8);
    AtomicFile.writePrivate(folder.resolve(DECLARED), declared);
    String told = config.map(configPath).orElse(CONFIG);
    RunSettings run =
        new RunSettings(
            RunSettings.SCHEMA,
            deployment.name(),
            deployment.channel(),
            deployment.seq(),
            deployment.artifact(),
            deployment.settings(),
            deployment.secrets(),
            config.orElse(null),
            mark.orElse(null),
            program(release),
            arguments(release).stream().map(text -> text.replace(CONFIG, told)).toList(),
            variables(told),
            ports(settings.health()),
            settings.stopGrace().toMillis());
    run.write(folder);
    return run;
  }

  private List<String> arguments(Release release) {
    return settings.arguments().isEmpty()
        ? release.image().map(image -> image.settings().arguments()).orElse(List.of())
        : settings.arguments();
  }

  private Map<String, String> variables(String config) {
    Map<String, String> variables = new TreeMap<>();
    settings
        .environment()
        .forEach((name, value) -> variables.put(name, value.replace(CONFIG, config)));
    settings.secrets().toEnvironment().forEach(name -> variables.put(name, secrets.value(name)));
    return variables;
  }

  /** Whether a deployment's folder was made whole. */
  static boolean isMade(Path folder) {
    return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
        && Files.exists(folder.resolve("run.json"), LinkOption.NOFOLLOW_LINKS);
  }

  /** The artifact of a deployment; empty where none is there, or its folder was not made whole. */
  static Optional<String> artifact(Place place, Optional<String> id) throws IOException {
    return id.isPresent() && isMade(place.of(id.get()))
        ? Optional.of(RunSettings.read(place.of(id.get())).name())
        : Optional.empty();
  }
}
