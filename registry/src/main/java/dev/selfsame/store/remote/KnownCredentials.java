package dev.selfsame.store.remote;

import com.fasterxml.jackson.databind.JsonNode;
import dev.selfsame.attest.json.StrictJson;
import dev.selfsame.evidence.MalformedDocumentException;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where credentials come from: {@code SELFSAME_REGISTRY_TOKEN}; a user and {@code
 * SELFSAME_REGISTRY_PASSWORD}; else what {@code docker login} wrote for that very host.
 *
 * @param environment of the process
 * @param user named on the command line, or null
 */
public record KnownCredentials(Map<String, String> environment, @Nullable String user) {
  private static final long MOST_BYTES = 1 << 20;
  private static final String ADVICE =
      "give SELFSAME_REGISTRY_TOKEN, or SELFSAME_REGISTRY_USER and SELFSAME_REGISTRY_PASSWORD,"
          + " or run: docker login ";

  /**
   * The credentials for a server.
   *
   * @throws Failure exit 2 where they were given and would be sent in the clear, or are not whole;
   *     exit 3 where Docker's configuration cannot be read
   */
  public Credentials forServer(Endpoint server) {
    Optional<Credentials> given = given();
    if (given.isPresent() && !server.isSecret()) {
      throw Failure.usage(
          "credentials are not sent in the clear to " + server,
          "use https://, or take them out of the environment");
    }
    return given.orElseGet(() -> server.isSecret() ? ofDocker(server) : none(server));
  }

  /**
   * What {@code docker login} wrote for that very host, as an Authorization header's value; empty
   * where it wrote nothing, or keeps it in a helper. What the environment gives is for one's own
   * registry, and is sent to no other.
   *
   * @throws Failure exit 3 where Docker's configuration cannot be read
   */
  public String loggedInAt(Endpoint server) {
    return server.isSecret() && ofDocker(server) instanceof Credentials.Header header
        ? header.value()
        : "";
  }

  private static Credentials none(Endpoint server) {
    return new Credentials.None(
        server.isSecret()
            ? ADVICE + server.authority()
            : "use https://: credentials are not sent in the clear");
  }

  private Optional<Credentials> given() {
    String token = environment.getOrDefault("SELFSAME_REGISTRY_TOKEN", "");
    String name = user == null ? environment.getOrDefault("SELFSAME_REGISTRY_USER", "") : user;
    String password = environment.getOrDefault("SELFSAME_REGISTRY_PASSWORD", "");
    if (!token.isEmpty() && user == null) {
      return Optional.of(Credentials.bearer(requirePlain(token)));
    }
    if (name.isEmpty()) {
      return Optional.empty();
    }
    if (password.isEmpty() || name.indexOf(':') >= 0) {
      throw Failure.usage(
          "no password for the registry's user " + name, "set SELFSAME_REGISTRY_PASSWORD");
    }
    return Optional.of(Credentials.basic(name, password));
  }

  /** A header ends with its line. */
  private static String requirePlain(String token) {
    if (!token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw Failure.usage(
          "SELFSAME_REGISTRY_TOKEN has characters that no token has", "set it without them");
    }
    return token;
  }

  private Credentials ofDocker(Endpoint server) {
    String folder = environment.getOrDefault("DOCKER_CONFIG", "");
    Path file =
        (folder.isEmpty()
                ? Path.of(environment.getOrDefault("HOME", "/")).resolve(".docker")
                : Path.of(folder))
            .resolve("config.json");
    if (!Files.isRegularFile(file)) {
      return none(server);
    }
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw unreadable(file, "it is too large", null);
      }
      return in(StrictJson.parse(Files.readAllBytes(file)), server, file);
    } catch (IOException | MalformedDocumentException | IllegalArgumentException e) {
      throw unreadable(file, "it is malformed, or may not be read", e);
    }
  }

  private static Credentials in(JsonNode config, Endpoint server, Path file) {
    for (String key : keys(server)) {
      String helper = config.path("credHelpers").path(key).asText("");
      if (!helper.isEmpty()) {
        return inHelper(helper, server, file);
      }
      JsonNode auth = config.path("auths").path(key);
      String registryToken = auth.path("registrytoken").asText("");
      if (!registryToken.isEmpty()) {
        return Credentials.bearer(requirePlain(registryToken));
      }
      String pair = auth.path("auth").asText("");
      if (!pair.isEmpty()) {
        String plain = new String(Base64.getDecoder().decode(pair), StandardCharsets.UTF_8);
        int colon = plain.indexOf(':');
        if (colon < 1) {
          throw new IllegalArgumentException("no user and password");
        }
        return Credentials.basic(plain.substring(0, colon), plain.substring(colon + 1));
      }
      String store = config.path("credsStore").asText("");
      if (!store.isEmpty() && !auth.isMissingNode()) {
        return inHelper(store, server, file);
      }
    }
    return none(server);
  }

  private static Credentials inHelper(String helper, Endpoint server, Path file) {
    return new Credentials.None(
        "%s keeps the credentials in the helper docker-credential-%s, which is not supported; give"
                .formatted(file, helper)
            + " SELFSAME_REGISTRY_TOKEN, or SELFSAME_REGISTRY_USER and SELFSAME_REGISTRY_PASSWORD"
            + " for "
            + server.authority());
  }

  /** As Docker writes a server, now and in older versions. */
  private static List<String> keys(Endpoint server) {
    String host = server.authority();
    if (host.equals("registry-1.docker.io")) {
      return List.of("https://index.docker.io/v1/", "docker.io");
    }
    return List.of(host, server.toString(), server + "/", server + "/v2/", server + "/v1/");
  }

  private static Failure unreadable(Path file, String why, @Nullable Exception cause) {
    return new Failure(
        dev.selfsame.outcome.ExitCode.UNDECIDED,
        "cannot use the credentials in %s: %s".formatted(file, why),
        "repair it, or give credentials in the environment",
        cause);
  }
}
