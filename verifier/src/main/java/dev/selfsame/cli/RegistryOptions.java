package dev.selfsame.cli;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.attest.claim.PromotionClaim;
import dev.selfsame.doctor.Check;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.promote.Evidence;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.file.RegistryFolder;
import dev.selfsame.store.remote.KnownCredentials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options of every command that works with a registry: {@code --registry, --trust-root}, and
 * for one behind a URL {@code --registry-user, --registry-ca}.
 */
final class RegistryOptions {
  private final Surroundings surroundings;
  private @Nullable RegistryAccess access;
  private @Nullable TrustRoot piped;

  @Option(
      names = "--registry",
      paramLabel = "DIR|URL",
      description =
          "Its folder, or a server's http(s)://HOST[:PORT]; default: registry in the user's own"
              + " data folder.")
  private @Nullable String registry;

  @Option(
      names = "--trust-root",
      paramLabel = "FILE",
      description =
          "Who may sign what; default: trust-root.json in the user's own configuration"
              + " folder.")
  private @Nullable Path trustRoot;

  @Option(
      names = "--registry-user",
      paramLabel = "USER",
      description =
          "Who signs in, with SELFSAME_REGISTRY_PASSWORD, if not by SELFSAME_REGISTRY_TOKEN;"
              + " default: what docker login wrote.")
  private @Nullable String user;

  @Option(
      names = "--registry-ca",
      paramLabel = "FILE",
      description = "For https: the only certificate authorities to believe.")
  private @Nullable Path authority;

  RegistryOptions(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** The evidence, to be read. */
  Evidence reading() {
    return access().reading();
  }

  /** Works at the registry: see {@link RegistryAccess#writing}. */
  <T> T writing(RegistryAccess.Absent absent, RegistryAccess.Work<T> work) {
    return access().writing(absent, work);
  }

  /** One for all looks of a command. */
  private synchronized RegistryAccess access() {
    if (access == null) {
      access = opened();
    }
    return access;
  }

  private RegistryAccess opened() {
    Progress progress = surroundings.console().progress();
    if (registry != null && isUrl(registry)) {
      return remote(registry);
    }
    if (user != null || authority != null) {
      throw Failure.usage(
          "--registry-user and --registry-ca are for a registry behind a URL",
          "name one with --registry https://HOST, or leave them out");
    }
    return new FolderAccess(
        progress, folder(registry), this::root, surroundings.seen(), surroundings.patience());
  }

  /** Not by its own class: picocli looks at every signature here, which would load it. */
  private RegistryAccess remote(String url) {
    return new RemoteAccess(
        url,
        authority == null ? null : surroundings.workFolder().resolve(authority),
        new KnownCredentials(surroundings.environment(), user),
        this::root,
        surroundings.seen(),
        surroundings.clock());
  }

  private Path folder(@Nullable String named) {
    return named == null
        ? surroundings.folders().data().resolve("registry")
        : surroundings.workFolder().resolve(named);
  }

  /** What nobody said, written out: for whoever has other folders of their own. */
  List<String> unsaid() {
    List<String> options = new ArrayList<>();
    if (registry == null) {
      options.addAll(List.of("--registry", folder(null).toString()));
    }
    if (trustRoot == null) {
      options.addAll(List.of("--trust-root", trustRoot().toString()));
    }
    return options;
  }

  /** The trust root's file. */
  Path trustRoot() {
    return trustRoot == null
        ? surroundings.folders().config().resolve("trust-root.json")
        : surroundings.workFolder().resolve(trustRoot);
  }

  /**
   * The trust root as its file is at this moment. What can be read only once, such as a pipe,
   * counts for the whole command.
   *
   * @throws Failure as {@link RegistryAccess#root}
   */
  synchronized TrustRoot root() {
    if (piped != null) {
      return piped;
    }
    Path file = trustRoot();
    boolean once = Files.exists(file) && !Files.isRegularFile(file);
    TrustRoot root = RegistryAccess.root(file, surroundings.seen());
    if (once) {
      piped = root;
    }
    return root;
  }

  /** Whether the registry can be read, and which it is, whatever the trust root is like. */
  Check look() {
    if (registry != null && isUrl(registry)) {
      RemoteAccess server = (RemoteAccess) remote(registry);
      return Check.ok("registry", registry + ": " + server.name());
    }
    RegistryFolder folder = RegistryFolder.open(folder(registry));
    String served = folder.isServed() ? ", which a server has open" : "";
    return Check.ok("registry", "%s: %s%s".formatted(folder.path(), folder.name(), served));
  }

  /** Any scheme: a mistyped one must not become a folder's name. */
  private static boolean isUrl(String text) {
    return text.contains("://");
  }

  static ArtifactName name(String text) {
    try {
      return new ArtifactName(text);
    } catch (IllegalArgumentException e) {
      throw Failure.usage(String.valueOf(e.getMessage()), "name it like viworks/backend-agent");
    }
  }

  /** A reason that goes under a signature. */
  static String reason(String text) {
    if (!PromotionClaim.isReason(text)) {
      throw Failure.usage(
          "--reason is not one line of 1 to 1000 characters", "say in a few words why");
    }
    return text;
  }

  static ChannelName channel(String text) {
    try {
      return new ChannelName(text);
    } catch (IllegalArgumentException e) {
      throw Failure.usage(String.valueOf(e.getMessage()), "name it like production");
    }
  }
}
