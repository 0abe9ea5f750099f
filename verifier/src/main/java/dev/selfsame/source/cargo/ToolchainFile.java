package dev.selfsame.source.cargo;

import static java.util.Objects.requireNonNull;

import dev.selfsame.toml.TomlFields;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The toolchain that rustup takes in a project's folder. Source: the rustup book, Overrides, The
 * toolchain file.
 *
 * @param file {@code rust-toolchain.toml} or {@code rust-toolchain}
 * @param channel such as {@code 1.89.0}, {@code stable} or {@code nightly-2026-01-01}; empty where
 *     it names none
 * @param targets that are installed beside the host's own
 */
public record ToolchainFile(String file, Optional<String> channel, List<String> targets) {
  public ToolchainFile {
    requireNonNull(file);
    requireNonNull(channel);
    targets = List.copyOf(targets);
  }

  /** Reads the one that counts; empty where there is none. */
  static Optional<ToolchainFile> read(Path folder) {
    // Where both are there, rustup takes the name without an ending.
    Optional<String> old = ProjectText.text(folder.resolve("rust-toolchain"));
    if (old.isPresent() && !old.get().contains("[toolchain]")) {
      return Optional.of(
          new ToolchainFile("rust-toolchain", Optional.of(old.get().strip()), List.of()));
    }
    String name = old.isPresent() ? "rust-toolchain" : "rust-toolchain.toml";
    return ProjectText.toml(folder.resolve(name), name).map(toml -> of(name, toml));
  }

  private static ToolchainFile of(String name, TomlFields toml) {
    Optional<TomlFields> table = toml.optionalTable("toolchain");
    return new ToolchainFile(
        name,
        table.flatMap(fields -> fields.optionalString("channel")),
        table.map(fields -> fields.strings("targets")).orElse(List.of()));
  }
}
