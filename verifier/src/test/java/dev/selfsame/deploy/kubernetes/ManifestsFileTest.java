package dev.selfsame.deploy.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.selfsame.deploy.Consent;
import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.DeployFileReader;
import dev.selfsame.deploy.Release;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.ImageSettings;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.file.RegistryFolder;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestsFileTest {
  private static final Digest ARTIFACT = Digest.sha256("program".getBytes(StandardCharsets.UTF_8));
  private static final Digest IMAGE = Digest.sha256("manifest".getBytes(StandardCharsets.UTF_8));
  private static final String HEALTH =
      """
      [health]
      live = "http://target:8080/health"
      ready = "http://target:8080/ready?deep=1"
      timeout = "45s"
      """;
  private static final String SMALL = HEALTH + "[kubernetes]\nregistry = \"reg.example.org\"\n";
  private static final String FULL =
      """
      stop-grace = "14500ms"
      arguments = ["--quiet", "$(LEVEL) $$(x) $5", "--config={config}"]
      [environment]
      LEVEL = "1e3"
      AWKWARD = "a: $(HOME) \\"no\\" # 'x'\\n- 0755"
      [secrets]
      names = ["PASSWORD"]
      to-environment = ["PASSWORD"]
      [config]
      template = "agent.toml"
      %s[kubernetes]
      registry = "reg.example.org:5000"
      name = "agent"
      namespace = "prod"
      replicas = 3
      pull-secret = "regcred"
      scratch = ["/tmp", "/run/agent"]
      [kubernetes.secrets]
      PASSWORD = "agent-postgres/password"
      [kubernetes.requests]
      cpu = "100m"
      memory = "64Mi"
      [kubernetes.limits]
      memory = "128Mi"
      [[kubernetes.from]]
      port = 8080
      [[kubernetes.from]]
      port = 8081
      pods = { "app.kubernetes.io/name" = "prometheus" }
      [[kubernetes.to]]
      port = 5432
      pods = { app = "postgres" }
      [[kubernetes.to]]
      port = 443
      """
          .formatted(HEALTH);

  @TempDir Path folder;

  @Test
  void a_pod_runs_the_promoted_image_by_digest_and_never_by_a_tag() throws IOException {
    Deployment deployment = only(Deployment.class, read(text(SMALL)));
    var container = deployment.getSpec().getTemplate().getSpec().getContainers().getFirst();
    assertEquals("reg.example.org/deploy/viworks/agent@" + IMAGE, container.getImage());
    Map<String, String> noted = deployment.getSpec().getTemplate().getMetadata().getAnnotations();
    assertEquals("viworks/agent", noted.get("selfsame.dev/name"));
    assertEquals("production", noted.get("selfsame.dev/channel"));
    assertEquals("4", noted.get("selfsame.dev/seq"));
    assertEquals(ARTIFACT.toString(), noted.get("selfsame.dev/artifact"));
    assertEquals(IMAGE.toString(), noted.get("selfsame.dev/image"));
  }

  @Test
  void a_bad_release_never_takes_a_good_pod_away() throws IOException {
    Deployment deployment = only(Deployment.class, read(text(SMALL)));
    var rolling = deployment.getSpec().getStrategy().getRollingUpdate();
    assertEquals(0, rolling.getMaxUnavailable().getIntVal());
    assertEquals(1, rolling.getMaxSurge().getIntVal());
    var container = deployment.getSpec().getTemplate().getSpec().getContainers().getFirst();
    assertEquals("/ready?deep=1", container.getReadinessProbe().getHttpGet().getPath());
    assertEquals("/health", container.getLivenessProbe().getHttpGet().getPath());
    assertEquals(45, container.getStartupProbe().getFailureThreshold());
    assertEquals(8080, container.getReadinessProbe().getHttpGet().getPort().getIntVal());
  }

  @Test
  void a_pod_may_do_nothing_that_it_need_not() throws IOException {
    var pod = only(Deployment.class, read(text(SMALL))).getSpec().getTemplate().getSpec();
    assertEquals(Map.of("kubernetes.io/arch", "amd64"), pod.getNodeSelector());
    var may = pod.getContainers().getFirst().getSecurityContext();
    assertTrue(pod.getSecurityContext().getRunAsNonRoot());
    assertEquals(65532, pod.getSecurityContext().getRunAsUser());
    assertEquals("RuntimeDefault", pod.getSecurityContext().getSeccompProfile().getType());
    assertFalse(pod.getAutomountServiceAccountToken());
    assertFalse(may.getAllowPrivilegeEscalation());
    assertFalse(may.getPrivileged());
    assertTrue(may.getReadOnlyRootFilesystem());
    assertEquals(List.of("ALL"), may.getCapabilities().getDrop());
  }

  @Test
  void what_is_written_reads_back_as_what_was_meant() throws IOException {
    String text = text(FULL);
    List<HasMetadata> objects = read(text);
    assertEquals(text, ManifestsYaml.of(objects));
    assertEquals(4, objects.size());
    assertEquals(2, only(Service.class, objects).getSpec().getPorts().size());
    var policy = only(NetworkPolicy.class, objects).getSpec();
    assertEquals(2, policy.getIngress().size());
    assertEquals(3, policy.getEgress().size(), "names, PostgreSQL, anyone's 443");
    var pod = only(Deployment.class, objects).getSpec().getTemplate().getSpec();
    var awkward = pod.getContainers().getFirst().getEnv().getFirst();
    assertEquals("AWKWARD", awkward.getName());
    assertEquals("a: $$(HOME) \"no\" # 'x'\n- 0755", awkward.getValue());
    assertEquals(
        List.of("--quiet", "$$(LEVEL) $$$$(x) $$5", "--config=/etc/agent/agent.toml"),
        pod.getContainers().getFirst().getArgs());
    assertEquals(15, pod.getTerminationGracePeriodSeconds());
    assertEquals("128Mi", quantity(pod.getContainers().getFirst().getResources().getLimits()));
  }

  private static String quantity(Map<String, ?> limits) {
    return String.valueOf(limits.get("memory"));
  }

  @Test
  void each_configuration_has_an_object_of_its_own_that_cannot_change() throws IOException {
    List<HasMetadata> first = read(text(FULL, "level = \"${LEVEL}\"\n"));
    List<HasMetadata> second = read(text(FULL, "level = \"other\"\n"));
    ConfigMap map = only(ConfigMap.class, first);
    assertEquals(Map.of("agent.toml", "level = \"1e3\"\n"), map.getData());
    assertTrue(map.getImmutable());
    String name = map.getMetadata().getName();
    assertFalse(name.equals(only(ConfigMap.class, second).getMetadata().getName()));
    var pod = only(Deployment.class, first).getSpec().getTemplate().getSpec();
    assertEquals(name, pod.getVolumes().getFirst().getConfigMap().getName());
    assertEquals(
        "/etc/agent/agent.toml",
        pod.getContainers().getFirst().getVolumeMounts().getFirst().getMountPath());
  }

  @Test
  void secrets_are_named_and_never_written() throws IOException {
    var container =
        only(Deployment.class, read(text(FULL)))
            .getSpec()
            .getTemplate()
            .getSpec()
            .getContainers()
            .getFirst();
    var password = container.getEnv().getLast();
    assertEquals("PASSWORD", password.getName());
    assertEquals("agent-postgres", password.getValueFrom().getSecretKeyRef().getName());
    assertEquals("password", password.getValueFrom().getSecretKeyRef().getKey());
    Failure refused = assertThrows(Failure.class, () -> text(FULL, "password = \"${PASSWORD}\"\n"));
    assertEquals(ExitCode.USAGE, refused.code());
    assertTrue(refused.getMessage().contains("PASSWORD"), refused.getMessage());
    String named = FULL.replace("replicas", "config-secret = \"whole/agent.toml\"\nreplicas");
    List<HasMetadata> objects = read(text(named, "password = \"${PASSWORD}\"\n"));
    assertEquals(3, objects.size(), "no ConfigMap");
    var volume =
        only(Deployment.class, objects).getSpec().getTemplate().getSpec().getVolumes().getFirst();
    assertEquals("whole", volume.getSecret().getSecretName());
  }

  @Test
  void the_same_release_and_settings_give_the_same_bytes() throws IOException {
    assertEquals(text(FULL), text(FULL));
    Path file = folder.resolve("out/agent.yaml");
    DeployFile settings = settings(SMALL, "");
    String image = new ManifestsFile(file).write(release(true), settings, Consent.NONE);
    assertEquals(ManifestsFile.text(release(true), settings), Files.readString(file));
    assertTrue(Files.readString(file).contains(image));
  }

  @Test
  void another_artifacts_manifests_are_replaced_only_where_that_was_asked() throws IOException {
    Path file = folder.resolve("agent.yaml");
    DeployFile settings = settings(SMALL, "");
    ManifestsFile manifests = new ManifestsFile(file);
    manifests.write(release(true), settings, Consent.NONE);
    manifests.write(release(true), settings, Consent.NONE);
    String other = Files.readString(file).replace("viworks/agent", "viworks/other");
    Files.writeString(file, other);
    Failure failure =
        assertThrows(Failure.class, () -> manifests.write(release(true), settings, Consent.NONE));
    assertEquals(ExitCode.USAGE, failure.code());
    assertEquals(other, Files.readString(file));
    manifests.write(release(true), settings, new Consent(true, false, false));
    assertFalse(Files.readString(file).contains("viworks/other"));
  }

  @Test
  void every_object_is_of_the_form_that_the_api_publishes() throws IOException {
    for (String settings : List.of(SMALL, FULL)) {
      for (JsonNode object : documents(text(settings))) {
        assertEquals(Set.of(), faults(object), object.path("kind").asText());
      }
    }
  }

  @Test
  void the_published_form_finds_a_field_that_the_api_does_not_have() throws IOException {
    JsonNode object = documents(text(SMALL)).getLast();
    assertEquals("Deployment", object.path("kind").asText());
    ((ObjectNode) object.path("spec").path("template").path("spec")).put("imagePulPolicy", "x");
    assertEquals(1, faults(object).size());
  }

  @Test
  @Needs(Component.KUBECTL)
  void kubectl_reads_every_object() throws Exception {
    Path file = folder.resolve("all.yaml");
    Files.writeString(file, text(FULL));
    // Of what needs no cluster, the one command that reads into kubectl's own types.
    Process kubectl =
        new ProcessBuilder(
                "kubectl", "annotate", "--local", "-f", file.toString(), "seen=yes", "-o", "name")
            .redirectErrorStream(true)
            .start();
    String said = new String(kubectl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, kubectl.waitFor(), said);
    assertEquals(4, said.lines().count(), said);
  }

  @ParameterizedTest
  @CsvSource({
    "registry = \"reg.example.org\", registry = \"https://reg\"",
    "replicas = 3, replicas = 0",
    "name = \"agent\", name = \"Agent_1\"",
    "namespace = \"prod\", namespace = \"../x\"",
    "cpu = \"100m\", cpu = \"100 m\"",
    "cpu = \"100m\", gpu = \"1\"",
    "port = 8081, port = 9999",
    "agent-postgres/password, agent-postgres",
    "PASSWORD = , OTHER = ",
    "http://target:8080/health, http://elsewhere:8080/health",
  })
  void what_a_cluster_would_refuse_is_refused_here(String right, String wrong) {
    String settings = FULL.replace("reg.example.org:5000", "reg.example.org").replace(right, wrong);
    if (wrong.contains("elsewhere")) {
      settings = settings.replace("http://target:8080/ready", "http://elsewhere:8080/ready");
    }
    String broken = settings;
    Failure refused = assertThrows(Failure.class, () -> text(broken));
    assertEquals(ExitCode.USAGE, refused.code(), refused.getMessage());
  }

  @Test
  void bounds_that_a_pod_would_not_have_are_refused() {
    Failure refused =
        assertThrows(Failure.class, () -> text(SMALL + "[container]\nmemory = \"256m\"\n"));
    assertEquals(ExitCode.USAGE, refused.code());
    assertTrue(refused.getMessage().contains("[container] is of docker:"), refused.getMessage());
  }

  @Test
  void without_an_image_or_without_a_registry_there_is_no_manifest() {
    DeployFile settings = settings(SMALL, "");
    Failure bare = assertThrows(Failure.class, () -> ManifestsFile.text(release(false), settings));
    assertEquals(ExitCode.NO, bare.code());
    Failure silent = assertThrows(Failure.class, () -> text(HEALTH));
    assertEquals(ExitCode.USAGE, silent.code());
  }

  private String text(String settings) {
    return text(settings, "level = \"info\"\n");
  }

  private String text(String settings, String template) {
    return ManifestsFile.text(release(true), settings(settings, template));
  }

  private DeployFile settings(String text, String template) {
    try {
      Files.writeString(folder.resolve("agent.toml"), template);
      Path file = folder.resolve("deploy.toml");
      Files.writeString(file, text);
      return DeployFileReader.read(file, "deploy.toml");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Release release(boolean withImage) {
    ImageSettings image =
        new ImageSettings(
            "trixie-runtime",
            "agent",
            "/usr/local/bin/agent",
            List.of(),
            65532,
            65532,
            "/etc/agent/agent.toml",
            List.of(8080, 8081),
            Map.of());
    return new Release(
        new ArtifactName("viworks/agent"),
        new ChannelName("production"),
        4,
        ARTIFACT,
        ARTIFACT,
        List.of(),
        "amd64",
        withImage
            ? Optional.of(new Release.RunImage(IMAGE, IMAGE, List.of(), "amd64", image))
            : Optional.empty(),
        RegistryFolder.create(folder.resolve("registry")).registry().blobs());
  }

  private static List<HasMetadata> read(String text) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<HasMetadata> objects = new ArrayList<>();
    for (JsonNode document : documents(text)) {
      Class<? extends HasMetadata> type =
          switch (document.path("kind").asText()) {
            case "ConfigMap" -> ConfigMap.class;
            case "Service" -> Service.class;
            case "NetworkPolicy" -> NetworkPolicy.class;
            default -> Deployment.class;
          };
      objects.add(json.treeToValue(document, type));
    }
    return objects;
  }

  private static List<JsonNode> documents(String text) throws IOException {
    YAMLMapper yaml = new YAMLMapper();
    try (MappingIterator<JsonNode> all = yaml.readerFor(JsonNode.class).readValues(text)) {
      return all.readAll();
    }
  }

  private static <T> T only(Class<T> type, List<HasMetadata> objects) {
    return objects.stream().filter(type::isInstance).map(type::cast).findFirst().orElseThrow();
  }

  private static Set<ValidationMessage> faults(JsonNode object) throws IOException {
    try (InputStream in = ManifestsFileTest.class.getResourceAsStream("kubernetes-1.37.json")) {
      ObjectNode schema = (ObjectNode) new ObjectMapper().readTree(in);
      String type =
          switch (object.path("kind").asText()) {
            case "ConfigMap", "Service" -> "core.v1." + object.path("kind").asText();
            case "NetworkPolicy" -> "networking.v1.NetworkPolicy";
            default -> "apps.v1.Deployment";
          };
      schema.put("$ref", "#/$defs/io.k8s.api." + type);
      JsonSchema compiled =
          JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema);
      return compiled.validate(object);
    }
  }
}
