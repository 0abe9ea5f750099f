/**
 * A registry behind HTTP: the ports of {@link dev.selfsame.store} over {@link
 * dev.selfsame.store.wire} and the OCI Distribution API, by {@code java.net.http}.
 *
 * <p>{@link dev.selfsame.store.remote.RemoteRegistry} is where one begins. Nothing that a server
 * says is believed: a blob is hashed when it is read, and what a list names is a signed bundle that
 * readers verify. What a server can still do is to leave something out; {@link
 * dev.selfsame.store.Seen} tells where that was there before.
 *
 * <p>Failures: exit 3 where the server cannot be reached, refuses, is no registry of Selfsame, or
 * answers what cannot be read; exit 4 where bytes do not fit their digest, or the server itself
 * says that evidence does not hold.
 */
@NullMarked
package dev.selfsame.store.remote;

import org.jspecify.annotations.NullMarked;
