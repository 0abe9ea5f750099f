/**
 * Deployment to Docker and Podman: a container of the promotion's own image beside the old one, or
 * a program put into a container that is there.
 *
 * <p>Nothing is run in a container but its own program, so containers without a shell do as well:
 * all goes through the engine's API. What an engine says is not believed where it can be seen: an
 * image has the promoted configuration's digest as its id, the program is read back and hashed, and
 * so is the file of the process that runs. {@link dev.selfsame.deploy.docker.DockerTargets} also
 * looks whether what was deployed is still well, and still has its settings.
 */
@NullMarked
package dev.selfsame.deploy.docker;

import org.jspecify.annotations.NullMarked;
