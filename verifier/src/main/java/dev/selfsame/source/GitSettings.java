package dev.selfsame.source;

import java.io.File;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;

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
