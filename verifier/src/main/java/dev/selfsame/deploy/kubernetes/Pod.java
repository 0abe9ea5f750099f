package dev.selfsame.deploy.kubernetes;

import dev.selfsame.deploy.Cluster;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One pod of a workload, within Pod Security Standards' profile "restricted". */
final class Pod {
  /** The user of distroless images, who owns nothing. */
  private static final long NOBODY = 65532;

  /** Of one look at its health; Kubernetes' usual second is short for a busy node. */
  private static final int PATIENCE_SECONDS = 3;

  /** In a row that count as one. */
  private static final int FAILURES = 3;

  private static final String CONFIGURATION = "configuration";

  private final Workload wanted;

  private Pod(Workload wanted) {
    this.wanted = wanted;
  }

  static PodSpec spec(Workload wanted) {
    Pod pod = new Pod(wanted);
    PodSpecBuilder spec =
        new PodSpecBuilder()
            // The program talks to no cluster: a token would only be there to be stolen.
            .withAutomountServiceAccountToken(false)
            // Else every service of the namespace is in its environment.
            .withEnableServiceLinks(false)
            .addToNodeSelector("kubernetes.io/arch", wanted.promotion().architecture())
            .withTerminationGracePeriodSeconds((long) wanted.graceSeconds())
            .withNewSecurityContext()
            .withRunAsNonRoot(true)
            .withRunAsUser(NOBODY)
            .withRunAsGroup(NOBODY)
            .withFsGroup(NOBODY)
            .withNewSeccompProfile()
            .withType("RuntimeDefault")
            .endSeccompProfile()
            .endSecurityContext()
            .withContainers(pod.container())
            .withVolumes(pod.volumes());
    wanted
        .cluster()
        .pullSecret()
        .ifPresent(secret -> spec.addNewImagePullSecret().withName(secret).endImagePullSecret());
    return spec.build();
  }

  /** The last part of a path. */
  static String fileName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private Container container() {
    ContainerBuilder container =
        new ContainerBuilder()
            .withName(wanted.name())
            .withImage(wanted.reference())
            .withImagePullPolicy("IfNotPresent")
            .withArgs(wanted.arguments().stream().map(Pod::literal).toList())
            .withPorts(wanted.ports().stream().map(Pod::port).toList())
            .withEnv(environment())
            .withResources(resources(wanted.cluster()))
            .withVolumeMounts(mounts())
            .withSecurityContext(confined())
            .withStartupProbe(started(wanted.health()))
            .withReadinessProbe(probe(wanted.health().ready()).build());
    wanted.health().alive().ifPresent(alive -> container.withLivenessProbe(probe(alive).build()));
    return container.build();
  }

  /**
   * A kubelet puts variables in the place of {@code $(NAME)}, and reads {@code $$} as one dollar.
   */
  private static String literal(String text) {
    return text.replace("$", "$$");
  }

  private static SecurityContext confined() {
    return new SecurityContextBuilder()
        .withAllowPrivilegeEscalation(false)
        .withPrivileged(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .build();
  }

  private static ContainerPort port(int port) {
    return new ContainerPortBuilder()
        .withName(Workload.portName(port))
        .withContainerPort(port)
        .withProtocol("TCP")
        .build();
  }

  /** Sorted by name: the order of a map must not decide the file's bytes. */
  private List<EnvVar> environment() {
    Map<String, EnvVar> variables = new TreeMap<>();
    wanted
        .variables()
        .forEach((name, value) ->
            variables.put(
                name, new EnvVarBuilder().withName(name).withValue(literal(value)).build()));
    wanted
        .cluster()
        .secrets()
        .forEach((name, secret) ->
            variables.put(
                name,
                new EnvVarBuilder()
                    .withName(name)
                    .withNewValueFrom()
                    .withNewSecretKeyRef(secret.key(), secret.secret(), false)
                    .endValueFrom()
                    .build()));
    return List.copyOf(variables.values());
  }

  private static ResourceRequirements resources(Cluster resources) {
    ResourceRequirements requirements = new ResourceRequirements();
    requirements.setRequests(quantities(resources.requests()));
    requirements.setLimits(quantities(resources.limits()));
    return requirements;
  }

  private static Map<String, Quantity> quantities(Map<String, String> texts) {
    Map<String, Quantity> quantities = new TreeMap<>();
    texts.forEach((resource, text) -> quantities.put(resource, Quantity.parse(text)));
    return quantities;
  }

  /** Until it has passed once, the other two wait; a slow start is no hang. */
  private static Probe started(Workload.Health health) {
    return probe(health.ready())
        .withPeriodSeconds(1)
        .withFailureThreshold(health.startSeconds())
        .build();
  }

  private static ProbeBuilder probe(Workload.Probe wanted) {
    return new ProbeBuilder()
        .withPeriodSeconds(wanted.everySeconds())
        .withTimeoutSeconds(PATIENCE_SECONDS)
        .withFailureThreshold(FAILURES)
        .withNewHttpGet()
        .withPath(wanted.path())
        .withNewPort(wanted.port())
        .withScheme("HTTP")
        .endHttpGet();
  }

  private List<VolumeMount> mounts() {
    List<VolumeMount> mounts = new ArrayList<>();
    wanted
        .configuration()
        .ifPresent(file ->
            mounts.add(
                new VolumeMountBuilder()
                    .withName(CONFIGURATION)
                    .withMountPath(file.path())
                    // The file alone: what else the image has in that folder stays seen.
                    .withSubPath(fileName(file.path()))
                    .withReadOnly(true)
                    .build()));
    for (int i = 0; i < wanted.cluster().scratch().size(); i++) {
      mounts.add(
          new VolumeMountBuilder()
              .withName("scratch-" + i)
              .withMountPath(wanted.cluster().scratch().get(i))
              .build());
    }
    return mounts;
  }

  private List<Volume> volumes() {
    List<Volume> volumes = new ArrayList<>();
    wanted.configuration().ifPresent(file -> volumes.add(configuration(file)));
    for (int i = 0; i < wanted.cluster().scratch().size(); i++) {
      volumes.add(
          new VolumeBuilder().withName("scratch-" + i).withNewEmptyDir().endEmptyDir().build());
    }
    return volumes;
  }

  private Volume configuration(Workload.Configuration file) {
    VolumeBuilder volume = new VolumeBuilder().withName(CONFIGURATION);
    String name = fileName(file.path());
    return switch (file) {
      case Workload.Configuration.Text text ->
          volume
              .withNewConfigMap()
              .withName(Manifests.configName(wanted, text))
              .addNewItem()
              .withKey(name)
              .withPath(name)
              .withMode(0444)
              .endItem()
              .endConfigMap()
              .build();
      case Workload.Configuration.InSecret secret ->
          volume
              .withNewSecret()
              .withSecretName(secret.key().secret())
              // Read by the group, which is fsGroup; by nobody else.
              .addNewItem()
              .withKey(secret.key().key())
              .withPath(name)
              .withMode(0440)
              .endItem()
              .endSecret()
              .build();
    };
  }
}
