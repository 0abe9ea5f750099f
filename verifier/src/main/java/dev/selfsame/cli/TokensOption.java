package dev.selfsame.cli;

import dev.selfsame.outcome.Failure;
import dev.selfsame.store.file.RegistryFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which token file: {@code --registry DIR} or {@code --file FILE}. */
final class TokensOption {
  private final Surroundings surroundings;

  @Option(
      names = {"--registry", "--data"},
      paramLabel = "DIR",
      description = "The server's folder; default: registry in the user's own data folder.")
  private @Nullable Path registry;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "The token file itself, as auth.tokens of the server names it.")
  private @Nullable Path file;

  TokensOption(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** Where tokens are made: what is not there yet is made, and that is said. */
  Path made() {
    if (file != null) {
      Path named = named(file);
      if (!Files.exists(named)) {
        surroundings.console().message("a new token file: " + named);
      }
      return named;
    }
    boolean absent = !Files.exists(folder().resolve("format"));
    RegistryFolder made = RegistryFolder.create(folder());
    if (absent) {
      surroundings.console().message("a new registry: " + made.path());
    }
    return tokens(made);
  }

  /**
   * Where tokens are.
   *
   * @throws Failure exit 3 where there is no such registry or file: it would be taken for one
   *     without any
   */
  Path there() {
    if (file == null) {
      return tokens(RegistryFolder.open(folder()));
    }
    Path named = named(file);
    if (!Files.exists(named)) {
      throw Failure.undecided(
          "there is no token file " + named, "check --file; 'selfsame tokens create' makes one");
    }
    return named;
  }

  private Path named(Path given) {
    return surroundings.workFolder().resolve(given);
  }

  private Path folder() {
    return registry == null
        ? surroundings.folders().data().resolve("registry")
        : surroundings.workFolder().resolve(registry);
  }

  private static Path tokens(RegistryFolder registry) {
    return registry.access().resolve("tokens.json");
  }
}
