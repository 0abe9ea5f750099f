package dev.selfsame.deploy;

import dev.selfsame.deploy.DeployFile.ConfigFile;
import dev.selfsame.deploy.DeployFile.Health;
import dev.selfsame.deploy.DeployFile.Network;
import dev.selfsame.deploy.DeployFile.Published;
import dev.selfsame.deploy.DeployFile.SecretNames;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.toml.TomlFields;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads a {@link DeployFile}, strictly, with line and column in every error. */
public final class DeployFileReader {
  private static final long MOST = 1 << 20;
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,99}");
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
  private static final Pattern LINE = Pattern.compile("[^\\p{Cntrl}\\u2028\\u2029]{0,4000}");
  private static final Pattern DURATION = Pattern.compile("(0|[1-9][0-9]{0,5})(ms|s|m)");
  private static final Pattern PUBLISHED =
      Pattern.compile("(?:([0-9.]{7,15}|\\[[0-9a-fA-F:.]{2,39}\\]):)?([0-9]{1,5}):([0-9]{1,5})");
  private static final Pattern PLACE =
      Pattern.compile("(?:/[A-Za-z0-9_][A-Za-z0-9._+-]{0,99}){2,12}");
  private static final Duration LONGEST = Duration.ofHours(1);

  private final Path file;

  private DeployFileReader(Path file) {
    this.file = file;
  }

  /**
   * Reads a file, and the template that it names.
   *
   * @param shown how messages name it
   * @throws Failure (usage) where it is not of the form; (undecided) where it cannot be read
   */
  public static DeployFile read(Path file, String shown) {
    byte[] bytes = bytes(file, shown);
    TomlFields top =
        TomlFields.parse(bytes, shown, "see selfsame deploy --help; what is unknown is refused");
    return new DeployFileReader(file).read(top);
  }

  private DeployFile read(TomlFields top) {
    Map<String, String> environment =
        top.optionalTable("environment").map(DeployFileReader::variables).orElse(Map.of());
    SecretNames secrets =
        top.optionalTable("secrets")
            .map(this::secrets)
            .orElse(new SecretNames(List.of(), Optional.empty(), List.of()));
    for (String name : secrets.names()) {
      if (environment.containsKey(name)) {
        throw top.wrong("environment", name + " is both a secret and written down here");
      }
    }
    Optional<ConfigFile> config = top.optionalTable("config").map(this::config);
    DeployFile read =
        new DeployFile(
            duration(top, "stop-grace", Duration.ofSeconds(10)),
            duration(top, "keep-old", Duration.ofSeconds(10)),
            lines(top, "arguments"),
            published(top),
            top.flag("read-only", true),
            networks(top),
            environment,
            secrets,
            config,
            health(top),
            top.optionalTable("container")
                .map(ContainerReader::read)
                .orElse(ContainerSettings.USUAL),
            top.optionalTable("kubernetes").map(ClusterReader::read),
            top.optionalTable("systemd").map(DeployFileReader::unit).orElse(UnitSettings.USUAL));
    top.noMore();
    config.ifPresent(one -> Rendering.requireKnown(one, read));
    return read;
  }

  private static Map<String, String> variables(TomlFields table) {
    Map<String, String> all = table.stringMap();
    all.forEach((name, value) -> {
      if (!VARIABLE.matcher(name).matches() || value.indexOf('\0') >= 0) {
        throw table.wrong(name, "environment holds what is no variable: " + name);
      }
    });
    return all;
  }

  private SecretNames secrets(TomlFields table) {
    List<String> names = names(table, "names", VARIABLE, "a variable's name");
    List<String> passed = names(table, "to-environment", VARIABLE, "a variable's name");
    for (String name : passed) {
      if (!names.contains(name)) {
        throw table.wrong("to-environment", "secrets.names does not have " + name);
      }
    }
    Optional<Path> from = table.optionalString("file").map(file::resolveSibling);
    table.noMore();
    return new SecretNames(names, from, passed);
  }

  private ConfigFile config(TomlFields table) {
    String template = table.string("template", LINE, "a path");
    Optional<String> path =
        table.optionalString(
            "path", PLACE, "an absolute path below a folder, such as /etc/agent/agent.toml");
    table.noMore();
    byte[] text = bytes(file.resolveSibling(template), template);
    return new ConfigFile(new String(text, StandardCharsets.UTF_8), template, path);
  }

  private static UnitSettings unit(TomlFields table) {
    try {
      UnitSettings unit = new UnitSettings(table.optionalString("user"), table.strings("writable"));
      table.noMore();
      return unit;
    } catch (IllegalArgumentException e) {
      throw table.wrong("systemd: " + e.getMessage());
    }
  }

  private static List<Published> published(TomlFields top) {
    List<Published> all = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (String text : top.strings("publish")) {
      Matcher form = PUBLISHED.matcher(text);
      int host = form.matches() ? Integer.parseInt(form.group(2)) : 0;
      int port = form.matches() ? Integer.parseInt(form.group(3)) : 0;
      if (host < 1 || host > 65_535 || port < 1 || port > 65_535) {
        throw top.wrong("publish", "publish holds what is not [ADDRESS:]HOST-PORT:PORT: " + text);
      }
      String address = form.group(1) == null ? "" : form.group(1);
      if (!taken.add(address + ":" + host)) {
        throw top.wrong("publish", "publish has a port of the host twice: " + text);
      }
      all.add(new Published(address, host, port));
    }
    return all;
  }

  private static List<Network> networks(TomlFields top) {
    List<Network> all = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (TomlFields table : top.tables("networks")) {
      String name = table.string("name", NAME, "a network's name");
      if (!seen.add(name)) {
        throw table.wrong("name", "networks has this one twice: " + name);
      }
      all.add(new Network(name, names(table, "aliases", NAME, "a name")));
      table.noMore();
    }
    return all;
  }

  private static Health health(TomlFields top) {
    TomlFields table = top.table("health");
    Health health =
        new Health(
            address(table, "live"),
            address(table, "ready"),
            duration(table, "timeout", Duration.ofSeconds(60)),
            duration(table, "interval", Duration.ofMillis(500)));
    if (health.live().isEmpty() && health.ready().isEmpty()) {
      throw table.wrong("health names no address: without an answer nothing is proven well");
    }
    boolean own =
        Stream.of(health.live(), health.ready())
            .flatMap(Optional::stream)
            .anyMatch(uri -> Health.TARGET.equals(uri.getHost()));
    if (!own) {
      throw table.wrong(
          "health asks no address like http://target:8080/ready: any other is answered by the old"
              + " one too");
    }
    if (health.interval().isZero() || health.timeout().isZero()) {
      throw table.wrong("health.timeout and health.interval are above 0");
    }
    table.noMore();
    return health;
  }

  private static Optional<URI> address(TomlFields table, String key) {
    Optional<String> text = table.optionalString(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      URI uri = URI.create(text.get());
      if (Health.isAddress(uri) && uri.getUserInfo() == null && uri.getFragment() == null) {
        return Optional.of(uri);
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw table.wrong(
        key, "health.%s is not like http://target:8080/health: %s".formatted(key, text.get()));
  }

  private static Duration duration(TomlFields table, String key, Duration usual) {
    Optional<String> text = table.optionalString(key);
    if (text.isEmpty()) {
      return usual;
    }
    Matcher form = DURATION.matcher(text.get());
    if (form.matches()) {
      long number = Long.parseLong(form.group(1));
      Duration duration =
          switch (form.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            default -> Duration.ofMinutes(number);
          };
      if (duration.compareTo(LONGEST) <= 0) {
        return duration;
      }
    }
    throw table.wrong(
        key,
        "%s is not a duration up to 60m, such as 500ms, 10s or 5m: %s".formatted(key, text.get()));
  }

  private static List<String> lines(TomlFields table, String key) {
    return names(table, key, LINE, "one line");
  }

  private static List<String> names(TomlFields table, String key, Pattern form, String words) {
    List<String> all = table.strings(key);
    if (all.size() > 64) {
      throw table.wrong(key, key + " holds more than 64");
    }
    for (String one : all) {
      if (!form.matcher(one).matches()) {
        throw table.wrong(key, "%s holds what is not %s: %s".formatted(key, words, one));
      }
    }
    return all;
  }

  private static byte[] bytes(Path path, String shown) {
    try {
      if (Files.size(path) > MOST) {
        throw Failure.usage(shown + " is over 1 MB", "name a small text file");
      }
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new Failure(
          Files.exists(path) ? ExitCode.UNDECIDED : ExitCode.USAGE,
          "cannot read " + shown,
          "check the path and its permissions",
          e);
    }
  }
}
