/**
 * Makes a lock: from the suites' signed releases to a list of packages by SHA-256, and to the
 * DiffID of the root that they make.
 *
 * <p>The chain: an archive key signs InRelease, InRelease has the hash of Packages, Packages has
 * the hash of each .deb. Each link is checked here, whatever apt checks besides. apt-get only
 * chooses the packages, within a folder of its own: it needs no root user and changes nothing on
 * the machine.
 */
@NullMarked
package dev.selfsame.pins.lock;

import org.jspecify.annotations.NullMarked;
