/**
 * The command line: one class a command, and {@link dev.selfsame.cli.Main}, which wires everything
 * by constructors.
 *
 * <p>A command is a picocli {@code Callable<Integer>} that returns {@link
 * dev.selfsame.outcome.ExitCode#status()}. Its result goes to stdout, progress and messages go to
 * stderr. It throws {@link dev.selfsame.outcome.Failure} where it cannot answer; {@code Main}
 * prints that as {@code error:} and {@code hint:}.
 */
@NullMarked
package dev.selfsame.cli;

import org.jspecify.annotations.NullMarked;
