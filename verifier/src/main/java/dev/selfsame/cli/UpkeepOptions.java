package dev.selfsame.cli;

import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.store.file.RegistryFolder;
import dev.selfsame.store.jdbi.H2RowsCheck;
import dev.selfsame.upkeep.Examined;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Which registry a command of upkeep works on: {@code --registry DIR, --settings FILE}. It is found
 * as a server finds it, so that both mean the same one.
 */
final class UpkeepOptions {
  private final Surroundings surroundings;

  @Option(
      names = "--registry",
      paramLabel = "DIR",
      description = "The server's folder; default: registry in the user's own data folder.")
  private @Nullable String registry;

  @Option(
      names = "--settings",
      paramLabel = "FILE",
      description = {
        "The server's settings, for one in a database and a bucket; they count in the",
        "environment too, as they do for serve."
      })
  private @Nullable Path settings;

  UpkeepOptions(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /**
   * Works with a registry as a server does: with one that is shared while servers go on, with one
   * in a folder in a server's place.
   *
   * @param meanwhile what a user may do while a server has the folder open
   * @throws Failure exit 3 where there is no registry, it cannot be reached, or a server has the
   *     folder open
   */
  <T> T with(String meanwhile, Function<Backing, T> work) {
    ServeSettings how = read();
    RegistryFolder folder = RegistryFolder.open(how.data());
    Clock clock = surroundings.clock();
    Progress progress = surroundings.console().progress();
    if (how.database().isPresent()) {
      try (Backing backing = Backing.of(Shared.existing(how, folder, clock, progress), clock)) {
        return work.apply(backing);
      }
    }
    requireAlone(folder, meanwhile);
    try (Backing backing = Backing.alone(folder, clock, progress)) {
      return work.apply(backing);
    }
  }

  /** As the other, with what a check reads, of which nothing is made or changed before. */
  <T> T examining(String meanwhile, Function<Examined, T> work) {
    ServeSettings how = read();
    RegistryFolder folder = RegistryFolder.open(how.data());
    Clock clock = surroundings.clock();
    Progress progress = surroundings.console().progress();
    if (how.database().isPresent()) {
      try (Shared shared = Shared.existing(how, folder, clock, progress)) {
        return work.apply(shared.examined());
      }
    }
    requireAlone(folder, meanwhile);
    return work.apply(Examined.in(folder, new H2RowsCheck(folder, clock, progress), progress));
  }

  /** Whether servers may go on meanwhile: the registry is in a database. */
  boolean isShared() {
    return read().database().isPresent();
  }

  private ServeSettings read() {
    return new ServeSettingsReader(
            surroundings, settings, registry == null ? Map.of() : Map.of("data", registry))
        .read(surroundings.folders().data().resolve("registry"));
  }

  private static void requireAlone(RegistryFolder folder, String meanwhile) {
    folder.requireRows();
    if (folder.isServed()) {
      throw Failure.undecided(
          "a server has the registry open: " + folder.path(),
          "end the server, run this, and start it again; " + meanwhile);
    }
  }
}
