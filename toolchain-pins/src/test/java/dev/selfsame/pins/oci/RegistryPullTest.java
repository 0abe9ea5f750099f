package dev.selfsame.pins.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.ImageRoot;
import dev.selfsame.pins.Normalise;
import dev.selfsame.pins.Pin;
import dev.selfsame.pins.fetch.Mirrors;
import dev.selfsame.pins.root.Root;
import dev.selfsame.pins.root.RootCache;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Against a real registry, filled by Jib. */
@Needs(Component.DOCKER_REGISTRY)
class RegistryPullTest {
  @TempDir private Path folder;
  private Process registry;
  private int port;

  @BeforeEach
  void serve() throws Exception {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path config = folder.resolve("config.yml");
    Files.writeString(
        config,
        """
        version: 0.1
        storage:
          filesystem:
            rootdirectory: %s
        http:
          addr: 127.0.0.1:%d
        """
            .formatted(folder.resolve("storage"), port));
    registry =
        new ProcessBuilder(
                Component.DOCKER_REGISTRY.program().orElseThrow().toString(),
                "serve",
                config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    while (registry.isAlive() && !answers()) {
      Thread.sleep(50);
    }
  }

  @AfterEach
  void stop() throws Exception {
    registry.destroy();
    registry.waitFor();
  }

  private boolean answers() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private String reference() {
    return "127.0.0.1:" + port + "/test/image:1";
  }

  private JibContainer push(ImageFormat format) throws Exception {
    Path lower = Files.writeString(folder.resolve("lower"), "lower");
    Path upper = Files.writeString(folder.resolve("upper"), "upper");
    return Jib.fromScratch()
        .setFormat(format)
        .addLayer(List.of(lower), AbsoluteUnixPath.get("/usr/share"))
        .addLayer(List.of(upper), AbsoluteUnixPath.get("/usr/share"))
        .containerize(
            Containerizer.to(RegistryImage.named(reference()))
                .setAllowInsecureRegistries(true)
                .setBaseImageLayersCache(folder.resolve("jib1"))
                .setApplicationLayersCache(folder.resolve("jib2")));
  }

  private Pin pin(String platform, Digest manifest, @Nullable Digest config) {
    return pin(platform, null, manifest, config);
  }

  private Pin pin(
      String platform, @Nullable Digest index, Digest manifest, @Nullable Digest config) {
    return new Pin(
        "image",
        platform,
        null,
        null,
        0,
        new ImageRoot(reference(), index, manifest, config),
        Normalise.USUAL,
        manifest);
  }

  private RootCache roots() {
    return new RootCache(
        folder.resolve("cache"), Mirrors.ofMachine(folder.resolve("no-apt")), Progress.SILENT);
  }

  @ParameterizedTest
  @EnumSource(ImageFormat.class)
  void an_image_is_pulled_by_digest_and_unpacked(ImageFormat format) throws Exception {
    JibContainer image = push(format);
    Digest manifest = Digest.parse(image.getDigest().toString());
    Digest config = Digest.parse(image.getImageId().toString());
    Pin pin = pin("linux/amd64", manifest, config);
    Root root = roots().provide(pin);
    assertEquals("lower", Files.readString(root.directory().resolve("usr/share/lower")));
    assertEquals("upper", Files.readString(root.directory().resolve("usr/share/upper")));
    assertTrue(Files.isDirectory(root.directory().resolve("build")));
    assertEquals(List.of(), roots().check(pin, false).damage());
    stop();
    assertEquals(root, roots().provide(pin));
    Pin shorter = pin("linux/amd64", manifest, null);
    assertEquals(Optional.of(config), roots().imageOf(shorter));
    assertEquals(Optional.of(manifest), roots().manifestOf(shorter));
  }

  @Test
  void a_wrong_config_or_platform_is_bad_evidence() throws Exception {
    JibContainer image = push(ImageFormat.OCI);
    Digest manifest = Digest.parse(image.getDigest().toString());
    Pin wrongConfig = pin("linux/amd64", manifest, manifest);
    assertEquals(
        ExitCode.BAD_EVIDENCE,
        assertThrows(Failure.class, () -> roots().provide(wrongConfig)).code());
    Pin wrongPlatform = pin("linux/arm64", manifest, null);
    assertEquals(
        ExitCode.BAD_EVIDENCE,
        assertThrows(Failure.class, () -> roots().provide(wrongPlatform)).code());
  }

  @Test
  void a_pin_is_held_against_its_image_also_when_the_root_is_there() throws Exception {
    JibContainer image = push(ImageFormat.OCI);
    Digest manifest = Digest.parse(image.getDigest().toString());
    Digest config = Digest.parse(image.getImageId().toString());
    Digest other = Digest.parse(push(ImageFormat.Docker).getDigest().toString());
    Root root = roots().provide(pin("linux/amd64", manifest, config));

    refused(pin("linux/amd64", manifest, other), "its configuration is " + config);
    Digest foreign = putIndex(other);
    refused(pin("linux/amd64", foreign, manifest, config), "does not name manifest " + manifest);
    Pin whole = pin("linux/amd64", putIndex(manifest), manifest, config);
    assertEquals(Optional.empty(), roots().find(whole));
    assertEquals(root, roots().provide(whole));
    assertEquals(Optional.of(root), roots().find(whole));
  }

  @Test
  void of_a_pin_by_an_index_it_is_known_which_manifest_gave_the_root() throws Exception {
    JibContainer image = push(ImageFormat.OCI);
    Digest manifest = Digest.parse(image.getDigest().toString());
    Digest index = putIndex(manifest);
    ImageRoot named = new ImageRoot(reference(), index, null, null);
    Pin pin = new Pin("image", "linux/amd64", null, null, 0, named, Normalise.USUAL, index);
    assertEquals(Optional.empty(), roots().manifestOf(pin));
    roots().provide(pin);
    assertEquals(Optional.of(manifest), roots().manifestOf(pin));
    assertEquals(Optional.of(Digest.parse(image.getImageId().toString())), roots().imageOf(pin));
  }

  /** A mirror may hold one platform alone. */
  @Test
  void where_the_manifest_is_named_an_index_that_cannot_be_had_is_done_without() throws Exception {
    Digest manifest = Digest.parse(push(ImageFormat.OCI).getDigest().toString());
    Digest missing = Digest.sha256(new byte[] {1});
    Pin pin = pin("linux/amd64", missing, manifest, null);
    Root root = roots().provide(pin);
    stop();
    assertEquals(Optional.of(root), roots().find(pin));
  }

  private void refused(Pin pin, String words) {
    assertEquals(Optional.empty(), roots().find(pin));
    Failure failure = assertThrows(Failure.class, () -> roots().provide(pin));
    assertEquals(ExitCode.BAD_EVIDENCE, failure.code());
    assertTrue(failure.getMessage().contains(words), failure.getMessage());
  }

  private Digest putIndex(Digest child) throws Exception {
    URI manifests = URI.create("http://127.0.0.1:%d/v2/test/image/manifests/".formatted(port));
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest ask =
          HttpRequest.newBuilder(URI.create(manifests + child.toString()))
              .header("Accept", "application/vnd.oci.image.manifest.v1+json")
              .header("Accept", "application/vnd.docker.distribution.manifest.v2+json")
              .build();
      var found = client.send(ask, HttpResponse.BodyHandlers.ofByteArray());
      assertEquals(200, found.statusCode());
      String type = found.headers().firstValue("Content-Type").orElseThrow();
      byte[] index =
          """
          {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[
          {"mediaType":"%s","digest":"%s","size":%d,
          "platform":{"os":"linux","architecture":"amd64"}}]}\
          """
              .formatted(type, child, found.body().length)
              .getBytes(StandardCharsets.UTF_8);
      Digest digest = Digest.sha256(index);
      HttpRequest put =
          HttpRequest.newBuilder(URI.create(manifests + digest.toString()))
              .header("Content-Type", "application/vnd.oci.image.index.v1+json")
              .PUT(HttpRequest.BodyPublishers.ofByteArray(index))
              .build();
      var answer = client.send(put, HttpResponse.BodyHandlers.ofString());
      assertEquals(201, answer.statusCode(), answer.body());
      return digest;
    }
  }

