/**
 * A pinned build without network: the request, the engine port, the variations, the record.
 *
 * <pre>{@code
 * BuildResult result = new Builder(host).build(BuildRequest.of(folder, out));
 * result.record().reproducibility().reproducible();
 * }</pre>
 *
 * <p>{@link dev.selfsame.build.Builder} packages the source, provides root and crates, asks Cargo
 * whether all fits, builds twice with nothing varied and once with every {@link
 * dev.selfsame.build.Factor} varied, and writes the result. {@link dev.selfsame.build.HandMade} is
 * the opposite, for comparison: one build as a person makes it. {@link
 * dev.selfsame.build.ProjectFile} is {@code selfsame.toml}.
 *
 * <p>An {@link dev.selfsame.build.Engine} runs one command in a {@link dev.selfsame.build.Sandbox};
 * its adapters are in {@code build.sandbox} and {@code build.docker}. Crates come from {@code
 * build.crates}.
 *
 * <p>Paths: source, target folder and Cargo's home are remapped to the recipe's own, so that a
 * build at other places gives the same bytes; the local registry alone is never moved, since Cargo
 * names the folder of unpacked crates by a hash of its path.
 */
@NullMarked
package dev.selfsame.build;

import org.jspecify.annotations.NullMarked;
