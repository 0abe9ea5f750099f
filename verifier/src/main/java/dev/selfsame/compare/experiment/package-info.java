/**
 * Causes proved by changing one thing: builds from the recipe of one binary towards another, one
 * setting a step.
 *
 * <pre>{@code
 * Comparison comparison = BinaryComparison.of(a, b);
 * Comparison proved = new Experiments(cache, clock, host).prove(comparison, request);
 * proved.experiment().outcome();           // MET: the last rung has b's SHA-256
 * proved.causes().getFirst();              // strip: symbols → none, 3902985 bytes, PROVED
 * }</pre>
 *
 * <p>{@link dev.selfsame.compare.experiment.Ladder} builds a first: where that does not give a,
 * nothing more is said. What differs comes from b's build record ({@link
 * dev.selfsame.compare.experiment.RecordedChanges}), or else from what the bytes of the last build
 * and of b tell ({@link dev.selfsame.compare.experiment.SuspectedChanges}), asked anew after each
 * step, since a stripped file hides what an unstripped one shows. A step changes the recipe, or
 * what is built: the source, or its Cargo.lock alone ({@link
 * dev.selfsame.compare.experiment.OtherCrates}). {@link dev.selfsame.compare.experiment.RungCache}
 * keeps what was built. Builds are those of {@code build}, in the same sandbox.
 */
@NullMarked
package dev.selfsame.compare.experiment;

import org.jspecify.annotations.NullMarked;
