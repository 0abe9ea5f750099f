/**
 * What a Cargo project says of itself, read from its files alone: manifests, Cargo.lock, the
 * toolchain file, Cargo's configuration, build scripts. Nothing of the project is ever run, and no
 * cargo is needed.
 *
 * <pre>{@code
 * CargoProject project = CargoProject.read(folder);
 * for (CargoPackage each : project.packages()) {
 *   System.out.println(each.name() + ": " + each.binaries());
 * }
 * }</pre>
 *
 * <p>Sources: The Cargo Book (The Manifest Format, Cargo Targets, Workspaces, Configuration), and
 * the rustup book (Overrides). Errors have file, line and column.
 */
@NullMarked
package dev.selfsame.source.cargo;

import org.jspecify.annotations.NullMarked;
