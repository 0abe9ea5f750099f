package dev.selfsame.cli;

import static java.util.Objects.requireNonNull;

import dev.selfsame.access.Rule;
import dev.selfsame.oci.http.Limits;
import dev.selfsame.oci.http.Proxies;
import dev.selfsame.oci.http.TlsFiles;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.jdbi.PostgresAddress;
import dev.selfsame.store.s3.S3Settings;
import dev.selfsame.toml.TomlFields;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the server's settings: the command line goes before the environment, and that before the
 * file. A setting {@code tls.key} is {@code SELFSAME_SERVE_TLS_KEY} in the environment. Paths of
 * the file are relative to its folder.
 */
final class ServeSettingsReader {
  private static final String PREFIX = "SELFSAME_SERVE_";
  private static final String HINT = "selfsame help serve shows a settings file";

  /** Whoever is reached from elsewhere is looked at by load balancers, every few seconds. */
  private static final Duration DRAIN_DELAY = Duration.ofSeconds(5);

  private static final int DAY = 86_400;

  private final Map<String, String> environment;
  private final Path workFolder;
  private final TomlFields file;
  private final Path fileFolder;
  private final Map<String, String> options;

  /** Tables that were read, since each remembers which of its fields were. */
  private final Map<String, TomlFields> tables = new HashMap<>();

  /** Variables that have a meaning. */
  private final Set<String> known = new HashSet<>();

  /**
   * @param settings the file; null for none
   * @param options settings of the command line, by name
   */
  ServeSettingsReader(
      Surroundings surroundings, @Nullable Path settings, Map<String, String> options) {
    this.environment = surroundings.environment();
    this.workFolder = surroundings.workFolder();
    this.options = options;
    Path path = settings == null ? workFolder : workFolder.resolve(settings);
    this.fileFolder =
        settings == null ? workFolder : requireNonNull(path.toAbsolutePath().getParent());
    this.file =
        TomlFields.parse(settings == null ? new byte[0] : bytes(path), path.toString(), HINT);
  }

