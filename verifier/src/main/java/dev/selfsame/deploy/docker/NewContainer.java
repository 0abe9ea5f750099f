package dev.selfsame.deploy.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Ulimit;
import com.github.dockerjava.api.model.Volume;
import dev.selfsame.deploy.ContainerSettings;
import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.DeployFile.Network;
import dev.selfsame.deploy.DeployFile.Published;
import dev.selfsame.deploy.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a container is made from settings: what {@link Shape} looks at later, and its log's bound.
 *
 * @param settings of the file, with the values of its secrets
 * @param quiet networks that it is on while nothing leads to it
 * @param configPath where its configuration is, if it has one
 * @param podman whether Podman makes it
 * @param logsInFiles whether the engine keeps what it writes in files of its own
 */
record NewContainer(
    Settings settings,
    List<Network> quiet,
    Optional<String> configPath,
    boolean podman,
    boolean logsInFiles) {
  /** How much is kept of what it writes. */
  private static final Map<String, String> LOG = Map.of("max-size", "10m", "max-file", "3");

  NewContainer {
    quiet = List.copyOf(quiet);
  }

  /** Fills in a request. */
  void describe(CreateContainerCmd command, Map<String, String> labels) {
    DeployFile file = settings.file();
    List<String> environment = new ArrayList<>();
    file.environment().forEach((key, value) -> environment.add(key + "=" + value));
    file.secrets()
        .toEnvironment()
        .forEach(key -> environment.add(key + "=" + settings.secrets().value(key)));
    HostConfig host = confined(file);
    if (!quiet.isEmpty()) {
      host.withNetworkMode(quiet.getFirst().name());
    }
    if (logsInFiles) {
      // Or whatever it writes would stay until the disk is full.
      host.withLogConfig(new LogConfig(LogConfig.LoggingType.JSON_FILE, LOG));
    }
    publish(file.published(), command, host);
    if (!file.arguments().isEmpty()) {
      command.withCmd(file.arguments());
    }
    // A container's own files may be read-only; what is written into one has to be a volume then.
    configPath.ifPresent(path -> command.withVolumes(new Volume(folder(path))));
    command
        .withLabels(labels)
        .withEnv(environment)
        .withStopTimeout(Containers.seconds(file.stopGrace()))
        .withHostConfig(host);
  }

  /** The folder that a path is in. */
  static String folder(String path) {
    return path.substring(0, path.lastIndexOf('/'));
  }

  private HostConfig confined(DeployFile file) {
    ContainerSettings bounds = file.container();
    Map<String, String> tmpfs = new TreeMap<>();
    bounds.tmpfs().forEach((folder, bytes) -> tmpfs.put(folder, Tmpfs.options(bytes)));
    HostConfig host =
        HostConfig.newHostConfig()
            // Or an engine that adds one everywhere would show that as what runs.
            .withInit(false)
            .withReadonlyRootfs(file.readOnly())
            .withTmpFs(tmpfs)
            .withCapDrop(Capability.ALL)
            .withCapAdd(
                bounds.capabilities().stream().map(Capability::valueOf).toArray(Capability[]::new))
            .withSecurityOpts(List.of("no-new-privileges"))
            .withMemory(bounds.memory())
            .withNanoCPUs(bounds.nanoCpus())
            .withPidsLimit(bounds.processes())
            .withRestartPolicy(
                podman ? RestartPolicy.unlessStoppedRestart() : RestartPolicy.noRestart());
    if (bounds.openFiles() != null) {
      host.withUlimits(
          List.of(new Ulimit(Bounds.OPEN_FILES, bounds.openFiles(), bounds.openFiles())));
    }
    return host;
  }

  private static void publish(List<Published> all, CreateContainerCmd command, HostConfig host) {
    List<ExposedPort> exposed = new ArrayList<>();
    Ports ports = new Ports();
    for (Published one : all) {
      ExposedPort port = ExposedPort.tcp(one.port());
      String address = one.address().replace("[", "").replace("]", "");
      exposed.add(port);
      ports.add(
          new PortBinding(
              new Ports.Binding(address.isEmpty() ? null : address, Integer.toString(one.host())),
              port));
    }
    if (!exposed.isEmpty()) {
      command.withExposedPorts(exposed);
      host.withPortBindings(ports);
    }
  }
}
