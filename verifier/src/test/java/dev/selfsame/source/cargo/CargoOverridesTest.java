package dev.selfsame.source.cargo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CargoOverridesTest {
  private static final Set<String> OWN = Set.of("x86_64-unknown-linux-gnu");

  @TempDir private Path folder;

  private List<String> refused(String name, String toml) throws IOException {
    Files.writeString(Files.createDirectories(folder.resolve(".cargo")).resolve(name), toml);
    return CargoOverrides.of(folder, OWN).stream()
        .peek(failure -> assertEquals(ExitCode.USAGE, failure.code()))
        .map(failure -> String.valueOf(failure.getMessage()))
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "build.rustc = 'tools/rustc' | build.rustc puts",
        "build.rustc-wrapper = 'sccache' | build.rustc-wrapper puts",
        "build.rustc-workspace-wrapper = 'x' | build.rustc-workspace-wrapper puts",
        "build = { target = 'x86_64-unknown-linux-musl' } | build.target names",
        "build.target = ['a', 'b'] | build.target names",
        "paths = ['/src/patched'] | paths puts other crates",
        "include = ['more.toml'] | include takes settings",
        "target.x86_64-unknown-linux-gnu.linker = 'ld' | target.'x86_64-unknown-linux-gnu'.linker",
        "target.'cfg(unix)'.linker = 'ld' | target.'cfg(unix)'.linker puts",
        "source.selfsame.replace-with = 'vendored' | source.selfsame is",
        "env.PATH = { value = '/src/bin', force = true } | env.PATH changes",
        "env.LD_PRELOAD = '/src/x.so' | env.LD_PRELOAD changes",
        "env.RUSTC_BOOTSTRAP = '1' | env.RUSTC_BOOTSTRAP changes",
        "env.SOURCE_DATE_EPOCH = { value = '1', force = true } | env.SOURCE_DATE_EPOCH with force",
        "env.LC_ALL = { value = 'C', force = true } | env.LC_ALL with force",
      })
  void what_would_replace_tools_target_or_crates_is_refused_by_line_and_key(
      String line, String says) throws IOException {
    List<String> refused = refused("config.toml", "# one\n" + line.replace('\'', '"') + "\n");
    assertEquals(1, refused.size(), refused.toString());
    assertTrue(refused.getFirst().startsWith(".cargo/config.toml:2:"), refused.getFirst());
    assertTrue(refused.getFirst().contains(": " + says), refused.getFirst());
  }

  @Test
  void both_names_of_the_file_are_looked_at() throws IOException {
    refused("config", "build.rustc = \"a\"\n");
    assertEquals(2, refused("config.toml", "build.rustc = \"b\"\n").size());
  }

  @Test
  void what_changes_neither_is_taken() throws IOException {
    String usual =
        """
        [alias]
        xtask = "run --package xtask --"
        [build]
        rustflags = ["-Ctarget-cpu=x86-64-v2"]
        jobs = 2
        [env]
        CARGO_WORKSPACE_DIR = { value = "", relative = true }
        TZ = { value = "UTC", force = false }
        CFLAGS = "-O1"
        [net]
        offline = true
        [source.crates-io]
        replace-with = "vendored"
        [source.vendored]
        directory = "vendor"
        [target.x86_64-unknown-linux-gnu]
        rustflags = ["-Clink-arg=-s"]
        [target.aarch64-unknown-linux-gnu]
        linker = "aarch64-linux-gnu-gcc"
        [target.'cfg(windows)']
        linker = "rust-lld"
        [target.'cfg(target_os = "macos")']
        linker = "zld"
        """;
    assertEquals(List.of(), refused("config.toml", usual));
  }

  @Test
  void a_link_is_refused_since_it_leads_elsewhere_in_the_build() throws IOException {
    Path cargo = Files.createDirectories(folder.resolve(".cargo"));
    Files.createSymbolicLink(cargo.resolve("config.toml"), Path.of("/src/hidden.toml"));
    assertTrue(only().startsWith(".cargo/config.toml is a link"), only());

    Files.delete(cargo.resolve("config.toml"));
    Files.delete(cargo);
    Files.createSymbolicLink(cargo, Path.of("/src/hidden"));
    assertTrue(only().startsWith(".cargo is a link"), only());
  }

  private String only() {
    List<Failure> refused = CargoOverrides.of(folder, OWN);
    assertEquals(1, refused.size(), refused.toString());
    return String.valueOf(refused.getFirst().getMessage());
  }

  @Test
  void a_file_that_is_no_toml_is_refused() {
    Failure failure = assertThrows(Failure.class, () -> refused("config.toml", "build = [\n"));
    assertEquals(ExitCode.USAGE, failure.code());
  }
}
