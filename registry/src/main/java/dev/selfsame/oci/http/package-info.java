/**
 * The registry server: {@link dev.selfsame.oci} over HTTP, by Helidon on virtual threads. No type
 * of Helidon leaves this package.
 *
 * <p>Source: OCI Distribution Spec 1.1, "API". Names may have slashes, so that paths are read from
 * their end, by {@link dev.selfsame.oci.http.Route}.
 */
@NullMarked
package dev.selfsame.oci.http;

import org.jspecify.annotations.NullMarked;
