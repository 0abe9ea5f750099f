package dev.selfsame.build.crates;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.Failure;
import dev.selfsame.pins.fetch.Proxies;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CargoConfigurationTest {
  private static final String MIRROR =
      """
      [source.crates-io]
      replace-with = "mirror"
      [source.mirror]
      registry = "sparse+https://mirror.example/index"
      """;

  @TempDir private Path folder;

  private CargoConfiguration read(Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(more);
    environment.putIfAbsent("HOME", folder.resolve("home").toString());
    return CargoConfiguration.read(folder.resolve("a/b"), environment);
  }

  private void write(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  @Test
  void without_a_replacement_it_is_crates_io() {
    assertEquals(CargoConfiguration.CRATES_IO, read(Map.of()).index());
  }

  @Test
  void a_replacement_above_the_project_or_in_the_users_home_holds() throws IOException {
    write("home/.cargo/config.toml", MIRROR);
    assertEquals(URI.create("https://mirror.example/index/"), read(Map.of()).index());

    write("a/.cargo/config.toml", MIRROR.replace("mirror.example", "nearer.example"));
    assertEquals(URI.create("https://nearer.example/index/"), read(Map.of()).index());
  }

  @Test
  void cargo_home_and_named_registries_hold() throws IOException {
    write("other/config", "[source.crates-io]\nreplace-with = \"corp\"\n");
    String cargoHome = folder.resolve("other").toString();

    assertEquals(
        URI.create("https://corp.example/"),
        read(Map.of(
                "CARGO_HOME",
                cargoHome,
                "CARGO_REGISTRIES_CORP_INDEX",
                "sparse+https://corp.example/"))
            .index());
  }

  @Test
  void the_environment_comes_first() throws IOException {
    write("a/.cargo/config.toml", MIRROR + "[registries.x]\nindex = \"sparse+http://x.example/\"");

    assertEquals(
        URI.create("http://x.example/"),
        read(Map.of("CARGO_SOURCE_CRATES_IO_REPLACE_WITH", "x")).index());
  }

  @Test
  void a_vendored_folder_is_passed_over() throws IOException {
    write(
        "a/.cargo/config.toml",
        "[source.crates-io]\nreplace-with = \"v\"\n[source.v]\ndirectory = \"vendor\"\n");

    assertEquals(CargoConfiguration.CRATES_IO, read(Map.of()).index());
  }

  @Test
  void a_git_index_and_a_circle_are_refused() throws IOException {
    write("a/.cargo/config.toml", MIRROR.replace("sparse+", ""));
    assertTrue(
        assertThrows(Failure.class, () -> read(Map.of()).index())
            .getMessage()
            .contains("by a git index"));

    write("a/.cargo/config.toml", "[source.crates-io]\nreplace-with = \"crates-io\"\n");
    assertTrue(
        assertThrows(Failure.class, () -> read(Map.of()).index()).getMessage().contains("circle"));
  }

  @Test
  void passwords_are_left_out_of_the_address_and_of_messages() throws IOException {
    write("a/.cargo/config.toml", MIRROR.replace("https://", "https://ci:s3cret@"));
    assertEquals(URI.create("https://mirror.example/index/"), read(Map.of()).index());

    for (String wrong : List.of("git+https://ci:s3cret@x/", "sparse+https://ci:s3cret@a b/")) {
      write("a/.cargo/config.toml", MIRROR.replace("sparse+https://mirror.example/index", wrong));
      Failure failure = assertThrows(Failure.class, () -> read(Map.of()).index());
      assertFalse(failure.getMessage().contains("s3cret"), failure.getMessage());
    }
  }

  @Test
  void a_proxy_is_taken_as_curl_takes_it() {
    Proxies proxies =
        new Proxies(
            Map.of(
                "HTTPS_PROXY", "http://proxy.example:3128",
                "HTTP_PROXY", "http://forged.example:1",
                "NO_PROXY", "inner.example, .local"),
            uri -> read(Map.of()).proxy());
    Proxy proxy =
        new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("proxy.example", 3128));

    assertEquals(proxy, proxies.select(URI.create("https://index.crates.io/")).getFirst());
    assertEquals(Proxy.NO_PROXY, proxies.select(URI.create("http://x.example/")).getFirst());
    assertEquals(Proxy.NO_PROXY, proxies.select(URI.create("https://a.inner.example/")).getFirst());
    assertEquals(Proxy.NO_PROXY, proxies.select(URI.create("https://b.local/")).getFirst());
  }

  @Test
  void cargos_own_proxy_comes_first_and_its_variable_before_its_file() throws IOException {
    write("a/.cargo/config.toml", "[http]\nproxy = \"http://anna:x@file.example:3128\"\n");
    assertEquals(Optional.of("http://anna:x@file.example:3128"), read(Map.of()).proxy());
    assertEquals(
        Optional.of("variable.example:80"),
        read(Map.of("CARGO_HTTP_PROXY", "variable.example:80")).proxy());
  }
}
