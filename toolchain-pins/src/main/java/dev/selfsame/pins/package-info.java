/**
 * What a build environment is, by digest: pin files, read with line and column in their errors, and
 * the lock that makes one from a suite's signed release.
 */
@NullMarked
package dev.selfsame.pins;

import org.jspecify.annotations.NullMarked;
