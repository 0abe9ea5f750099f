package dev.selfsame.cli;

import dev.selfsame.outcome.Failure;
import dev.selfsame.store.file.RegistryFolder;
import dev.selfsame.store.jdbi.H2Repositories;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --registry DIR} of commands that work on a folder which no server has open. */
final class FolderOption {
  private final Surroundings surroundings;

  @Option(
      names = "--registry",
      paramLabel = "DIR",
      description = "The registry's folder; default: registry in the user's own data folder.")
  private @Nullable Path registry;

  FolderOption(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  Path path() {
    return registry == null
        ? surroundings.folders().data().resolve("registry")
        : surroundings.workFolder().resolve(registry);
  }

  /**
   * Opens the registry.
   *
   * @param meanwhile what a user may do while a server has it open
   * @throws Failure exit 3 where there is none, or a server has it open
   */
  RegistryFolder open(String meanwhile) {
    RegistryFolder folder = RegistryFolder.open(path());
    requireUnserved(folder, meanwhile);
    return folder;
  }

  static void requireUnserved(RegistryFolder folder, String meanwhile) {
    if (folder.isServed()) {
      throw Failure.undecided(
          "a server has the registry open: " + folder.path(),
          "end the server, run this, and start it again; " + meanwhile);
    }
  }

  /** The server's repositories in it. */
  H2Repositories repositories(RegistryFolder folder) {
    return H2Repositories.open(
        folder.path(), folder.changes(surroundings.clock()), surroundings.console().progress());
  }
}
