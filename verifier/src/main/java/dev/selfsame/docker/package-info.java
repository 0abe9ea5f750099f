/**
 * Docker's API, which Podman speaks too, through docker-java: where a daemon listens, and what is
 * in its containers.
 *
 * <p>Builds ({@code build.docker}) and whoever else works with containers connect by {@link
 * dev.selfsame.docker.Daemon}.
 */
@NullMarked
package dev.selfsame.docker;

import org.jspecify.annotations.NullMarked;
