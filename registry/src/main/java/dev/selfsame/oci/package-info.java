/**
 * What the registry server says and understands, without its transport: the OCI Distribution
 * Specification 1.1 over {@link dev.selfsame.store.Repositories}, {@link
 * dev.selfsame.store.Uploads} and {@link dev.selfsame.store.Blobs}.
 *
 * <p>Two kinds of repository. {@link dev.selfsame.oci.StagingRepositories} take pushes, and stand
 * in rows. {@link dev.selfsame.oci.DeployRepositories} have no rows at all: what they serve is
 * derived from signed promotions at every request, and everything else is refused with its reason.
 */
@NullMarked
package dev.selfsame.oci;

import org.jspecify.annotations.NullMarked;
