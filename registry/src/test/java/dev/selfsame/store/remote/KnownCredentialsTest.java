package dev.selfsame.store.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KnownCredentialsTest {
  private static final Endpoint SERVER = Endpoint.parse("https://registry.example.org:5000");
  private static final Endpoint LOOPBACK = Endpoint.parse("http://127.0.0.1:5000");
  private static final Endpoint CLEAR = Endpoint.parse("http://registry.example.org:5000");

  @TempDir private Path folder;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void home() {
    environment.put("HOME", folder.toString());
  }

  private Credentials of(Endpoint server, @Nullable String user) {
    return new KnownCredentials(Map.copyOf(environment), user).forServer(server);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void assertHeader(String value, Credentials found) {
    assertEquals(value, assertInstanceOf(Credentials.Header.class, found).value());
    assertFalse(found.toString().contains(value.substring(value.indexOf(' ') + 1)));
  }

  private void docker(String json) throws Exception {
    Files.createDirectories(folder.resolve(".docker"));
    Files.writeString(folder.resolve(".docker/config.json"), json);
  }

  @Test
  void the_environment_comes_first() throws Exception {
    docker(
        "{\"auths\":{\"registry.example.org:5000\":{\"auth\":\"%s\"}}}".formatted(base64("d:d")));
    assertHeader("Basic " + base64("d:d"), of(SERVER, null));
    environment.put("SELFSAME_REGISTRY_USER", "eva");
    environment.put("SELFSAME_REGISTRY_PASSWORD", "pä:ss");
    assertHeader("Basic " + base64("eva:pä:ss"), of(SERVER, null));
    environment.put("SELFSAME_REGISTRY_TOKEN", "t0ken");
    assertHeader("Bearer t0ken", of(SERVER, null));
    assertHeader("Basic " + base64("other:pä:ss"), of(SERVER, "other"));
    assertHeader("Bearer t0ken", of(LOOPBACK, null));
  }

  @Test
  void half_of_them_is_a_usage_error() {
    Failure told = assertThrows(Failure.class, () -> of(SERVER, "eva"));
    assertEquals(ExitCode.USAGE, told.code());
    environment.put("SELFSAME_REGISTRY_PASSWORD", "x");
    assertThrows(Failure.class, () -> of(SERVER, "a:b"));
    environment.put("SELFSAME_REGISTRY_TOKEN", "a\nEvil: header");
    assertThrows(Failure.class, () -> of(SERVER, null));
  }

  @Test
  void nothing_is_sent_in_the_clear() throws Exception {
    docker(
        "{\"auths\":{\"registry.example.org:5000\":{\"auth\":\"%s\"}}}".formatted(base64("d:d")));
    assertInstanceOf(Credentials.None.class, of(CLEAR, null));
    environment.put("SELFSAME_REGISTRY_TOKEN", "t0ken");
    Failure told = assertThrows(Failure.class, () -> of(CLEAR, null));
    assertEquals(ExitCode.USAGE, told.code());
    assertFalse((told.getMessage() + told.hint()).contains("t0ken"));
  }

  @Test
  void dockers_are_for_their_host_alone() throws Exception {
    String auth = "{\"auth\":\"%s\"}".formatted(base64("d:d"));
    docker(
        "{\"auths\":{\"registry.example.org\":%s,\"https://index.docker.io/v1/\":%s}}"
            .formatted(auth, auth));
    Credentials.None none = assertInstanceOf(Credentials.None.class, of(SERVER, null));
    assertTrue(none.advice().contains("docker login registry.example.org:5000"), none.advice());
    assertHeader(
        "Basic " + base64("d:d"), of(Endpoint.parse("https://registry.example.org"), null));
    assertHeader(
        "Basic " + base64("d:d"), of(Endpoint.parse("https://REGISTRY.example.org:443/"), null));
    docker("{\"auths\":{\"https://registry.example.org:5000/v1/\":%s}}".formatted(auth));
    assertHeader("Basic " + base64("d:d"), of(SERVER, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"credHelpers\":{\"registry.example.org:5000\":\"pass\"}}",
        "{\"credsStore\":\"pass\",\"auths\":{\"registry.example.org:5000\":{}}}"
      })
  void a_helper_is_named_and_not_called(String config) throws Exception {
    docker(config);
    Credentials.None none = assertInstanceOf(Credentials.None.class, of(SERVER, null));
    assertTrue(none.advice().contains("docker-credential-pass, which is not supported"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not json",
        "{\"auths\":{\"registry.example.org:5000\":{\"auth\":\"!\"}}}",
        "{\"auths\":{\"registry.example.org:5000\":{\"auth\":\"bm8tY29sb24=\"}}}"
      })
  void a_file_that_cannot_be_read_is_told(String config) throws Exception {
    docker(config);
    Failure told = assertThrows(Failure.class, () -> of(SERVER, null));
    assertEquals(ExitCode.UNDECIDED, told.code());
    assertTrue(told.getMessage().contains("config.json"));
  }

  @Test
  void the_folder_of_dockers_configuration_may_be_another() throws Exception {
    Files.writeString(
        folder.resolve("config.json"),
        "{\"auths\":{\"registry.example.org:5000\":{\"registrytoken\":\"tok\"}}}");
    environment.put("DOCKER_CONFIG", folder.toString());
    assertHeader("Bearer tok", of(SERVER, null));
  }
}
