package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.files.UserFolders;
import dev.selfsame.scenes.Records;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.OwnJvm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Promotions and deploys where the registry's disk has not one byte left, and has some again. */
@Timeout(300)
@Needs(Component.UNSHARE)
final class PromoteOnFullDiskTest {
  private static final String SCRIPT = "mount -t tmpfs -o size=24m none \"$0\" && exec \"$@\"";

  @TempDir private Path folder;

  @Test
  void a_promotion_is_refused_for_want_of_room_and_what_stood_is_served_until_there_is_some()
      throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    List<String> command =
        OwnJvm.mounted(
            SCRIPT,
            disk,
            OwnJvm.command(
                Child.class,
                List.of("-Xmx200m", "--enable-native-access=ALL-UNNAMED"),
                folder.toString(),
                disk.toString()));
    Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, child.waitFor(), said);
      assertTrue(said.endsWith("well\n"), said);
    } finally {
      child.destroyForcibly().waitFor();
    }
  }

  /** A server on the small disk, which nobody else sees, and commands with all else beside it. */
  static final class Child {
    private static final Pattern ADDRESS =
        Pattern.compile("listening on (http://127\\.0\\.0\\.1:\\d+),");
    private static final String DEPLOY = "/v2/deploy/viworks/agent/";
    private static final String REFUSED = "with status 507: the registry's disk is full";

    private final Records first = Records.of("the first");
    private final Records second = Records.of("the second");
    private final Path folder;
    private final Path disk;
    private final Path registry;
    private final RegistryScene scene;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private int pulled;

    private Child(Path folder, Path disk) {
      this.folder = folder;
      this.disk = disk;
      this.registry = disk.resolve("registry");
      this.scene = new RegistryScene(folder);
    }

    /** args: a folder, and the disk. */
    public static void main(String[] args) {
      int status = 1;
      try {
        new Child(Path.of(args[0]), Path.of(args[1])).run();
        System.out.println("well");
        status = 0;
      } catch (Throwable e) {
        e.printStackTrace(System.out);
      }
      System.out.flush();
      // Not exit, which would wait for a server that nobody has ended.
      Runtime.getRuntime().halt(status);
    }

    private void run() throws Exception {
      Thread server = serve();
      String url = listen(server);
      submit(first, url);
      promote(first, url, 0, "promoted: ");
      submit(second, url);
      serves(url, first, second);
      fill();
      promote(second, url, 3, REFUSED);
      serves(url, first, second);
      promote(second, registry.toString(), 3, "No space left");
      serves(url, first, second);
      // Also now that the log has no room for who has fetched it.
      promote(second, url, 3, REFUSED);
      serves(url, first, second);
      empty();
      serves(url, first, second);
      promote(second, url, 0, "promoted: ");
      serves(url, second, first);
      server.interrupt();
      server.join();
      requireSound();
    }

    private Thread serve() {
      Map<String, String> environment = Map.of("HOME", folder.toString());
      Main main =
          new Main(
              new Surroundings(
                  environment,
                  Hosted.clock(() -> scene.stage.now),
                  UserFolders.of(environment),
                  folder,
                  new Console(
                      new PrintStream(out, true, StandardCharsets.UTF_8),
                      new PrintStream(err, true, StandardCharsets.UTF_8),
                      false,
                      false)));
      return Thread.ofPlatform()
          .start(() ->
              main.run(
                  "serve",
                  "--data",
                  registry.toString(),
                  "--listen",
                  "127.0.0.1:0",
                  "--trust-root",
                  "trust-root.json"));
    }

    private String listen(Thread server) throws InterruptedException {
      while (server.isAlive()) {
        Matcher address = ADDRESS.matcher(out.toString(StandardCharsets.UTF_8));
        if (address.find()) {
          return address.group(1);
        }
        Thread.sleep(10);
      }
      throw new AssertionError(err());
    }

    private String err() {
      return err.toString(StandardCharsets.UTF_8);
    }

    private void submit(Records records, String at) {
      scene.stage.now = scene.stage.now.plusSeconds(60);
      scene.built(records);
      scene.registry = at;
      int status = scene.run("submit", "agent", "--record", "build-record.json", "--key=alice.key");
      assertEquals(0, status, scene.said() + err());
    }

    private void promote(Records records, String at, int status, String what) {
      scene.registry = at;
      int found =
          scene.run(
              "promote",
              "viworks/agent",
              "--policy=policy.toml",
              "--key=pat.key",
              "--digest",
              records.artifact().toString());
      assertEquals(status, found, scene.said() + err());
      assertTrue(scene.said().contains(what), scene.said() + err());
    }

    private HttpResponse<String> get(String address) throws Exception {
      try (HttpClient client = HttpClient.newHttpClient()) {
        return client.send(
            HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString());
      }
    }

    /** What is promoted is served whole, and nothing of what is not. */
    private void serves(String url, Records promoted, Records other) throws Exception {
      HttpResponse<String> manifest = get(url + DEPLOY + "manifests/production");
      assertEquals(200, manifest.statusCode(), manifest.body() + err());
      pulled++;
      assertTrue(manifest.body().contains(promoted.artifact().toString()), manifest.body());
      assertFalse(manifest.body().contains(other.artifact().toString()), manifest.body());
      HttpResponse<String> blob = get(url + DEPLOY + "blobs/" + promoted.artifact());
      assertEquals(200, blob.statusCode(), blob.body() + err());
      assertEquals(new String(promoted.binary, StandardCharsets.UTF_8), blob.body());
      HttpResponse<String> denied = get(url + DEPLOY + "blobs/" + other.artifact());
      assertEquals(403, denied.statusCode(), denied.body() + err());
    }

    /** Takes the last byte of the disk. */
    private void fill() throws IOException {
      for (int size = 1 << 16; size > 0; size /= 16) {
        try (OutputStream filler = Files.newOutputStream(disk.resolve("filler-" + size))) {
          while (true) {
            filler.write(new byte[size]);
          }
        } catch (IOException full) {
          continue;
        }
      }
      assertEquals(0, disk.toFile().getUsableSpace());
    }

    private void empty() throws IOException {
      try (Stream<Path> files = Files.list(disk)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Files.delete(file);
        }
      }
    }

    /** Nothing is left of what was refused, and the log has all who were served meanwhile. */
    private void requireSound() throws IOException {
      int status =
          scene.runPlain(
              "registry",
              "fsck",
              "--registry",
              registry.toString(),
              "--trust-root",
              "trust-root.json");
      assertEquals(0, status, scene.said());
      assertTrue(scene.said().contains("nothing is wrong"), scene.said());
      assertFalse(Files.exists(registry.resolve("catalogue.damaged-1.mv.db")), err());
      List<String> lines = Files.readAllLines(registry.resolve("audit.log"));
      assertEquals(
          pulled,
          lines.stream().filter(line -> line.contains("pull manifest")).count(),
          () -> String.join("\n", lines));
    }
  }
}
