package dev.selfsame.deploy.docker;

import dev.selfsame.deploy.Deployment;
import java.util.Map;
import java.util.TreeMap;

/** What a container says of the deployment that made it. */
final class Labels {
  /** The attempt's id. */
  static final String DEPLOYMENT = "dev.selfsame.deployment";

  /** The name that the container has, or is to have. */
  static final String TARGET = "dev.selfsame.target";

  /** The settings' fingerprint. */
  static final String SETTINGS = "dev.selfsame.settings";

  /** SHA-256 of the manifest of its image. */
  static final String IMAGE = "dev.selfsame.image";

  private Labels() {}

  static Map<String, String> of(Deployment deployment, String target) {
    Map<String, String> labels = new TreeMap<>();
    labels.put(DEPLOYMENT, deployment.id());
    labels.put(TARGET, target);
    labels.put(SETTINGS, deployment.settings().toString());
    labels.put("dev.selfsame.name", deployment.name());
    labels.put("dev.selfsame.channel", deployment.channel());
    labels.put("dev.selfsame.seq", Long.toString(deployment.seq()));
    labels.put("dev.selfsame.artifact", deployment.artifact().toString());
    labels.put("dev.selfsame.promotion", deployment.promotion().toString());
    if (deployment.image() != null) {
      labels.put(IMAGE, deployment.image().toString());
    }
    return labels;
  }
}
