package dev.selfsame.source.cargo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.source.Repositories;
import dev.selfsame.source.cargo.CargoPackage.Binary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CargoProjectTest {
  @TempDir private Path folder;

  private void write(String name, String text) throws IOException {
    Repositories.write(folder, name, text);
  }

  private void member(String path, String name) throws IOException {
    write(path + "/Cargo.toml", "[package]\nname = \"%s\"\nversion = \"0.1.0\"\n".formatted(name));
    write(path + "/src/main.rs", "fn main() {}\n");
  }

  private List<String> names() {
    return CargoProject.read(folder).packages().stream().map(CargoPackage::name).toList();
  }

  private CargoPackage only() {
    return CargoProject.read(folder).packages().getFirst();
  }

  private static List<String> binaries(CargoPackage one) {
    return one.binaries().stream().map(Binary::name).toList();
  }

  @Test
  void binaries_are_found_where_cargo_finds_them() throws IOException {
    member(".", "one");
    write("src/bin/two.rs", "fn main() {}\n");
    write("src/bin/three/main.rs", "fn main() {}\n");
    write("src/bin/four/lib.rs", "");
    write("src/bin/.hidden.rs", "");
    write("src/bin/notes.txt", "");
    assertEquals(List.of("one", "three", "two"), binaries(only()));
  }

  @Test
  void a_named_binary_takes_the_place_of_the_one_found_at_its_path() throws IOException {
    write(
        "Cargo.toml",
        """
        [package]
        name = "one"
        edition = "2021"
        default-run = "agent"
        [[bin]]
        name = "agent"
        path = "src/main.rs"
        required-features = ["server"]
        """);
    write("src/main.rs", "fn main() {}\n");
    write("src/bin/other.rs", "fn main() {}\n");
    CargoPackage one = only();
    assertEquals(
        List.of(new Binary("agent", List.of("server")), new Binary("other", List.of())),
        one.binaries());
    assertEquals(Optional.of("agent"), one.defaultRun());
  }

  @ParameterizedTest
  @ValueSource(strings = {"edition = \"2021\"\nautobins = false", "edition = \"2015\"", ""})
  void what_is_not_looked_for_is_not_found(String edition) throws IOException {
    write(
        "Cargo.toml",
        "[package]\nname = \"one\"\n%s\n[[bin]]\nname = \"a\"\npath = \"a.rs\"\n"
            .formatted(edition));
    write("src/main.rs", "fn main() {}\n");
    assertEquals(List.of("a"), binaries(only()));
  }

  @Test
  void members_are_globs_less_what_is_excluded() throws IOException {
    write(
        "Cargo.toml",
        """
        [workspace]
        members = ["crates/*", "tools/**/x-*", "extra"]
        exclude = ["crates/old", "extra"]
        default-members = ["crates/b"]
        [workspace.package]
        edition = "2024"
        rust-version = "1.85"
        """);
    member("crates/a", "a");
    member("crates/b", "b");
    member("crates/old", "old");
    Files.createDirectories(folder.resolve("crates/empty"));
    member("tools/deep/er/x-one", "x-one");
    member("tools/y-one", "y-one");
    member("extra", "extra");
    assertEquals(List.of("a", "b", "extra", "x-one"), names());
    assertEquals(List.of("b"), CargoProject.read(folder).usual());
  }

  @Test
  void members_take_over_what_the_workspace_says() throws IOException {
    write(
        "Cargo.toml",
        """
        [workspace]
        members = ["a"]
        [workspace.package]
        edition = "2024"
        rust-version = "1.86.1"
        license = "MIT"
        """);
    write(
        "a/Cargo.toml",
        """
        [package]
        name = "a"
        edition.workspace = true
        rust-version = { workspace = true }
        license.workspace = true
        """);
    CargoPackage a = only();
    assertEquals("2024", a.edition());
    assertEquals(Optional.of(new RustVersion(1, 86, 1)), a.rustVersion());
    assertEquals(Optional.of("MIT"), a.licence());
  }

  @Test
  void path_dependencies_of_members_are_members_too() throws IOException {
    write("Cargo.toml", "[workspace]\nmembers = [\"a\"]\n");
    write("a/Cargo.toml", "[package]\nname = \"a\"\n[dependencies]\nb = { path = \"../b\" }\n");
    member("b", "b");
    assertEquals(List.of("a", "b"), names());
  }

  @Test
  void what_lies_outside_is_told(@TempDir Path elsewhere) throws IOException {
    Repositories.write(elsewhere, "Cargo.toml", "[package]\nname = \"far\"\n");
    write("Cargo.toml", "[workspace]\nmembers = [\"a\", \"linked\"]\n");
    write(
        "a/Cargo.toml",
        "[package]\nname = \"a\"\n[target.'cfg(unix)'.dependencies]\nb = { path = \"../../b\" }\n");
    Files.createSymbolicLink(folder.resolve("linked"), elsewhere);
    CargoProject project = CargoProject.read(folder);
    assertEquals(List.of("../../b", "linked"), project.outside());
    assertEquals(List.of("a"), names());
  }

  @Test
  void a_member_through_a_link_that_stays_inside_is_one() throws IOException {
    write("Cargo.toml", "[workspace]\nmembers = [\"linked\"]\n");
    member("real", "real");
    Files.createSymbolicLink(folder.resolve("linked"), Path.of("real"));
    assertEquals(List.of("real"), names());
  }

  @Test
  void links_in_a_circle_end() throws IOException {
    write("Cargo.toml", "[workspace]\nmembers = [\"crates/**\"]\n");
    member("crates/a", "a");
    Files.createSymbolicLink(folder.resolve("crates/a/again"), folder.resolve("crates"));
    assertEquals(List.of("a"), names());
  }

  @Test
  void a_member_alone_is_sent_to_its_workspace() throws IOException {
    write("Cargo.toml", "[workspace]\nmembers = [\"a\"]\n");
    member("a", "agent");
    member("other", "other");
    Failure failure = assertThrows(Failure.class, () -> CargoProject.read(folder.resolve("a")));
    assertEquals(ExitCode.USAGE, failure.code());
    assertTrue(failure.hint().endsWith("--package agent"), failure.hint());
    assertEquals("other", CargoProject.read(folder.resolve("other")).packages().getFirst().name());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[package]\nname = 3\n",
        "[package]\nversion = \"1\"\n",
        "[package]\nname = \"a\"\nrust-version = \"latest\"\n",
        "[package]\nname = \"a\"\nedition = 2021\n",
        "[package\nname = \"a\"\n",
        "[dependencies]\n",
        "[workspace]\nmembers = [\"missing\"]\n",
        "[workspace]\nmembers = [\"[\"]\n",
        "[workspace]\nmembers = \"a\"\n",
        "bin = 4\n[package]\nname = \"a\"\n",
        "[package]\nname = \"a\"\n[features]\nx = \"y\"\n"
      })
  void a_malformed_manifest_is_refused_with_its_place(String text) throws IOException {
    write("Cargo.toml", text);
    Failure failure = assertThrows(Failure.class, () -> CargoProject.read(folder));
    assertEquals(ExitCode.USAGE, failure.code());
    assertTrue(
        failure.getMessage().matches("Cargo.toml:\\d+:\\d+: .*|.* in Cargo.toml: .*"),
        failure.getMessage());
  }

  @Test
  void no_manifest_and_what_is_no_file_are_refused() throws IOException {
    assertEquals(
        ExitCode.USAGE, assertThrows(Failure.class, () -> CargoProject.read(folder)).code());
    Files.createDirectories(folder.resolve("Cargo.toml"));
    assertEquals(
        ExitCode.USAGE, assertThrows(Failure.class, () -> CargoProject.read(folder)).code());
  }

  @Test
  void a_build_script_is_looked_at_and_never_run() throws IOException {
    member(".", "one");
    write(
        "build.rs",
        """
        fn main() {
            println!("cargo:rustc-link-lib=dylib=ssl");
            println!("cargo::rustc-link-lib=pcap");
            pkg_config::probe_library("libudev").unwrap();
            std::process::Command::new("protoc");
            let t = std::time::SystemTime::now();
        }
        """);
    assertEquals(
        Optional.of(
            new BuildScript(
                "build.rs", List.of("libudev", "pcap", "ssl"), List.of("protoc"), true)),
        only().buildScript());
    write("Cargo.toml", "[package]\nname = \"one\"\nbuild = false\n");
    assertEquals(Optional.empty(), only().buildScript());
  }

  @Test
  void the_lock_tells_what_a_package_reaches() throws IOException {
    member(".", "one");
    write(
        "Cargo.lock",
        """
        version = 4
        [[package]]
        name = "one"
        version = "0.1.0"
        dependencies = ["a", "b 2.0.0"]
        [[package]]
        name = "a"
        version = "1.0.0"
        source = "registry+https://github.com/rust-lang/crates.io-index"
        dependencies = ["b 1.0.0 (registry+https://github.com/rust-lang/crates.io-index)"]
        [[package]]
        name = "b"
        version = "1.0.0"
        source = "git+https://example.org/b"
        [[package]]
        name = "b"
        version = "2.0.0"
        source = "registry+https://github.com/rust-lang/crates.io-index"
        [[package]]
        name = "other-sys"
        version = "1.0.0"
        """);
    LockedCrates lock = CargoProject.read(folder).lock().orElseThrow();
    assertEquals(
        List.of("a 1.0.0", "b 1.0.0", "b 2.0.0"),
        lock.reached("one").stream().map(c -> c.name() + " " + c.version()).toList());
    assertEquals(
        List.of("b 1.0.0"),
        lock.crates().stream()
            .filter(c -> !c.isFixed())
            .map(c -> c.name() + " " + c.version())
            .toList());
  }

  @Test
  void toolchain_files_of_both_forms_are_read() throws IOException {
    member(".", "one");
    write("rust-toolchain.toml", "[toolchain]\nchannel = \"1.89.0\"\ntargets = [\"a\"]\n");
    assertEquals(
        Optional.of(new ToolchainFile("rust-toolchain.toml", Optional.of("1.89.0"), List.of("a"))),
        CargoProject.read(folder).toolchain());
    write("rust-toolchain", "nightly-2026-01-01\n");
    assertEquals(
        Optional.of("nightly-2026-01-01"),
        CargoProject.read(folder).toolchain().orElseThrow().channel());
  }

  @Test
  void cargos_configuration_is_read() throws IOException {
    member(".", "one");
    write(
        ".cargo/config.toml",
        """
        [build]
        rustflags = "-C target-cpu=x86-64-v3"
        [target.x86_64-unknown-linux-gnu]
        rustflags = ["-C", "link-arg=-fuse-ld=lld"]
        [source.crates-io]
        replace-with = "vendored"
        [source.vendored]
        directory = "vendor"
        """);
    CargoSettings settings = CargoProject.read(folder).settings();
    assertEquals(List.of("-C", "target-cpu=x86-64-v3"), settings.rustflags());
    assertEquals(
        Map.of("x86_64-unknown-linux-gnu", List.of("-C", "link-arg=-fuse-ld=lld")),
        settings.targetFlags());
    assertEquals(Optional.of("vendor"), settings.replacement());
  }
}
