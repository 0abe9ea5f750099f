package dev.selfsame.source;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitSettingsTest {
  @TempDir private Path home;

  @Test
  void the_users_configuration_is_read_and_time_stamps_are_not_measured() throws Exception {
    Files.writeString(home.resolve(".gitconfig"), "[core]\nexcludesFile = mine\n");
    FS files = FS.DETECTED.newInstance().setUserHome(home.toFile());
    GitSettings.install();
    FileBasedConfig config = SystemReader.getInstance().openUserConfig(null, files);
    config.load();
    assertEquals("mine", config.getString("core", null, "excludesFile"));
    long seconds =
        config.getTimeUnit("filesystem", "any", "timestampResolution", -1, TimeUnit.SECONDS);
    assertEquals(2, seconds);
    assertEquals(-1, config.getTimeUnit("gc", null, "pruneExpire", -1, TimeUnit.SECONDS));
  }
}