  private static byte[] bytes(Path path) {
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot read %s: %s".formatted(path, e.getMessage()),
          "check the path and the file's permissions",
          e);
    }
  }

  /**
   * All settings.
   *
   * @param usualData the registry's folder where nothing else is said
   * @throws Failure exit 2 where one is unknown or of the wrong form
   */
  ServeSettings read(Path usualData) {
    Path data = path("", "data").orElse(usualData);
    Optional<TlsFiles> tls = tls();
    ServeSettings settings =
        new ServeSettings(
            data,
            text("", "listen").orElse("127.0.0.1:5000"),
            path("", "trust-root"),
            text("", "url").map(ServeSettingsReader::url),
            text("", "trusted-proxies").map(Proxies::parse).orElse(Proxies.NONE),
            tls,
            path("auth", "passwords"),
            tokens(data),
            path("auth", "token-key"),
            rules(),
            limits(),
            path("log", "requests"),
            flag("log", "audit", true),
            database(),
            seconds("database", "wait-seconds", Duration.ZERO),
            bucket(data),
            Duration.ofHours(number("gc", "every-hours", 24, 8760)),
            Duration.ofHours(number("gc", "grace-hours", 24, 8760)),
            seconds(
                "limits", "drain-delay-seconds", tls.isPresent() ? DRAIN_DELAY : Duration.ZERO));
    if (settings.grace().isZero()) {
      throw Failure.usage("gc.grace-hours is at least 1: clients push while it collects", HINT);
    }
    if (settings.bucket().isPresent() && settings.database().isEmpty()) {
      throw Failure.usage("blobs in a bucket need a database: [s3] without [database]", HINT);
    }
    if (settings.database().isPresent()
        && settings.hasAuthentication()
        && (settings.tokenKey().isEmpty() || path("auth", "tokens").isEmpty())) {
      throw Failure.usage(
          "servers of one database sign people in alike: name auth.tokens and auth.token-key",
          "the same files for each of them, and the same auth.passwords");
    }
    if (!settings.proxies().equals(Proxies.NONE) && !settings.hasAuthentication()) {
      throw Failure.usage(
          "who comes through a proxy has to sign in: trusted-proxies without [auth]", HINT);
    }
    tables.values().forEach(TomlFields::noMore);
    file.noMore();
    refuseUnknownVariables();
    return settings;
  }

  private Optional<TlsFiles> tls() {
    Optional<Path> certificate = path("tls", "certificate");
    Optional<Path> key = path("tls", "key");
    if (certificate.isPresent() != key.isPresent()) {
      throw Failure.usage("TLS needs tls.certificate and tls.key", HINT);
    }
    return certificate.map(file -> new TlsFiles(file, key.orElseThrow()));
  }

  /** Tokens are on where passwords or rules are, or where a file of them is named. */
  private Optional<Path> tokens(Path data) {
    boolean wanted =
        path("auth", "passwords").isPresent()
            || file.has("rule")
            || variable("", "rules").isPresent();
    Optional<Path> named = path("auth", "tokens");
    return named.or(
        () -> wanted ? Optional.of(data.resolve("access/tokens.json")) : Optional.empty());
  }

  private Optional<PostgresAddress> database() {
    Optional<String> url = text("database", "url");
    String user = text("database", "user").orElse("");
    Optional<Path> file = path("database", "password-file");
    Optional<String> password = variable("database", "password");
    return url.map(text ->
        PostgresAddress.of(
            text, user, password.or(() -> file.map(ServeSettingsReader::secret)).orElse("")));
  }

  private Optional<S3Settings> bucket(Path data) {
    Optional<String> bucket = text("s3", "bucket");
    Optional<URI> endpoint = text("s3", "endpoint").map(ServeSettingsReader::uri);
    String region = text("s3", "region").orElse("us-east-1");
    String prefix = text("s3", "prefix").orElse("");
    boolean pathStyle = flag("s3", "path-style", endpoint.isPresent());
    Optional<Path> credentials = path("s3", "credentials");
    boolean redirect = flag("s3", "redirect", false);
    return bucket.map(name ->
        new S3Settings(
            endpoint.orElse(null),
            region,
            name,
            prefix,
            pathStyle,
            credentials.orElse(null),
            data.resolve("spool"),
            redirect));
  }

  private static URI uri(String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw Failure.usage("s3.endpoint is no address: " + text, HINT);
    }
  }

  private static String secret(Path file) {
    return new String(bytes(file), StandardCharsets.UTF_8).strip();
  }

  private static String url(String text) {
    if (!text.matches("https?://[A-Za-z0-9.:\\[\\]-]+")) {
      throw Failure.usage(
          "url is not of the form https://HOST or https://HOST:PORT: " + text, HINT);
    }
    return text;
  }

  /**
   * The environment's rules stand in the place of the file's, which have to be right all the same.
   */
  private List<Rule> rules() {
    List<Rule> ofFile = RuleSettings.of(file);
    return variable("", "rules").map(RuleSettings::parse).orElse(ofFile);
  }

  private Limits limits() {
    Limits usual = Limits.USUAL;
    return new Limits(
        atLeastOne("limits", "blob-mib", usual.blobBytes() >> 20, 1 << 30) << 20,
        (int) atLeastOne("limits", "connections", usual.connections(), 1_000_000),
        (int) number("limits", "requests-per-second", usual.requestsPerSecond(), 1_000_000),
        number("limits", "least-bytes-per-second", usual.leastBytesPerSecond(), 1 << 30),
        Duration.ofSeconds(
            atLeastOne("limits", "slow-after-seconds", usual.slowAfter().toSeconds(), DAY)),
        Duration.ofSeconds(atLeastOne("limits", "idle-seconds", usual.idle().toSeconds(), DAY)),
        seconds("limits", "drain-seconds", usual.drain()));
  }

  private Duration seconds(String table, String key, Duration usual) {
    return Duration.ofSeconds(number(table, key, usual.toSeconds(), DAY));
  }

  /** A number of which 0 would not mean that there is no limit, but that nothing is served. */
  private long atLeastOne(String table, String key, long usual, long most) {
    return number(table, key, usual, 1, most);
  }

  private long number(String table, String key, long usual, long most) {
    return number(table, key, usual, 0, most);
  }

  private long number(String table, String key, long usual, long least, long most) {
    Optional<String> said = above(table, key);
    long value;
    try {
      value =
          said.isPresent()
              ? Long.parseLong(said.get())
              : below(table).flatMap(fields -> fields.optionalCount(key)).orElse(usual);
    } catch (NumberFormatException e) {
      throw Failure.usage(
          "%s is not a whole number: %s".formatted(qualified(table, key), said), HINT);
    }
    if (value < least || value > most) {
      throw Failure.usage(
          "%s is not from %d to %d: %d".formatted(qualified(table, key), least, most, value), HINT);
    }
    return value;
  }

  private boolean flag(String table, String key, boolean usual) {
    return switch (above(table, key).orElse("")) {
      case "" -> below(table).map(fields -> fields.flag(key, usual)).orElse(usual);
      case "true" -> true;
      case "false" -> false;
      default -> throw Failure.usage(qualified(table, key) + " is not true or false", HINT);
    };
  }

  private Optional<Path> path(String table, String key) {
    Optional<String> said = above(table, key);
    return said.isPresent()
        ? said.map(workFolder::resolve)
        : below(table).flatMap(fields -> fields.optionalString(key)).map(fileFolder::resolve);
  }

  private Optional<String> text(String table, String key) {
    return above(table, key).or(() -> below(table).flatMap(fields -> fields.optionalString(key)));
  }

  private Optional<TomlFields> below(String table) {
    if (table.isEmpty()) {
      return Optional.of(file);
    }
    file.optionalTable(table).ifPresent(fields -> tables.putIfAbsent(table, fields));
    return Optional.ofNullable(tables.get(table));
  }

  /** What the environment alone may say: a secret is no thing for a file that others read. */
  private Optional<String> variable(String table, String key) {
    String name = variableOf(qualified(table, key));
    known.add(name);
    return Optional.ofNullable(environment.get(name));
  }

  /** What the command line or the environment says of it. */
  private Optional<String> above(String table, String key) {
    String name = qualified(table, key);
    String variable = variableOf(name);
    known.add(variable);
    return Optional.ofNullable(options.get(name))
        .or(() -> Optional.ofNullable(environment.get(variable)));
  }

  private static String variableOf(String setting) {
    return PREFIX + setting.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** The variables that were asked for, once all settings were read. */
  Set<String> variables() {
    return Set.copyOf(known);
  }

  private void refuseUnknownVariables() {
    for (String variable : environment.keySet().stream().sorted().toList()) {
      if (variable.startsWith(PREFIX) && !known.contains(variable)) {
        throw Failure.usage("unknown setting in the environment: " + variable, HINT);
      }
    }
  }

  private static String qualified(String table, String key) {
    return table.isEmpty() ? key : table + "." + key;
  }
}
