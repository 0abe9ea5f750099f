package dev.selfsame.build;

import static java.util.Objects.requireNonNull;

import dev.selfsame.build.crates.CargoLock;
import dev.selfsame.evidence.Recipe;
import dev.selfsame.pins.Pin;
import dev.selfsame.pins.root.Root;
import dev.selfsame.source.SourcePackage;
import java.nio.file.Path;

/**
 * All that a build needs, on the disk and checked.
 *
 * @param packed the source
 * @param project its selfsame.toml
 * @param lock its Cargo.lock, or another that it is built with
 * @param otherLock whether the lock is another than the source has
 * @param pin the environment
 * @param root the environment's files
 * @param tools where Rust is in it
 * @param registry the crates as a local registry
 * @param recipe how it is to be built
 * @param limits what one build may use
 */
record Prepared(
    SourcePackage packed,
    ProjectFile project,
    CargoLock lock,
    boolean otherLock,
    Pin pin,
    Root root,
    RootTools tools,
    Path registry,
    Recipe recipe,
    Sandbox.Limits limits) {
  Prepared {
    requireNonNull(packed);
    requireNonNull(project);
    requireNonNull(lock);
    requireNonNull(pin);
    requireNonNull(root);
    requireNonNull(tools);
    requireNonNull(registry);
    requireNonNull(recipe);
    requireNonNull(limits);
  }

  /** The same with another recipe. */
  Prepared with(Recipe other) {
    return new Prepared(
        packed, project, lock, otherLock, pin, root, tools, registry, other, limits);
  }

  /** The same with another Cargo.lock, whose crates are in this registry. */
  Prepared with(CargoLock other, Path crates) {
    return new Prepared(packed, project, other, true, pin, root, tools, crates, recipe, limits);
  }

  /** The same with other limits. */
  Prepared with(Sandbox.Limits other) {
    return new Prepared(
        packed, project, lock, otherLock, pin, root, tools, registry, recipe, other);
  }
}
