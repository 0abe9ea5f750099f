package dev.selfsame.cli;

import dev.selfsame.store.file.RegistryFolder;
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

  Path path() {
    if (file != null) {
      return surroundings.workFolder().resolve(file);
    }
    Path folder =
        registry == null
            ? surroundings.folders().data().resolve("registry")
            : surroundings.workFolder().resolve(registry);
    return RegistryFolder.create(folder).access().resolve("tokens.json");
  }
}
