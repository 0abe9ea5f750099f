package dev.selfsame.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A target's key, and what is done without it. */
class SettingsKeyTest {
  private static final Digest DIGEST = Digest.sha256("x".getBytes(StandardCharsets.UTF_8));

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("settings.key");
  }

  private void brokenOff(String noted) {
    Deployment deployment =
        new Deployment(
            "0123456789ab",
            "docker:agent:/agent",
            "viworks/agent",
            "production",
            1,
            DIGEST,
            null,
            DIGEST,
            List.of(),
            DIGEST,
            Mark.NONE,
            Instant.EPOCH);
    Plan plan =
        new Plan(
            List.of(new Step.Switch("it"), new Step.Retire("it")),
            List.of(),
            new Before(Map.of("/agent.toml", noted)));
    new Journal(folder).begin(deployment, plan, 1);
  }

  @Test
  void one_that_others_may_read_is_kept_and_closed_to_them() throws Exception {
    Mark mark = SettingsKey.keep(folder).of(DIGEST);
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r-----"));
    Failure failure = assertThrows(Failure.class, () -> SettingsKey.keep(folder));
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertEquals("chmod 600 " + file(), failure.hint());
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-------"));
    assertEquals(mark, SettingsKey.keep(folder).of(DIGEST));
  }

  @Test
  void no_other_one_is_made_while_the_way_back_needs_it() throws Exception {
    SettingsKey key = SettingsKey.keep(folder);
    brokenOff(key.of(DIGEST).text());
    byte[] bytes = Files.readAllBytes(file());
    Files.delete(file());
    Failure failure = assertThrows(Failure.class, () -> SettingsKey.keep(folder));
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertTrue(failure.hint().startsWith("put it back, mode 0600"), failure.hint());
    assertFalse(Files.exists(file()));
    Files.write(file(), bytes);
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-------"));
    assertEquals(key.of(DIGEST), SettingsKey.keep(folder).of(DIGEST));
  }

  @Test
  void where_the_way_back_needs_none_another_is_made() throws Exception {
    SettingsKey.keep(folder);
    brokenOff(DIGEST.toString());
    Files.delete(file());
    SettingsKey.keep(folder);
    assertTrue(Files.exists(file()));
  }
}
