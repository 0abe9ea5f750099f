/** Docker and Podman through docker-java. */
@NullMarked
package dev.selfsame.build.docker;

import org.jspecify.annotations.NullMarked;
