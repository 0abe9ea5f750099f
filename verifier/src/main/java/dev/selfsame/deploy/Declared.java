package dev.selfsame.deploy;

import static java.util.Objects.requireNonNull;

import dev.selfsame.deploy.DeployFile.Health;
import dev.selfsame.deploy.DeployFile.Network;
import dev.selfsame.deploy.DeployFile.Published;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.Json;
import dev.selfsame.evidence.MalformedDocumentException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link DeployFile} says of how something runs, without any secret. It stays with what was
 * deployed, and its SHA-256 stands in the signed record: so whoever looks later can tell what that
 * should look like, and that nobody wrote it since.
 *
 * @param schema {@code selfsame.deploy-settings/1}
 * @param environment variables that are no secrets
 * @param secrets names of all secrets
 * @param toEnvironment names of those that the program gets as variables
 * @param config its configuration file, or null
 * @param container what a container may do and use, or null for {@link ContainerSettings#USUAL}
 * @param user of a systemd unit, or null for one that systemd makes
 * @param writable folders that a systemd unit may write to
 */
public record Declared(
    String schema,
    List<String> arguments,
    List<Published> published,
    boolean readOnly,
    List<Network> networks,
    Map<String, String> environment,
    List<String> secrets,
    List<String> toEnvironment,
    @Nullable Config config,
    Asked health,
    @Nullable ContainerSettings container,
    long stopGraceMillis,
    long keepOldMillis,
    @Nullable String user,
    List<String> writable) {
  private static final String SCHEMA = "selfsame.deploy-settings/1";

  public Declared {
    if (!schema.equals(SCHEMA)) {
      throw new IllegalArgumentException("not of this version's form");
    }
    arguments = List.copyOf(arguments);
    published = List.copyOf(published);
    networks = List.copyOf(networks);
    environment = Collections.unmodifiableMap(new TreeMap<>(environment));
    secrets = List.copyOf(secrets);
    toEnvironment = List.copyOf(toEnvironment);
    requireNonNull(health);
    writable = List.copyOf(writable);
  }

  /**
   * A configuration file.
   *
   * @param source how it was named, which says how values are quoted in it
   * @param path where the program finds it, or null for where its image says
   * @param template SHA-256 of its text before secrets were filled in
   */
  public record Config(String source, @Nullable String path, Digest template) {
    public Config {
      requireNonNull(source);
      requireNonNull(template);
    }
  }

  /**
   * How it says that it is well, as {@link Health}.
   *
   * @param live a URI, or null
   * @param ready a URI, or null
   */
  public record Asked(
      @Nullable String live, @Nullable String ready, long timeoutMillis, long intervalMillis) {}

  /** Of a file's settings. */
  public static Declared of(DeployFile file) {
    Health health = file.health();
    return new Declared(
        SCHEMA,
        file.arguments(),
        file.published(),
        file.readOnly(),
        file.networks(),
        file.environment(),
        file.secrets().names(),
        file.secrets().toEnvironment(),
        file.config()
            .map(one ->
                new Config(
                    one.source(),
                    one.path().orElse(null),
                    Digest.sha256(one.template().getBytes(StandardCharsets.UTF_8))))
            .orElse(null),
        new Asked(
            health.live().map(URI::toString).orElse(null),
            health.ready().map(URI::toString).orElse(null),
            health.timeout().toMillis(),
            health.interval().toMillis()),
        // As it always was where nothing is said: the fingerprint of such a file stays the same.
        file.container().equals(ContainerSettings.USUAL) ? null : file.container(),
        file.stopGrace().toMillis(),
        file.keepOld().toMillis(),
        file.unit().user().orElse(null),
        file.unit().writable());
  }

  /** As it stays with what was deployed: one line of JSON, the same for the same settings. */
  public String text() {
    return new String(Json.writeCompact(this), StandardCharsets.UTF_8);
  }

  /** SHA-256 of {@link #text}. */
  public Digest fingerprint() {
    return Digest.sha256(Json.writeCompact(this));
  }

  /** Reads what {@link #text} wrote; empty where it is anything else. */
  public static Optional<Declared> read(String text) {
    try {
      Declared read = Json.read(text.getBytes(StandardCharsets.UTF_8), Declared.class);
      // Its fingerprint is that of these very bytes.
      return Optional.of(read).filter(one -> one.text().equals(text));
    } catch (MalformedDocumentException e) {
      return Optional.empty();
    }
  }

  /** What a container may do and use. */
  public ContainerSettings confined() {
    return container == null ? ContainerSettings.USUAL : container;
  }

  /** How it is asked whether it is well; empty where no address is asked. */
  public Optional<Health> toAsk() {
    try {
      Health all =
          new Health(
              Optional.ofNullable(health.live()).map(URI::create),
              Optional.ofNullable(health.ready()).map(URI::create),
              Duration.ofMillis(health.timeoutMillis()),
              Duration.ofMillis(health.intervalMillis()));
      List<URI> asked = Stream.of(all.live(), all.ready()).flatMap(Optional::stream).toList();
      boolean sound = asked.stream().allMatch(Health::isAddress);
      return asked.isEmpty() || !sound ? Optional.empty() : Optional.of(all);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
