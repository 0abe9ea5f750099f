package dev.selfsame.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.transport.DockerHttpClient;
import dev.selfsame.evidence.Json;
import dev.selfsame.evidence.MalformedDocumentException;
import dev.selfsame.outcome.Failure;
import dev.selfsame.where.ContainerState;
import dev.selfsame.where.ContainerState.Network;
import dev.selfsame.where.Where;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * An engine's description of a container, without its environment. Read as plain JSON: to bind it
 * to the library's model took three quarters of a second in a fresh JVM.
 */
final class Described {
  /** What Go writes for a time that never was. */
  private static final String NEVER = "0001-01-01T";

  private static final int LARGEST = 16 << 20;
  private static final int MOST_SAID = 1000;

  private Described() {}

  /**
   * Asks for it (Docker Engine API, ContainerInspect and ImageInspect).
   *
   * @throws Failure (undecided) where there is no such container
   * @throws IOException where the answer lacks what every container has
   */
  static ContainerState state(DockerHttpClient http, Where.Container place) throws IOException {
    JsonNode answer =
        ask(http, "/containers/%s/json", place.container())
            .orElseThrow(() ->
                Failure.undecided(
                    "no such container: " + place.text(),
                    place.engine().word() + " ps -a lists containers"));
    JsonNode state = answer.path("State");
    String id = answer.path("Id").asText();
    if (!state.isObject() || !id.matches("[0-9a-f]{64}")) {
      throw new IOException("the daemon describes no container");
    }
    JsonNode config = answer.path("Config");
    Optional<JsonNode> image = image(http, answer);
    boolean alive = state.path("Running").asBoolean() || state.path("Paused").asBoolean();
    return new ContainerState(
        place.engine().word(),
        text(answer, "Name").replaceFirst("^/", ""),
        id,
        text(config, "Image"),
        sha256(text(answer, "Image")),
        image.map(of -> texts(of.path("RepoDigests"))).orElse(List.of()),
        image.map(of -> text(of, "Os") + "/" + text(of, "Architecture")).orElse(""),
        text(state, "Status"),
        text(state, "StartedAt").startsWith(NEVER) ? "" : text(state, "StartedAt"),
        command(answer),
        text(config, "User"),
        networks(answer.path("NetworkSettings").path("Networks")),
        ports(answer.path("NetworkSettings").path("Ports")),
        alive ? state.path("Pid").asLong() : 0,
        program(text(answer, "Path"), text(config, "WorkingDir")));
  }

  /** What stands at a path of the API; empty for nothing. */
  private static Optional<JsonNode> ask(DockerHttpClient http, String path, String of)
      throws IOException {
    DockerHttpClient.Request request =
        DockerHttpClient.Request.builder()
            .method(DockerHttpClient.Request.Method.GET)
            .path(path.formatted(URLEncoder.encode(of, StandardCharsets.UTF_8)))
            .build();
    try (DockerHttpClient.Response response = http.execute(request)) {
      if (response.getStatusCode() == 404) {
        return Optional.empty();
      } else if (response.getStatusCode() != 200) {
        throw new IOException(
            new String(response.getBody().readNBytes(MOST_SAID), StandardCharsets.UTF_8).strip());
      }
      byte[] body = response.getBody().readNBytes(LARGEST + 1);
      if (body.length > LARGEST) {
        throw new IOException("the daemon's description is longer than 16 MiB");
      }
      return Optional.of(Json.tree(body));
    } catch (MalformedDocumentException e) {
      throw new IOException("the daemon's description is malformed", e);
    }
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asText("");
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  /** Podman leaves the algorithm out. */
  private static String sha256(String id) {
    return id.isEmpty() || id.contains(":") ? id : "sha256:" + id;
  }

  /** Empty where it was removed by force, and the container lives on. */
  private static Optional<JsonNode> image(DockerHttpClient http, JsonNode answer)
      throws IOException {
    String id = text(answer, "Image");
    return id.isEmpty() ? Optional.empty() : ask(http, "/images/%s/json", id);
  }

  private static List<String> command(JsonNode answer) {
    List<String> words = new ArrayList<>(List.of(text(answer, "Path")));
    List<String> given = texts(answer.path("Args"));
    // Podman repeats the program as the first of its arguments.
    boolean repeated = !given.isEmpty() && given.getFirst().equals(words.getFirst());
    words.addAll(repeated ? given.subList(1, given.size()) : given);
    return Masked.words(words);
  }

  private static List<Network> networks(JsonNode all) {
    List<Network> networks = new ArrayList<>();
    byName(all)
        .forEach((name, network) ->
            networks.add(
                new Network(
                    name,
                    Stream.of(text(network, "IPAddress"), text(network, "GlobalIPv6Address"))
                        .filter(address -> !address.isEmpty())
                        .toList())));
    return networks;
  }

  private static Map<String, JsonNode> byName(JsonNode object) {
    Map<String, JsonNode> sorted = new TreeMap<>();
    object.properties().forEach(field -> sorted.put(field.getKey(), field.getValue()));
    return sorted;
  }

  private static List<String> ports(JsonNode all) {
    List<String> lines = new ArrayList<>();
    byName(all)
        .forEach((port, bindings) -> {
          if (bindings.isEmpty()) {
            lines.add(port + ", not published");
          }
          bindings.forEach(binding ->
              lines.add("%s at %s:%s".formatted(port, host(binding), text(binding, "HostPort"))));
        });
    return lines.stream().sorted().distinct().toList();
  }

  private static String host(JsonNode binding) {
    String ip = text(binding, "HostIp");
    return ip.isEmpty() ? "*" : ip.contains(":") ? "[" + ip + "]" : ip;
  }

  /** A name without a slash stays one: where it is found is decided when it is started. */
  private static String program(String path, String folder) {
    return path.startsWith("/") || !path.contains("/")
        ? path
        : (folder.endsWith("/") ? folder : folder + "/") + path;
  }
}
