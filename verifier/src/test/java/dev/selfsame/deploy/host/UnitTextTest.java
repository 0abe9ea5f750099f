package dev.selfsame.deploy.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.deploy.UnitSettings;
import dev.selfsame.digest.Digest;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a unit's file says. */
class UnitTextTest {
  private static final String UNIT = "service.service";

  @TempDir Path folder;

  private RunSettings awkward(Path program) {
    Digest digest = Digest.sha256("x".getBytes(StandardCharsets.UTF_8));
    return new RunSettings(
        RunSettings.SCHEMA,
        "viworks/service",
        "production",
        3,
        digest,
        digest,
        null,
        null,
        null,
        program.getFileName().toString(),
        List.of(
            "--a b", "100%", "$HOME", "\"q\" \\", "--config=" + UnitText.CREDENTIALS + "c.toml"),
        Map.of("A", "1 $B `x` \"y\" \\", "CONF", UnitText.CREDENTIALS + "c.toml"),
        List.of(8080),
        2_500);
  }

  @Test
  void awkward_arguments_and_variables_are_quoted() {
    String text =
        UnitText.of(
            UNIT,
            awkward(Path.of("svc")),
            new Place(Path.of("/opt/x")),
            Optional.of("c.toml"),
            new UnitSettings(Optional.of("agent"), List.of("/srv/a")),
            new UnitText.Times(Duration.ofSeconds(60), Duration.ofMillis(2_500)));
    assertTrue(
        text.contains(
            "ExecStart=\"/opt/x/current/svc\" \"--a b\" \"100%%\" \"$$HOME\" \"\\\"q\\\" \\\\\""
                + " \"--config=%d/c.toml\"\n"),
        text);
    assertTrue(text.contains("Environment=\"CONF=%d/c.toml\"\n"), text);
    assertTrue(text.contains("LoadCredential=c.toml:/opt/x/current/c.toml\n"), text);
    assertTrue(text.contains("User=agent\n"), text);
    assertTrue(text.contains("ReadWritePaths=/srv/a\n"), text);
    assertEquals(
        "A=\"1 \\$B \\`x\\` \\\"y\\\" \\\\\"\n",
        UnitText.environment(awkward(Path.of("svc")).variables()));
  }

  @Test
  @Needs(Component.SYSTEMD_ANALYZE)
  void systemd_itself_finds_no_fault_in_the_unit() throws Exception {
    Path root = folder.resolve("agent");
    Path current = Files.createDirectories(root.resolve("current"));
    Path program = current.resolve("svc");
    Files.copy(Path.of("/bin/true"), program);
    Path file = folder.resolve(UNIT);
    Files.writeString(
        file,
        UnitText.of(
            UNIT,
            awkward(program),
            new Place(root),
            Optional.of("c.toml"),
            UnitSettings.USUAL,
            new UnitText.Times(Duration.ofSeconds(60), Duration.ofMillis(2_500))));
    Process verify =
        new ProcessBuilder("systemd-analyze", "verify", "--man=no", file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(verify.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, verify.waitFor(), said);
    assertFalse(said.contains(UNIT), said);
    Files.writeString(file, Files.readString(file).replace("PrivateTmp=", "PrivatTmp="));
    Process planted =
        new ProcessBuilder("systemd-analyze", "verify", "--man=no", file.toString())
            .redirectErrorStream(true)
            .start();
    String found = new String(planted.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    planted.waitFor();
    assertTrue(found.contains("PrivatTmp"), found);
  }
}
