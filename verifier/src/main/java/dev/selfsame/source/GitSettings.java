package dev.selfsame.source;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.storage.file.UserConfigFile;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/**
 * JGit's view of the machine, without its side effects: as it comes, it starts the git program to
 * find the system's configuration and writes a configuration of its own into the user's home.
 */
final class GitSettings extends SystemReader.Delegate {
  private GitSettings(SystemReader system) {
    super(system);
  }

  /** JGit holds its view in a static field, so this is done once for the process. */
  static synchronized void install() {
    SystemReader now = SystemReader.getInstance();
    if (!(now instanceof GitSettings)) {
      SystemReader.setInstance(new GitSettings(now));
    }
  }

  @Override
  public FileBasedConfig openSystemConfig(Config parent, FS fs) {
    return new FileBasedConfig(parent, new File("/etc/gitconfig"), fs);
  }

  @Override
  public FileBasedConfig openJGitConfig(Config parent, FS fs) {
    return new InMemory(parent, fs);
  }

  @Override
  public FileBasedConfig openUserConfig(Config parent, FS fs) {
    Path xdg = getXdgConfigDirectory(fs);
    File first = new File(fs.userHome(), ".gitconfig");
    File second = xdg == null ? first : xdg.resolve("git").resolve("config").toFile();
    return new CoarseTimes(parent, first, second, fs);
  }

  /**
   * The user's configuration, which also says how coarse time stamps of files may be. JGit would
   * else find that out by writing files beside the repository for two seconds; the coarsest that
   * file systems have costs some files a second look.
   */
  private static final class CoarseTimes extends UserConfigFile {
    private static final Duration COARSEST = Duration.ofSeconds(2);

    CoarseTimes(Config parent, File first, File second, FS fs) {
      super(parent, first, second, fs);
    }

    @Override
    public long getTimeUnit(
        String section,
        @Nullable String subsection,
        String name,
        long defaultValue,
        TimeUnit unit) {
      return section.equals(ConfigConstants.CONFIG_FILESYSTEM_SECTION)
          ? unit.convert(COARSEST)
          : super.getTimeUnit(section, subsection, name, defaultValue, unit);
    }
  }

  /** A configuration that is on no disk. */
  private static final class InMemory extends FileBasedConfig {
    InMemory(Config parent, FS fs) {
      super(parent, new File("/dev/null"), fs);
    }

    @Override
    public void load() {}

    @Override
    public void save() {}

    @Override
    public boolean isOutdated() {
      return false;
    }
  }
}
