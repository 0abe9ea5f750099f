/**
 * Where a file is: on this machine, in a container, in an OCI registry.
 *
 * <pre>{@code
 * try (Scratch scratch = Scratch.create(Limits.USUAL)) {
 *   Path file = finder.file(Where.parse("docker:agent:/opt/agent/agent"), scratch);
 * }
 * }</pre>
 *
 * <p>{@link dev.selfsame.where.Where} is the form, {@link dev.selfsame.where.Finder} brings the
 * bytes into a private folder that is removed with everything in it. Engines are reached through
 * the port {@link dev.selfsame.where.ContainerFiles}, whose adapter is in {@code build.docker}.
 */
@NullMarked
package dev.selfsame.where;

import org.jspecify.annotations.NullMarked;
