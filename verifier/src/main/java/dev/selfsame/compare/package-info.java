/**
 * Why two binaries differ.
 *
 * <pre>{@code
 * Comparison comparison = BinaryComparison.of(Path.of("a/agent"), Path.of("b/agent"));
 * comparison.verdict();                    // Differs[firstDifference=40]
 * comparison.causes().getFirst();          // debug-info, 3902985 bytes, PROVED
 * comparison.unexplained();                // by how many bytes what nothing accounts for grew
 * comparison.unexplainedDiffering();       // how many of its bytes differ
 * }</pre>
 *
 * <p>The bytes alone decide the verdict. {@link dev.selfsame.evidence.BinaryFacts} of both sides
 * give the tables: by category and by section, each summing to the size difference. Causes are a
 * second table over the same bytes: what the files prove, what they make likely, and the rest,
 * which stays unexplained until a rebuild with one thing changed has measured it.
 */
@NullMarked
package dev.selfsame.compare;

import org.jspecify.annotations.NullMarked;
