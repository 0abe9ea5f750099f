package dev.selfsame.deploy.kubernetes;

import dev.selfsame.digest.Digest;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The objects of a workload: configuration, service, network policy, deployment. */
final class Manifests {
  /** Kept so that {@code kubectl rollout undo} can go back. */
  private static final int KEPT_REVISIONS = 10;

  /** Pods that end at once after they were ready for a moment are no good release. */
  private static final int STEADY_SECONDS = 5;

  private final Workload wanted;

  private Manifests(Workload wanted) {
    this.wanted = wanted;
  }

  /** In the order in which they are to be applied: what others name comes first. */
  static List<HasMetadata> of(Workload wanted) {
    Manifests manifests = new Manifests(wanted);
    List<HasMetadata> objects = new ArrayList<>();
    if (wanted.configuration().orElse(null) instanceof Workload.Configuration.Text text) {
      objects.add(manifests.configMap(text));
    }
    if (!wanted.ports().isEmpty()) {
      objects.add(manifests.service());
    }
    wanted
        .cluster()
        .rules()
        .ifPresent(rules ->
            objects.add(NetworkRules.of(rules, manifests.named(wanted.name()), selector(wanted))));
    objects.add(manifests.deployment());
    return List.copyOf(objects);
  }

  /** What the pods of a workload are found by; never changes, since a deployment's must not. */
  static Map<String, String> selector(Workload wanted) {
    return Map.of("app.kubernetes.io/name", wanted.name());
  }

  /**
   * The name carries the content's digest, and the object cannot be changed: pods of the release
   * before keep their own configuration, and going back brings it back.
   */
  static String configName(Workload wanted, Workload.Configuration.Text text) {
    Digest digest = Digest.sha256(text.text().getBytes(StandardCharsets.UTF_8));
    return wanted.name() + "-" + digest.hex().substring(0, 10);
  }

  private ConfigMap configMap(Workload.Configuration.Text text) {
    return new ConfigMapBuilder()
        .withMetadata(named(configName(wanted, text)))
        .withImmutable(true)
        .addToData(Pod.fileName(text.path()), text.text())
        .build();
  }

  private Service service() {
    return new ServiceBuilder()
        .withMetadata(named(wanted.name()))
        .withNewSpec()
        .withType("ClusterIP")
        .withSelector(selector(wanted))
        .withPorts(wanted.ports().stream().map(Manifests::port).toList())
        .endSpec()
        .build();
  }

  private static ServicePort port(int port) {
    return new ServicePortBuilder()
        .withName(Workload.portName(port))
        .withPort(port)
        .withNewTargetPort(Workload.portName(port))
        .withProtocol("TCP")
        .build();
  }

  private Deployment deployment() {
    ObjectMeta metadata =
        new ObjectMetaBuilder(named(wanted.name()))
            .addToAnnotations(promoted())
            .addToAnnotations("kubernetes.io/change-cause", cause())
            .build();
    return new DeploymentBuilder()
        .withMetadata(metadata)
        .withNewSpec()
        .withReplicas(wanted.cluster().replicas())
        .withRevisionHistoryLimit(KEPT_REVISIONS)
        .withMinReadySeconds(STEADY_SECONDS)
        .withProgressDeadlineSeconds(deadline())
        .withNewSelector()
        .withMatchLabels(selector(wanted))
        .endSelector()
        .withNewStrategy()
        .withType("RollingUpdate")
        .withNewRollingUpdate()
        // A good pod goes only when a new one is ready beside it, so a bad one never replaces it.
        .withNewMaxUnavailable(0)
        .withNewMaxSurge(1)
        .endRollingUpdate()
        .endStrategy()
        .withNewTemplate()
        .withMetadata(
            new ObjectMetaBuilder().withLabels(labels()).withAnnotations(promoted()).build())
        .withSpec(Pod.spec(wanted))
        .endTemplate()
        .endSpec()
        .build();
  }

  /** Longer than a pod may take to start, or an upgrade would fail that goes well. */
  private int deadline() {
    return wanted.health().startSeconds() + STEADY_SECONDS + 120;
  }

  private ObjectMeta named(String name) {
    ObjectMetaBuilder metadata = new ObjectMetaBuilder().withName(name).withLabels(labels());
    wanted.cluster().namespace().ifPresent(metadata::withNamespace);
    return metadata.build();
  }

  private Map<String, String> labels() {
    Map<String, String> labels = new TreeMap<>(selector(wanted));
    labels.put("app.kubernetes.io/managed-by", "selfsame");
    return labels;
  }

  private Map<String, String> promoted() {
    Workload.Promoted promotion = wanted.promotion();
    Map<String, String> annotations = new TreeMap<>();
    annotations.put("selfsame.dev/name", promotion.name());
    annotations.put("selfsame.dev/channel", promotion.channel());
    annotations.put("selfsame.dev/seq", Long.toString(promotion.seq()));
    annotations.put("selfsame.dev/artifact", promotion.artifact().toString());
    annotations.put("selfsame.dev/image", promotion.image().toString());
    return annotations;
  }

  /** What {@code kubectl rollout history} shows. */
  private String cause() {
    Workload.Promoted promotion = wanted.promotion();
    return "selfsame: promotion %d of %s into %s, %s"
        .formatted(promotion.seq(), promotion.name(), promotion.channel(), promotion.artifact());
  }
}
