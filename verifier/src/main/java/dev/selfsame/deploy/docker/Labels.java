package dev.selfsame.deploy.docker;

import dev.selfsame.deploy.Declared;
import dev.selfsame.deploy.Deployment;
import dev.selfsame.deploy.Mark;
import dev.selfsame.deploy.Settings;
import dev.selfsame.digest.Digest;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a container says of the deployment that made it. */
final class Labels {
  /** The attempt's id. */
  static final String DEPLOYMENT = "dev.selfsame.deployment";

  /** The artifact's name. */
  static final String NAME = "dev.selfsame.name";

  /** The name that the container has, or is to have. */
  static final String TARGET = "dev.selfsame.target";

  /** The settings' fingerprint. */
  static final String SETTINGS = "dev.selfsame.settings";

  /** What {@link Declared} writes of the settings. */
  static final String DECLARED = "dev.selfsame.declared";

  /** The mark of the secrets. */
  static final String SECRETS = "dev.selfsame.secrets";

  /** The mark of those of its variables that are secrets. */
  static final String VARIABLES = "dev.selfsame.secrets.variables";

  /** Where the configuration is in it. */
  static final String CONFIG_PATH = "dev.selfsame.config.path";

  /** The mark of the configuration's content. */
  static final String CONFIG = "dev.selfsame.config";

  /** SHA-256 of the manifest of its image. */
  static final String IMAGE = "dev.selfsame.image";

  /** SHA-256 of its image's configuration, which engines call the image's id. */
  static final String IMAGE_ID = "dev.selfsame.image.id";

  private Labels() {}

  /** A mark that a label holds; empty for somebody else's label. */
  static Optional<Mark> mark(String label) {
    try {
      return Optional.of(new Mark(label));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Of a container that a deployment makes.
   *
   * @param imageId what engines call its image
   * @param configPath where its configuration is, where it has one
   */
  static Map<String, String> of(
      Deployment deployment,
      String target,
      Settings settings,
      Digest imageId,
      Optional<String> configPath) {
    Map<String, String> labels = new TreeMap<>();
    labels.put(DEPLOYMENT, deployment.id());
    labels.put(TARGET, target);
    labels.put(SETTINGS, deployment.settings().toString());
    labels.put(SECRETS, deployment.secrets().text());
    labels.put(VARIABLES, settings.variablesMark().text());
    labels.put(DECLARED, Declared.of(settings.file()).text());
    configPath.ifPresent(path -> labels.put(CONFIG_PATH, path));
    settings.configMark().ifPresent(mark -> labels.put(CONFIG, mark.text()));
    labels.put(NAME, deployment.name());
    labels.put("dev.selfsame.channel", deployment.channel());
    labels.put("dev.selfsame.seq", Long.toString(deployment.seq()));
    labels.put("dev.selfsame.artifact", deployment.artifact().toString());
    labels.put("dev.selfsame.promotion", deployment.promotion().toString());
    if (deployment.image() != null) {
      labels.put(IMAGE, deployment.image().toString());
    }
    labels.put(IMAGE_ID, imageId.hex());
    return labels;
  }
}
