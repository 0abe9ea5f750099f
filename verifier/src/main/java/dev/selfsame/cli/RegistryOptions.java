package dev.selfsame.cli;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Evidence;
import dev.selfsame.promote.Restoration;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.Catalogue;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.file.RegistryFolder;
import dev.selfsame.store.jdbi.H2File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that works with a registry: {@code --registry, --trust-root}. */
final class RegistryOptions {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

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

  /** What a command does while it alone may write. */
  interface Work<T> {
    T with(Evidence evidence, Catalogue catalogue);
  }

  /** The evidence, to be read. */
  Evidence reading() {
    return new Evidence(RegistryFolder.open(folder()).registry(), root());
  }

  /**
   * Opens the registry for writing: no other process writes meanwhile, and the catalogue is in step
   * with the evidence.
   *
   * @param opener {@link RegistryFolder#open} or, where it may be made, {@link
   *     RegistryFolder#create}
   */
  <T> T writing(Function<Path, RegistryFolder> opener, Work<T> work) {
    TrustRoot root = root();
    RegistryFolder opened = opener.apply(folder());
    Evidence evidence = new Evidence(opened.registry(), root);
    Restoration restoration = new Restoration(evidence, surroundings.console().progress());
    H2File file = new H2File(opened.path(), PATIENCE, surroundings.console().progress());
    try (var _ = opened.write(PATIENCE, surroundings.console().progress());
        Catalogue catalogue = file.open(restoration::rows)) {
      return work.with(evidence, catalogue);
    }
  }

  private Path folder() {
    return registry == null
        ? surroundings.folders().data().resolve("registry")
        : surroundings.workFolder().resolve(registry);
  }

  private TrustRoot root() {
    return TrustRoot.read(
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
