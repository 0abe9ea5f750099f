/**
 * What a command tells its caller: an {@link dev.selfsame.outcome.ExitCode}, a {@link
 * dev.selfsame.outcome.Failure} with the next step, and {@link dev.selfsame.outcome.Progress} while
 * it works.
 *
 * <p>An expected answer ("differs", "not promoted") is a value of the package that finds it. A
 * {@code Failure} means that the question could not be answered, or that its input or evidence is
 * bad. Any other exception that reaches {@code Main} is a bug (exit 70).
 */
@NullMarked
package dev.selfsame.outcome;

import org.jspecify.annotations.NullMarked;
