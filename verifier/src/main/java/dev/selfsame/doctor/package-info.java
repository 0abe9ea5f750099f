/**
 * What a machine has of what Selfsame needs: one {@link dev.selfsame.doctor.Check} a thing, with
 * what to do where it is missing. Looks and fetches nothing; only the engines that are tried leave
 * their work folder in the cache.
 */
@NullMarked
package dev.selfsame.doctor;

import org.jspecify.annotations.NullMarked;
