/**
 * What should run, what is recorded to run, and what runs: three answers that are kept apart.
 *
 * <p>What should run is what a channel holds, verified as every reader of a channel does. What is
 * recorded is what deployers signed ({@link dev.selfsame.promote.Deployments}); it was true once.
 * What runs is told by whoever looks ({@link dev.selfsame.status.Running}), and it alone proves
 * anything.
 */
@NullMarked
package dev.selfsame.status;

import org.jspecify.annotations.NullMarked;
