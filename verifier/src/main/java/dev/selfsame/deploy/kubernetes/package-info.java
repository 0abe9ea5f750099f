/**
 * Kubernetes manifests of a promoted image, by digest: written, never applied. What applies them is
 * kubectl or a GitOps tool, which has the cluster's credentials; Selfsame has none.
 *
 * <pre>{@code
 * String yaml = ManifestsYaml.of(Manifests.of(workload));
 * }</pre>
 *
 * <p>{@link dev.selfsame.deploy.kubernetes.Workload} is what is wanted, in Selfsame's words. {@link
 * dev.selfsame.deploy.kubernetes.Manifests} says the same in Kubernetes' own types (fabric8's model
 * of API 1.3x), so that a misspelt field does not compile. {@link
 * dev.selfsame.deploy.kubernetes.ManifestsYaml} writes them; the same workload gives the same
 * bytes.
 *
 * <p>Source: Kubernetes API reference (apps/v1, core/v1, networking.k8s.io/v1), Pod Security
 * Standards "restricted", <a
 * href="https://kubernetes.io/docs/reference/labels-annotations-taints/">well-known labels</a>.
 */
@NullMarked
package dev.selfsame.deploy.kubernetes;

import org.jspecify.annotations.NullMarked;
