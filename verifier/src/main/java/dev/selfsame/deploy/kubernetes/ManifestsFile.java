package dev.selfsame.deploy.kubernetes;

import dev.selfsame.deploy.Cluster;
import dev.selfsame.deploy.Consent;
import dev.selfsame.deploy.ContainerSettings;
import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.Rendering;
import dev.selfsame.deploy.Secrets;
import dev.selfsame.deploy.kubernetes.Workload.Configuration;
import dev.selfsame.deploy.kubernetes.Workload.Health;
import dev.selfsame.deploy.kubernetes.Workload.Probe;
import dev.selfsame.deploy.kubernetes.Workload.Promoted;
import dev.selfsame.files.AtomicFile;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The target {@code kubernetes:FILE}: a release and a deploy file become one file of manifests,
 * whole or not at all. It is written and never applied, so nothing is said of what runs.
 *
 * @param file absolute
 */
public record ManifestsFile(Path file) {
  private static final Pattern NAME =
      Pattern.compile("(?m)^ *selfsame[.]dev/name: \"?([^\"\\s]+)\"?$");

  /**
   * Writes the manifests.
   *
   * @param consent to what is refused otherwise: to replace another artifact's
   * @return the image that they name, by digest
   * @throws Failure (usage) where the deploy file says too little for a cluster; (no) where the
   *     release has no image; (undecided) where the file cannot be written
   */
  public String write(Release release, DeployFile settings, Consent consent) {
    Workload workload = workload(release, settings);
    try {
      consent.requireSame(file.toString(), artifact(), release);
      AtomicFile.write(file, ManifestsYaml.of(Manifests.of(workload)));
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot write %s: %s".formatted(file, e.getMessage()), "check the folder", e);
    }
    return workload.reference();
  }

  /** Whose manifests are there; empty where there are none, or ones that do not say. */
  private Optional<String> artifact() throws IOException {
    try {
      return NAME.matcher(Files.readString(file)).results().findFirst().map(one -> one.group(1));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** The manifests' text, for whoever wants to see them first. Throws as {@link #write}. */
  public static String text(Release release, DeployFile settings) {
    return ManifestsYaml.of(Manifests.of(workload(release, settings)));
  }

  private static Workload workload(Release release, DeployFile settings) {
    Release.RunImage image =
        release
            .image()
            .orElseThrow(() ->
                Failure.no(
                    release.text() + " has no runtime image, and a cluster runs nothing else",
                    "build with an [image] table in selfsame.toml, submit and promote again"));
    Cluster cluster =
        settings
            .cluster()
            .orElseThrow(() ->
                Failure.usage(
                    "the deploy file has no table [kubernetes]",
                    "add it: registry = \"HOST\" at least; see selfsame deploy --help"));
    try {
      requireNoBounds(settings);
      return new Workload(
          cluster.name().orElseGet(() -> lastPart(release.name().toString())),
          new Promoted(
              release.name().toString(),
              release.channel().toString(),
              release.seq(),
              release.artifact(),
              image.manifest(),
              image.architecture()),
          settings.arguments().stream().map(text -> placed(text, settings, image)).toList(),
          ports(settings, image),
          health(settings.health()),
          variables(settings, cluster, image),
          configuration(settings, image, cluster),
          // Rounded up: a second too few is a SIGKILL too early.
          Math.toIntExact(settings.stopGrace().plusMillis(999).toSeconds()),
          cluster);
    } catch (IllegalArgumentException e) {
      throw Failure.usage("for Kubernetes: " + e.getMessage(), "change the deploy file");
    }
  }

  /** Not to be left out in silence: a pod would have no limit where the file says one. */
  private static void requireNoBounds(DeployFile settings) {
    if (!settings.container().equals(ContainerSettings.USUAL)) {
      throw new IllegalArgumentException(
          "[container] is of docker: and podman: alone; say limits in [kubernetes]");
    }
  }

  private static String lastPart(String name) {
    return name.substring(name.lastIndexOf('/') + 1).replace('.', '-');
  }

  private static List<Integer> ports(DeployFile settings, Release.RunImage image) {
    TreeSet<Integer> ports = new TreeSet<>(image.settings().ports());
    settings.published().forEach(published -> ports.add(published.port()));
    settings.health().port().ifPresent(ports::add);
    return List.copyOf(ports);
  }

  /** What is asked elsewhere than at the program itself, a kubelet cannot ask. */
  private static Health health(DeployFile.Health health) {
    Optional<Probe> ready = probe(health.ready(), health.interval());
    Optional<Probe> alive = probe(health.live(), health.interval());
    Probe first =
        ready
            .or(() -> alive)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "health.live and health.ready ask nothing of the host \"target\""));
    return new Health(first, alive, (int) Math.max(1, health.timeout().toSeconds()));
  }

  private static Optional<Probe> probe(Optional<URI> address, Duration interval) {
    return address
        .filter(uri -> DeployFile.Health.TARGET.equals(uri.getHost()))
        .map(uri -> {
          String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
          String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
          return new Probe(
              DeployFile.Health.port(uri), path + query, (int) Math.max(1, interval.toSeconds()));
        });
  }

  private static Map<String, String> variables(
      DeployFile settings, Cluster cluster, Release.RunImage image) {
    for (String secret : settings.secrets().toEnvironment()) {
      if (!cluster.secrets().containsKey(secret)) {
        throw new IllegalArgumentException(
            "kubernetes.secrets does not say where the cluster has " + secret);
      }
    }
    Map<String, String> variables = new TreeMap<>();
    settings
        .environment()
        .forEach((name, text) -> variables.put(name, placed(text, settings, image)));
    return variables;
  }

  /** As on a host, {@code {config}} stands for the configuration's place. */
  private static String placed(String text, DeployFile settings, Release.RunImage image) {
    return settings.config().isEmpty() ? text : text.replace("{config}", path(settings, image));
  }

  private static String path(DeployFile settings, Release.RunImage image) {
    return settings
        .config()
        .flatMap(DeployFile.ConfigFile::path)
        .or(() -> Optional.ofNullable(image.settings().config()))
        .orElseThrow(() ->
            new IllegalArgumentException(
                "neither config.path nor the image says where the configuration goes"));
  }

  private static Optional<Configuration> configuration(
      DeployFile settings, Release.RunImage image, Cluster cluster) {
    return settings
        .config()
        .map(config -> {
          String path = path(settings, image);
          return cluster
              .configuration()
              .<Configuration>map(key -> new Configuration.InSecret(path, key))
              .orElseGet(() -> new Configuration.Text(path, publicText(config, settings)));
        });
  }

  /** A ConfigMap is no place for a secret, so a template with one is refused. */
  private static String publicText(DeployFile.ConfigFile config, DeployFile settings) {
    for (String secret : settings.secrets().names()) {
      if (Rendering.names(config).contains(secret)) {
        throw new IllegalArgumentException(
            "%s holds the secret %s, and a ConfigMap hides nothing: name a secret of the cluster"
                    .formatted(config.source(), secret)
                + " with the whole file as kubernetes.config-secret");
      }
    }
    byte[] rendered = Rendering.of(config, settings, Secrets.none());
    return new String(rendered, StandardCharsets.UTF_8);
  }
}
