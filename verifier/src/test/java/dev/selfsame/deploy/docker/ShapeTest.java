package dev.selfsame.deploy.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.core.DockerClientConfig;
import dev.selfsame.deploy.Declared;
import dev.selfsame.deploy.DeployFileReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What engines say of how a container is run, against what was declared and what its image says.
 */
class ShapeTest {
  private static final ObjectMapper JSON = DockerClientConfig.getDefaultObjectMapper();
  private static final String ID = "0123456789abcdef".repeat(4);

  private static final String DECLARED =
      """
      stop-grace = "5s"
      arguments = ["/etc/agent/agent.toml"]
      publish = ["127.0.0.1:18080:8080"]
      [environment]
      LEVEL = "info"
      [[networks]]
      name = "inner"
      [[networks]]
      name = "outer"
      aliases = ["agent"]
      [health]
      ready = "http://target:8080/ready"
      """;

  private static final String IMAGE =
      """
      {"User": "65532:65532", "Env": ["PATH=/usr/bin"], "Entrypoint": ["/usr/local/bin/agent"],
       "Cmd": null, "WorkingDir": "", "StopSignal": "SIGINT"}
      """;

  private static final String CONTAINER =
      """
      {"Id": "%1$s", "Name": "/agent", "Path": "/usr/local/bin/agent",
       "Args": ["/etc/agent/agent.toml"], "Mounts": [],
       "Config": {"Hostname": "0123456789ab", "User": "65532:65532",
         "Env": ["PATH=/usr/bin", "LEVEL=info"], "Cmd": ["/etc/agent/agent.toml"],
         "Entrypoint": ["/usr/local/bin/agent"], "WorkingDir": "%2$s", "StopSignal": "%3$s",
         "StopTimeout": 5, "Labels": {}},
       "HostConfig": %4$s,
       "NetworkSettings": {"Networks": {"inner": {"Aliases": ["0123456789ab"]},
         "outer": {"Aliases": ["agent", "0123456789ab", "agent"]}}}}
      """;

  @TempDir private Path folder;

  /** As an engine describes what a deployment has made. */
  private static ObjectNode container(String engine) throws IOException {
    boolean podman = engine.equals("podman");
    String host = podman ? BoundsTest.PODMAN : BoundsTest.DOCKER;
    String text = CONTAINER.formatted(ID, podman ? "/" : "", podman ? "2" : "SIGINT", host);
    ObjectNode all = (ObjectNode) JSON.readTree(text);
    ObjectNode confined = (ObjectNode) all.path("HostConfig");
    confined.put("ReadonlyRootfs", true);
    confined.set(
        "PortBindings",
        JSON.readTree("{\"8080/tcp\": [{\"HostIp\": \"127.0.0.1\", \"HostPort\": \"18080\"}]}"));
    return all;
  }

  private List<String> differences(String engine, JsonNode container) throws IOException {
    Path file = Files.writeString(folder.resolve("deploy.toml"), DECLARED);
    Declared declared = Declared.of(DeployFileReader.read(file, "deploy.toml"));
    Map<String, Object> written = JSON.readValue(IMAGE, new TypeReference<>() {});
    return Shape.of(
            JSON.treeToValue(container, InspectContainerResponse.class), engine.equals("podman"))
        .differences(
            declared, Shape.Image.of(JSON.readValue(IMAGE, ContainerConfig.class), written));
  }

  @Test
  void what_a_deployment_makes_is_as_it_was_declared() throws IOException {
    for (String engine : List.of("docker", "podman")) {
      assertEquals(List.of(), differences(engine, container(engine)));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "|Path|\"/bin/sh\"|another program is started than its image's",
        "|Args|[\"/tmp/agent.toml\"]|its arguments are others",
        "|Mounts|[{\"Type\": \"bind\", \"Destination\": \"/etc\"}]|of the machine is mounted at /etc",
        "Config|User|\"\"|its user is another than its image's",
        "Config|WorkingDir|\"/tmp\"|it is started in another folder than its image's",
        "Config|StopSignal|\"SIGKILL\"|another signal ends it than its image's",
        "Config|StopSignal|null|another signal ends it than its image's",
        "Config|StopTimeout|60|it gets 60 s to end, not 5",
        "Config|StopTimeout|null|it gets 10 s to end, not 5",
        "Config|Healthcheck|{\"Test\": [\"CMD\", \"/x\"]}|its engine executes something in it",
        "Config|Env|[\"PATH=/usr/bin\", \"LEVEL=debug\"]|variable LEVEL is another",
        "Config|Env|[\"PATH=/mnt\", \"LEVEL=info\"]|variable PATH was not declared",
        "HostConfig|ReadonlyRootfs|false|its files are not read-only",
        "HostConfig|NetworkMode|\"host\"|it has the machine's own network",
        "HostConfig|Memory|1048576|its memory is 1048576, not without limit",
        "HostConfig|PortBindings|{\"8080/tcp\": [{\"HostPort\": \"18080\"}]}|publishes :18080:8080, not",
        "HostConfig|PortBindings|{\"8080/udp\": [{\"HostIp\": \"127.0.0.1\", \"HostPort\": \"18080\"}]}|18080:8080/udp, not 127",
      })
  void whatever_is_another_is_told(String part, String field, String json, String phrase)
      throws IOException {
    ObjectNode all = container("docker");
    ObjectNode changed = part == null ? all : (ObjectNode) all.path(part);
    changed.set(field, JSON.readTree(json));
    List<String> said = differences("docker", all);
    assertTrue(String.join("; ", said).contains(phrase), said.toString());
    assertEquals(1, said.size(), said.toString());
  }

  @Test
  void a_network_and_a_name_on_it_are_told_where_they_are_others() throws IOException {
    ObjectNode all = container("docker");
    ObjectNode joined = (ObjectNode) all.path("NetworkSettings").path("Networks");
    joined.set("inner", JSON.readTree("{\"Aliases\": [\"0123456789ab\", \"postgres\"]}"));
    joined.set("outer", JSON.readTree("{\"Aliases\": null}"));
    joined.set("more", JSON.readTree("{}"));
    assertEquals(
        List.of(
            "it answers to postgres on network inner too",
            "it does not answer to agent on network outer",
            "it is on network more too"),
        differences("docker", all));
  }

  @Test
  void a_health_check_that_was_put_out_is_none() throws IOException {
    ObjectNode all = container("docker");
    ((ObjectNode) all.path("Config")).set("Healthcheck", JSON.readTree("{\"Test\": [\"NONE\"]}"));
    assertEquals(List.of(), differences("docker", all));
  }
}
