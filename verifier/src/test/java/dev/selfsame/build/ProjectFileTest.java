package dev.selfsame.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.evidence.ImageSettings;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProjectFileTest {
  private static final String SMALL =
      """
      name = "agent"
      pin = "trixie-rust-1.85.1"
      [cargo]
      binaries = ["agent"]
      """;

  private static Failure refusal(String toml) {
    Failure failure = assertThrows(Failure.class, () -> ProjectFile.parse(toml));
    assertEquals(ExitCode.USAGE, failure.code());
    return failure;
  }

  @Test
  void a_whole_file_is_read() {
    ProjectFile project =
        ProjectFile.parse(
            """
            name = "selfsame-agent"
            pin = "trixie-rust-1.85.1"
            timeout = "20m"
            [cargo]
            package = "agent"
            binaries = ["agent", "agentctl"]
            profile = "dist"
            features = ["tls", "metrics"]
            default-features = false
            rustflags = ["-C", "target-cpu=x86-64-v2"]
            [profile]
            strip = "symbols"
            opt-level = 3
            lto = true
            [env]
            SQLX_OFFLINE = "true"
            [image]
            base = "trixie-runtime"
            binary = "agentctl"
            entrypoint = "/opt/agent/agentctl"
            arguments = ["--quiet", "serve all"]
            user = "1000:2000"
            config = "/etc/agent/agent.toml"
            ports = [8081, 8080]
            [image.labels]
            "org.opencontainers.image.vendor" = "Example"
            """);

    assertEquals("agent", project.cargoPackage());
    assertEquals(Duration.ofMinutes(20), project.timeout());
    assertEquals(List.of("agent", "agentctl"), project.binaries());
    assertEquals(List.of("metrics", "tls"), project.features());
    assertEquals(List.of("-C", "target-cpu=x86-64-v2"), project.rustflags());
    assertEquals(
        Map.of("lto", "true", "opt-level", "3", "strip", "symbols"), project.profileOverrides());
    assertEquals(Map.of("SQLX_OFFLINE", "true"), project.environment());
    assertEquals(
        new ImageSettings(
            "trixie-runtime",
            "agentctl",
            "/opt/agent/agentctl",
            List.of("--quiet", "serve all"),
            1000,
            2000,
            "/etc/agent/agent.toml",
            List.of(8080, 8081),
            Map.of("org.opencontainers.image.vendor", "Example")),
        project.image());
  }

  @Test
  void an_image_is_not_roots_and_has_the_one_binary_at_the_usual_place() {
    ImageSettings image = ProjectFile.parse(SMALL + "[image]\nbase = \"small\"\n").image();

    assertEquals(
        new ImageSettings(
            "small",
            "agent",
            "/usr/local/bin/agent",
            List.of(),
            65532,
            65532,
            null,
            List.of(),
            Map.of()),
        image);
    assertNull(ProjectFile.parse(SMALL).image());
  }

  @Test
  void what_is_absent_is_the_usual() {
    ProjectFile project = ProjectFile.parse(SMALL);

    assertNull(project.cargoPackage());
    assertEquals("release", project.profile());
    assertEquals(Duration.ofMinutes(30), project.timeout());
    assertTrue(project.defaultFeatures());
    assertEquals(Map.of(), project.profileOverrides());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "strip = \"symbols\" | 5:1 | unknown field cargo.strip",
        "profile = 3 | 5:1 | cargo.profile is not a string",
        "features = [\"a\", 2] | 5:18 | cargo.features holds what is not a string",
        "rustflags = [\"-Ctarget-feature=+crt-static\"] | 5:1 | -Ctarget-feature=+crt-static breaks",
        "[profile]\\nstrip = \"most\" | 6:1 | profile.strip is not one of none|debuginfo|symbols",
        "[profile]\\nincremental = true | 6:1 | profile.incremental is always false",
        "[profile]\\nlinker = \"x\" | 6:1 | unknown field profile.linker",
        "[env]\\nPATH = \"/x\" | 6:1 | env.PATH is fixed in every build",
        "[env]\\nTZ = \"CET\" | 6:1 | env.TZ is fixed in every build",
        "[env]\\nRUSTFLAGS = \"-g\" | 6:1 | env.RUSTFLAGS would be ignored: use cargo.rustflags",
        "[env]\\nCARGO_HOME = \"/x\" | 6:1 | env.CARGO_HOME would change what the pin fixes",
        "[env]\\nLD_PRELOAD = \"x\" | 6:1 | env.LD_PRELOAD would change what the pin fixes",
        "[env]\\nHTTPS_PROXY = \"x\" | 6:1 | env.HTTPS_PROXY would change what the pin fixes",
        "[env]\\nCARGO_PROFILE_RELEASE_LTO = \"x\" | 6:1 | belongs into [profile]",
        "[env]\\nRUSTC_WRAPPER = \"x\" | 6:1 | env.RUSTC_WRAPPER would change what the pin fixes",
        "[other] | 5:1 | unknown field other",
        "[image]\\nports = [80] | 1:1 | image.base is missing",
        "[image]\\nbase = \"a\"\\nbinary = \"b\" | 7:1 | image.binary is none of cargo.binaries",
        "[image]\\nbase = \"a\"\\nuser = \"root\" | 7:1 | image.user is not UID:GID in numbers",
        "[image]\\nbase = \"a\"\\nuser = \"4294967295:0\" | 7:1 | image.user is beyond",
        "[image]\\nbase = \"a\"\\nports = [80, 0] | 7:14 | image.ports holds what is not a number",
        "[image]\\nbase = \"a\"\\nports = 80 | 7:1 | image.ports is not an array of numbers",
        "[image]\\nbase = \"a\"\\nentrypoint = \"agent\" | 7:1 | image.entrypoint is not an absolute",
        "[image]\\nbase = \"a\"\\nentrypoint = \"/a/../b\" | 7:1 | image.entrypoint is not an absol",
        "[image]\\nbase = \"a\"\\nconfig = \"/etc\" | 7:1 | image.config is not an absolute path",
        "[image]\\nbase = \"a\"\\nshell = true | 7:1 | unknown field image.shell",
        "[image]\\nbase = \"a\"\\n[image.labels]\\n\"dev.selfsame.x\" = \"1\" | 8:1 | Selfsame sets",
        "[image]\\nbase = \"a\"\\n[image.labels]\\nx.y = \"1\" | 8:1 | image.labels.x is not a string",
        "[image]\\nbase = \"a\"\\n[image.labels]\\nX = \"1\" | 8:1 | what is not a label: X",
      })
  void mistakes_are_named_with_line_and_column(String more, String at, String what) {
    String message = refusal(SMALL + more.replace("\\n", "\n") + "\n").getMessage();

    assertTrue(message.startsWith("selfsame.toml:" + at + ": "), message);
    assertTrue(message.contains(what), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "20", "25h", "20 m", "-1m", "1d", "m"})
  void a_time_out_without_a_plain_unit_is_refused(String timeout) {
    String message = refusal("timeout = \"%s\"\n%s".formatted(timeout, SMALL)).getMessage();

    assertTrue(message.startsWith("selfsame.toml:1:1: timeout is not a duration"), message);
  }

  @Test
  void missing_fields_are_named() {
    assertTrue(refusal("").getMessage().contains("name is missing"));
    assertTrue(refusal("name = \"a\"").getMessage().contains("pin is missing"));
    assertTrue(
        refusal("name = \"a\"\npin = \"b\"").getMessage().contains("cargo.binaries names no"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Agent", "-a", "a/b", "..", ""})
  void a_name_that_no_registry_takes_is_refused(String name) {
    assertTrue(
        refusal(SMALL.replace("\"agent\"\npin", "\"%s\"\npin".formatted(name)))
            .getMessage()
            .startsWith("selfsame.toml:1:1: name is not a name"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"logs", "dissent", "failed-build"})
  void a_binary_that_is_called_like_a_folder_of_the_result_is_refused(String name) {
    String message = refusal(SMALL.replace("[\"agent\"]", "[\"" + name + "\"]")).getMessage();

    assertTrue(message.startsWith("selfsame.toml:4:1: cargo.binaries has " + name), message);
  }

  @Test
  void text_that_is_no_toml_is_refused_where_it_breaks() {
    assertTrue(refusal("name = \"a\"\npin = [").getMessage().startsWith("selfsame.toml:2:"));
  }

  @Test
  void a_folder_without_the_file_is_refused(@TempDir Path folder) {
    Failure failure = assertThrows(Failure.class, () -> ProjectFile.read(folder));
    assertEquals("no selfsame.toml is committed in this folder", failure.getMessage());
  }
}
