package dev.selfsame.oci;

import java.util.Set;

/** Media types. Source: OCI Image Spec 1.1, Media Types; Docker's image manifest v2, schema 2. */
public final class MediaTypes {
  public static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  public static final String INDEX = "application/vnd.oci.image.index.v1+json";
  static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
  static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
  static final String EMPTY = "application/vnd.oci.empty.v1+json";

  /** What is put as a manifest. */
  static final Set<String> MANIFESTS = Set.of(MANIFEST, INDEX, DOCKER_MANIFEST, DOCKER_LIST);

  private MediaTypes() {}
}
