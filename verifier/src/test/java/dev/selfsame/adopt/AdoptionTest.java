package dev.selfsame.adopt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.adopt.Finding.Kind;
import dev.selfsame.build.ProjectFile;
import dev.selfsame.evidence.ImageSettings;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.pins.PinCatalogue;
import dev.selfsame.source.GitState;
import dev.selfsame.source.Repositories;
import dev.selfsame.source.cargo.CargoProject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdoptionTest {
  private static final PinCatalogue PINS = PinCatalogue.shipped();
  private static final Path AGENT =
      Path.of(System.getProperty("selfsame.basedir", "."), "examples/agent");

  @TempDir private Path folder;

  private void write(String name, String text) throws IOException {
    Repositories.write(folder, name, text);
  }

  /** A project of one package, with further lines in its manifest, and a lock of these crates. */
  private void project(String more, String... crates) throws IOException {
    write("Cargo.toml", "[package]\nname = \"one\"\nedition = \"2021\"\n" + more);
    write("src/main.rs", "fn main() {}\n");
    StringBuilder lock = new StringBuilder("version = 3\n[[package]]\nname = \"one\"\n");
    lock.append("version = \"0.1.0\"\ndependencies = [");
    Stream.of(crates).forEach(crate -> lock.append('"').append(crate.split(":")[0]).append("\","));
    lock.append("]\n");
    for (String crate : crates) {
      String[] words = crate.split(":");
      lock.append("[[package]]\nname = \"%s\"\nversion = \"1.0.0\"\n".formatted(words[0]));
      lock.append("source = \"registry+https://github.com/rust-lang/crates.io-index\"\n");
      if (words.length > 1) {
        lock.append("dependencies = [\"%s\"]\n".formatted(words[1]));
      }
    }
    write("Cargo.lock", lock.toString());
  }

  private static Wish wish(String cargoPackage) {
    return new Wish(
        Optional.of(cargoPackage).filter(name -> !name.isEmpty()),
        Optional.empty(),
        Optional.empty(),
        false,
        "linux/amd64");
  }

  private Draft draft() {
    return draft("");
  }

  private Draft draft(String cargoPackage) {
    GitState git = GitState.of(folder, List.of("Cargo.toml", "Cargo.lock"));
    return Adoption.draft(CargoProject.read(folder), git, PINS, wish(cargoPackage));
  }

  private static List<String> texts(Draft draft, Kind kind) {
    return draft.findings().stream().filter(f -> f.kind() == kind).map(Finding::text).toList();
  }

  private static void assertSays(Draft draft, Kind kind, String part) {
    assertTrue(
        texts(draft, kind).stream().anyMatch(text -> text.contains(part)),
        () -> part + " is not in " + draft.findings());
  }

  @Test
  void what_is_written_is_what_a_build_reads() throws IOException {
    project("rust-version = \"1.85\"\n");
    ProjectFile file = ProjectFile.parse(DraftText.of(draft()));
    assertEquals("one", file.name());
    assertEquals("trixie-rust-1.85.1", file.pin());
    assertEquals("one", file.cargoPackage());
    assertEquals(List.of("one"), file.binaries());
    assertEquals(Map.of("strip", "symbols"), file.profileOverrides());
  }

  @Test
  void a_locked_root_that_goes_before_a_nearer_image_says_so() throws IOException {
    project("rust-version = \"1.86\"\n");
    Draft draft = draft();
    assertEquals("bookworm-rust-1.96.0", draft.pin());
    assertTrue(draft.why().contains("above it with a root of locked packages"), draft.why());
  }

  @Test
  void no_base_is_named_that_a_platform_does_not_have() throws IOException {
    project("");
    Wish wish =
        new Wish(Optional.empty(), Optional.empty(), Optional.empty(), false, "linux/arm64");
    String text =
        DraftText.of(
            Adoption.draft(CargoProject.read(folder), GitState.of(folder, List.of()), PINS, wish));
    assertFalse(text.contains("trixie-runtime"), text);
    assertTrue(text.contains("selfsame pins lock --use runtime"), text);
    ProjectFile.parse(text);
    assertTrue(DraftText.of(draft()).contains("# base = \"trixie-runtime\""));
  }

  @Test
  void the_example_agent_gets_the_file_that_it_has() throws IOException {
    for (String name : List.of("Cargo.toml", "Cargo.lock", "src/main.rs")) {
      write(name, Files.readString(AGENT.resolve(name)));
    }
    Wish wish = new Wish(Optional.empty(), Optional.empty(), Optional.empty(), true, "linux/amd64");
    Draft draft =
        Adoption.draft(CargoProject.read(folder), GitState.of(folder, List.of()), PINS, wish);
    ProjectFile made = ProjectFile.parse(DraftText.of(draft));
    ProjectFile own = ProjectFile.read(AGENT);
    assertEquals(own.name(), made.name());
    assertEquals(own.pin(), made.pin());
    assertEquals(own.cargoPackage(), made.cargoPackage());
    assertEquals(own.binaries(), made.binaries());
    assertEquals(own.profile(), made.profile());
    assertEquals(own.features(), made.features());
    assertEquals(own.defaultFeatures(), made.defaultFeatures());
    assertEquals(own.rustflags(), made.rustflags());
    assertEquals(own.profileOverrides(), made.profileOverrides());
    assertEquals(own.environment(), made.environment());
    ImageSettings image = Objects.requireNonNull(own.image());
    ImageSettings madeImage = Objects.requireNonNull(made.image());
    assertEquals(image.base(), madeImage.base());
    assertEquals(image.entrypoint(), madeImage.entrypoint());
    assertEquals(image.labels(), madeImage.labels());
  }

  @ParameterizedTest
  @CsvSource({
    "1.80, '', trixie-rust-1.85.1",
    "1.85.1, '', trixie-rust-1.85.1",
    "1.86, '', bookworm-rust-1.96.0",
    "1.97, '', rust-1.97.1-slim-bookworm",
    "1.98.1, '', rust-1.98.1-slim-bookworm",
    "'', '', bookworm-rust-1.96.0",
    "'', 1.89.0, rust-1.89.0-slim-bookworm",
    "'', 1.89, rust-1.89.0-slim-bookworm",
    "1.80, 1.97, rust-1.97.1-slim-bookworm",
    "'', 1.84.1, trixie-rust-1.85.1",
    "'', stable, bookworm-rust-1.96.0"
  })
  void the_pin_is_the_one_that_fits(String least, String exact, String pin) throws IOException {
    project(least.isEmpty() ? "" : "rust-version = \"%s\"\n".formatted(least));
    if (!exact.isEmpty()) {
      write("rust-toolchain.toml", "[toolchain]\nchannel = \"%s\"\n".formatted(exact));
    }
    assertEquals(pin, draft().pin());
  }

  @Test
  void a_rust_newer_than_every_pin_is_undecided() throws IOException {
    project("rust-version = \"1.199\"\n");
    Failure failure = assertThrows(Failure.class, this::draft);
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertTrue(failure.getMessage().contains("1.199"), failure.getMessage());
    assertTrue(failure.hint().contains("pins lock"), failure.hint());
    Wish forced =
        new Wish(
            Optional.empty(),
            Optional.of(PINS.find("trixie-rust-1.85.1")),
            Optional.empty(),
            false,
            "linux/amd64");
    Draft draft =
        Adoption.draft(CargoProject.read(folder), GitState.of(folder, List.of()), PINS, forced);
    assertSays(draft, Kind.OBSTACLE, "pin trixie-rust-1.85.1 has rustc 1.85.1");
  }

  @Test
  void a_nightly_toolchain_is_an_open_point() throws IOException {
    project("");
    write("rust-toolchain", "nightly\n");
    assertSays(draft(), Kind.OPEN, "rust-toolchain asks for nightly");
  }

  @Test
  void a_pin_without_rust_is_refused() throws IOException {
    project("");
    Wish wish =
        new Wish(
            Optional.empty(),
            Optional.of(PINS.find("trixie-runtime")),
            Optional.empty(),
            false,
            "linux/amd64");
    GitState git = GitState.of(folder, List.of());
    CargoProject seen = CargoProject.read(folder);
    assertEquals(
        ExitCode.USAGE,
        assertThrows(Failure.class, () -> Adoption.draft(seen, git, PINS, wish)).code());
  }

  @Test
  void several_packages_with_binaries_have_to_be_named() throws IOException {
    write("Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\", \"lib\"]\n");
    for (String name : List.of("a", "b")) {
      write(name + "/Cargo.toml", "[package]\nname = \"%s\"\n".formatted(name));
      write(name + "/src/main.rs", "fn main() {}\n");
    }
    write("lib/Cargo.toml", "[package]\nname = \"lib\"\n");
    Failure failure = assertThrows(Failure.class, this::draft);
    assertEquals(ExitCode.USAGE, failure.code());
    assertEquals("--package a, or --package b", failure.hint());
    assertEquals(List.of("b"), draft("b").binaries());
    assertThrows(Failure.class, () -> draft("lib"));
    assertThrows(Failure.class, () -> draft("c"));
  }

  @Test
  void the_one_package_with_a_binary_needs_no_name() throws IOException {
    write("Cargo.toml", "[workspace]\nmembers = [\"*\"]\n");
    write("a/Cargo.toml", "[package]\nname = \"Big_Agent\"\n");
    write("a/src/main.rs", "fn main() {}\n");
    write("lib/Cargo.toml", "[package]\nname = \"lib\"\n");
    Draft draft = draft();
    assertEquals("big-agent", draft.name());
    assertEquals(List.of("Big_Agent"), draft.binaries());
    ProjectFile.parse(DraftText.of(draft));
  }

  @Test
  void every_binary_that_the_usual_features_build_is_listed() throws IOException {
    project(
        """
        default-run = "one"
        [features]
        default = ["a"]
        a = ["b"]
        b = []
        extra = []
        [[bin]]
        name = "needs-b"
        path = "b.rs"
        required-features = ["b"]
        [[bin]]
        name = "needs-extra"
        path = "e.rs"
        required-features = ["extra"]
        """);
    Draft draft = draft();
    assertEquals(List.of("needs-b", "one"), draft.binaries());
    assertSays(draft, Kind.OPEN, "needs-extra");
    assertSays(draft, Kind.OPEN, "cargo run takes one");
    assertTrue(DraftText.of(draft).contains("The package has: a, b, extra."));
  }

  @Test
  void a_binary_behind_a_feature_alone_has_it_switched_on() throws IOException {
    write(
        "Cargo.toml",
        """
        [package]
        name = "one"
        edition = "2021"
        autobins = false
        [features]
        cli = []
        [[bin]]
        name = "one"
        path = "src/cli.rs"
        required-features = ["cli"]
        """);
    assertEquals(List.of("cli"), ProjectFile.parse(DraftText.of(draft())).features());
  }

  @Test
  void no_lock_and_no_git_stand_in_the_way() throws IOException {
    project("");
    Files.delete(folder.resolve("Cargo.lock"));
    Draft draft = draft();
    assertSays(draft, Kind.OBSTACLE, "cargo generate-lockfile");
    assertSays(draft, Kind.OBSTACLE, "not in a git repository");
    assertEquals(Kind.OBSTACLE, draft.findings().getFirst().kind());
  }

  @Test
  void a_lock_that_fixes_not_every_byte_stands_in_the_way() throws IOException {
    project("");
    write(
        "Cargo.lock",
        """
        [[package]]
        name = "other"
        version = "0.1.0"
        [[package]]
        name = "loose"
        version = "0.1.0"
        source = "git+https://example.org/loose#0123"
        """);
    Draft draft = draft();
    assertSays(draft, Kind.OBSTACLE, "of version 1");
    assertSays(draft, Kind.OBSTACLE, "does not name package one");
    assertSays(draft, Kind.OBSTACLE, "loose (git+https://example.org/loose#0123)");
  }

  @ParameterizedTest
  @CsvSource({
    "openssl-sys, NOTE, the pin has libssl-dev",
    "openssl-sys:openssl-src, OPEN, whether openssl-sys compiles OpenSSL itself",
    "pq-sys, OPEN, lacks libpq-dev",
    "zstd-sys, NOTE, from its own source",
    "libz-sys, NOTE, the pin has zlib1g-dev",
    "cmake, OPEN, lacks cmake",
    "aws-lc-fips-sys, OPEN, 'lacks cmake, golang-go'",
    "never-heard-of-sys, OPEN, never-heard-of-sys"
  })
  void native_libraries_are_looked_up_in_the_pin(String crate, Kind kind, String part)
      throws IOException {
    project("rust-version = \"1.85\"\n", crate);
    assertSays(draft(), kind, part);
  }

  @Test
  void crates_for_other_systems_are_no_native_libraries() throws IOException {
    project("rust-version = \"1.85\"\n", "windows-sys", "linux-raw-sys", "js-sys");
    assertEquals(List.of(), texts(draft(), Kind.OPEN));
  }

  @Test
  void what_an_image_holds_cannot_be_told() throws IOException {
    project("rust-version = \"1.97\"\n", "openssl-sys");
    assertSays(draft(), Kind.OPEN, "whether the image of pin rust-1.97.1-slim-bookworm has");
  }

  @Test
  void rustflags_are_carried_over_less_those_that_break_macros() throws IOException {
    project("");
    write(
        ".cargo/config.toml",
        """
        [build]
        rustflags = ["-C", "target-feature=+crt-static", "-C", "target-cpu=native"]
        target = "x86_64-unknown-linux-musl"
        rustc-wrapper = "sccache"
        [target.x86_64-unknown-linux-gnu]
        linker = "clang"
        [target.'cfg(unix)']
        rustflags = ["--cfg", "x"]
        [source.crates-io]
        replace-with = "v"
        [source.v]
        directory = "vendor"
        """);
    Draft draft = draft();
    assertEquals(List.of("-C", "target-cpu=native"), draft.rustflags());
    assertSays(draft, Kind.OPEN, "+crt-static");
    assertSays(draft, Kind.OPEN, "each machine then gives other bytes");
    assertSays(draft, Kind.OPEN, "cfg(unix)");
    assertSays(draft, Kind.OBSTACLE, ".cargo/config.toml:3:1: build.target");
    assertSays(draft, Kind.OBSTACLE, ".cargo/config.toml:4:1: build.rustc-wrapper");
    assertSays(draft, Kind.OBSTACLE, "target.'x86_64-unknown-linux-gnu'.linker");
    assertSays(draft, Kind.NOTE, "vendor in .cargo/config.toml is not used");
    ProjectFile.parse(DraftText.of(draft));
  }

  @Test
  void the_flags_of_the_pins_own_target_go_before_those_for_all() throws IOException {
    project("");
    write(
        ".cargo/config.toml",
        """
        [build]
        rustflags = ["-Copt-level=1"]
        [target.x86_64-unknown-linux-gnu]
        rustflags = ["-Copt-level=2"]
        """);
    assertEquals(List.of("-Copt-level=2"), draft().rustflags());
  }

  @Test
  void a_project_that_strips_or_keeps_debug_information_itself_is_left_so() throws IOException {
    project("[profile.release]\nstrip = true\nlto = \"thin\"\n");
    assertEquals(Map.of(), draft().profile());
    assertTrue(DraftText.of(draft()).contains("lto = thin, strip = true"));
    project("[profile.release]\ndebug = 1\n");
    assertEquals(Map.of(), draft().profile());
    assertSays(draft(), Kind.OPEN, "debug = 1");
  }

  @Test
  void text_of_the_project_begins_no_line_of_its_own() throws IOException {
    project(
        """
        license = "MIT\\u0022\\nname = \\u0022forged"
        links = "x\\n[cargo]\\nbinaries = [\\u0022forged\\u0022]"
        [features]
        "a\\nb" = []
        """);
    Wish wish = new Wish(Optional.empty(), Optional.empty(), Optional.empty(), true, "linux/amd64");
    Draft draft =
        Adoption.draft(CargoProject.read(folder), GitState.of(folder, List.of()), PINS, wish);
    ProjectFile file = ProjectFile.parse(DraftText.of(draft));
    assertEquals("one", file.name());
    assertEquals(List.of("one"), file.binaries());
  }

  @Test
  void lines_are_short() throws IOException {
    project("rust-version = \"1.85\"\n", "openssl-sys", "a-sys", "b-sys", "pq-sys", "cmake");
    DraftText.of(draft())
        .lines()
        .forEach(line -> assertTrue(line.length() <= 100, () -> "too long: " + line));
  }
}
