/** A machine with a real systemd as process 1, in namespaces of this one, for tests to run in. */
@NullMarked
package dev.selfsame.machine;

import org.jspecify.annotations.NullMarked;
