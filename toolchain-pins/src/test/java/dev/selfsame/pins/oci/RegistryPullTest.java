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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
    return new Pin(
        "image",
        platform,
        null,
        null,
        0,
        new ImageRoot(reference(), null, manifest, config),
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
