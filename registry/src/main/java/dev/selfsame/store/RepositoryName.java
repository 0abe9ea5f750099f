package dev.selfsame.store;

import java.util.Optional;

/**
 * The name of a repository of the registry server, such as {@code staging/viworks/agent}.
 *
 * <p>Source of the form: OCI Distribution Spec 1.1, "Pulling manifests", {@code <name>}.
 *
 * @param value 1 to 255 characters
 */
public record RepositoryName(String value) implements Comparable<RepositoryName> {
  private static final int LONGEST = 255;
  private static final String STAGING = "staging/";
  private static final String DEPLOY = "deploy/";

  /** Throws {@link IllegalArgumentException} where {@code value} is not of the form. */
  public RepositoryName {
    if (value.isEmpty() || value.length() > LONGEST || !ArtifactName.isPath(value)) {
      throw new IllegalArgumentException(
          "not a repository name (lower-case letters, digits and . _ - / between them, at most %d)"
              .formatted(LONGEST));
    }
  }

  /** Whether builders push here. */
  public boolean isStaging() {
    return value.startsWith(STAGING);
  }

  /** Whether this is filled by promotion alone. */
  public boolean isDeploy() {
    return value.startsWith(DEPLOY);
  }

  /** What is deployed from here: the name after {@code deploy/}, where it is an artifact's. */
  public Optional<ArtifactName> deployed() {
    try {
      return isDeploy()
          ? Optional.of(new ArtifactName(value.substring(DEPLOY.length())))
          : Optional.empty();
    } catch (IllegalArgumentException tooLong) {
      return Optional.empty();
    }
  }

  @Override
  public int compareTo(RepositoryName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
