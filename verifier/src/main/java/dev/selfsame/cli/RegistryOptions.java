package dev.selfsame.cli;

import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Evidence;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.file.RegistryFolder;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that works with a registry: {@code --registry, --trust-root}. */
final class RegistryOptions {
  private final Surroundings surroundings;

  @Option(
      names = "--registry",
      paramLabel = "DIR",
      description = "The registry's folder; default: registry in the user's own data folder.")
  private @Nullable Path registry;

  @Option(
      names = "--trust-root",
      paramLabel = "FILE",
      description =
          "Who may sign what (see: selfsame trust); default: trust-root.json in the user's own"
              + " configuration folder.")
  private @Nullable Path trustRoot;

  RegistryOptions(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** The evidence, to be read. */
  Evidence reading() {
    return access().reading();
  }

  /** Opens the registry for writing: see {@link RegistryAccess#writing}. */
  <T> T writing(Function<Path, RegistryFolder> opener, RegistryAccess.Work<T> work) {
    return access().writing(opener, work);
  }

  private RegistryAccess access() {
    return new RegistryAccess(
        surroundings.console().progress(),
        registry == null
            ? surroundings.folders().data().resolve("registry")
            : surroundings.workFolder().resolve(registry),
        trustRoot == null
            ? surroundings.folders().config().resolve("trust-root.json")
            : surroundings.workFolder().resolve(trustRoot));
  }

  static ArtifactName name(String text) {
    try {
      return new ArtifactName(text);
    } catch (IllegalArgumentException e) {
      throw Failure.usage(String.valueOf(e.getMessage()), "name it like viworks/backend-agent");
    }
  }

  static ChannelName channel(String text) {
    try {
      return new ChannelName(text);
    } catch (IllegalArgumentException e) {
      throw Failure.usage(String.valueOf(e.getMessage()), "name it like production");
    }
  }
}