  @Test
  void what_an_older_version_noted_of_an_image_is_looked_at_again() throws Exception {
    JibContainer image = push(ImageFormat.OCI);
    Digest manifest = Digest.parse(image.getDigest().toString());
    Pin pin = pin("linux/amd64", manifest, null);
    Root root = roots().provide(pin);
    Path note = folder.resolve("cache/image-roots").resolve(manifest.hex());
    String whole = Files.readString(note);
    Files.writeString(note, root.diffId().toString());

    assertEquals(Optional.empty(), roots().find(pin));
    assertEquals(root, roots().provide(pin));
    assertEquals(whole, Files.readString(note));
  }

  @Test
  void a_manifest_that_nobody_has_cannot_be_told() {
    Pin pin = pin("linux/amd64", Digest.sha256(new byte[0]), null);
    Failure failure = assertThrows(Failure.class, () -> roots().provide(pin));
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertTrue(failure.getMessage().contains("status 404"), failure.getMessage());
  }

  @Test
  void a_layer_that_the_registry_has_altered_is_not_taken() throws Exception {
    JibContainer image = push(ImageFormat.OCI);
    try (var blobs = Files.walk(folder.resolve("storage"))) {
      for (Path data : blobs.filter(p -> p.endsWith("data")).toList()) {
        byte[] bytes = Files.readAllBytes(data);
        if (bytes.length > 2 && (bytes[0] & 0xff) == 0x1f) {
          bytes[bytes.length - 1] ^= 1;
          Files.write(data, bytes);
        }
      }
    }
    Pin pin = pin("linux/amd64", Digest.parse(image.getDigest().toString()), null);
    Failure failure = assertThrows(Failure.class, () -> roots().provide(pin));
    assertTrue(failure.getMessage().contains("wrong bytes"), failure.getMessage());
    assertFalse(Files.exists(folder.resolve("cache/roots/sha256")));
  }
}
