package dev.selfsame.where;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selfsame.digest.Digest;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/** Debian's docker-registry on a free port of 127.0.0.1, and a client that pushes to it. */
public final class Registry implements AutoCloseable {
  private final Process process;
  private final String address;
  private final HttpClient client = HttpClient.newHttpClient();

  /** An Authorization header's value; empty for none. */
  private final String login;

  private Registry(Process process, String address, String login) {
    this.process = process;
    this.address = address;
    this.login = login;
  }

  public static Registry start(Path folder) throws IOException, InterruptedException {
    return start(folder, "", "");
  }

  /** One that wants an account. */
  public static Registry withAccount(Path folder, String user, String password)
      throws IOException, InterruptedException {
    byte[] salt = new byte[16];
    String hash = OpenBSDBCrypt.generate("2y", password.toCharArray(), salt, 5);
    Path users = Files.writeString(folder.resolve("users"), user + ":" + hash + "\n");
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return start(
        folder,
        "auth:\n  htpasswd:\n    realm: test\n    path: %s\n".formatted(users),
        "Basic " + Base64.getEncoder().encodeToString(pair));
  }

  private static Registry start(Path folder, String auth, String login)
      throws IOException, InterruptedException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Path configuration =
        Files.writeString(
            folder.resolve("registry.yml"),
            """
            version: 0.1
            storage:
              filesystem:
                rootdirectory: %s
            http:
              addr: 127.0.0.1:%d
            %s\
            """
                .formatted(folder.resolve("registry"), port, auth));
    Process process =
        new ProcessBuilder("docker-registry", "serve", configuration.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("registry.log").toFile())
            .start();
    Registry registry = new Registry(process, "127.0.0.1:" + port, login);
    for (int i = 0; i < 200 && !registry.answers(); i++) {
      Thread.sleep(50);
    }
    return registry;
  }

  private boolean answers() throws InterruptedException {
    try {
      return send(HttpRequest.newBuilder(uri("/v2/"))).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Host and port. */
  public String address() {
    return address;
  }

  /** Pushes a manifest over these layers; returns its digest. */
  public Digest push(String repository, String tag, String configType, List<byte[]> layers)
      throws IOException, InterruptedException {
    return push(repository, tag, configType, "{}", layers);
  }

  /** Pushes an image for linux/amd64 of these tars, lowest first; returns its manifest's digest. */
  public Digest pushImage(String repository, String tag, List<byte[]> tars)
      throws IOException, InterruptedException {
    String diffIds =
        tars.stream()
            .map(tar -> "\"%s\"".formatted(Digest.sha256(tar)))
            .collect(Collectors.joining(","));
    String config =
        """
        {"architecture":"amd64","os":"linux","config":{},\
        "rootfs":{"type":"layers","diff_ids":[%s]}}\
        """
            .formatted(diffIds);
    return push(repository, tag, "application/vnd.oci.image.config.v1+json", config, tars);
  }

  private Digest push(
      String repository, String tag, String configType, String configText, List<byte[]> layers)
      throws IOException, InterruptedException {
    byte[] config = configText.getBytes(StandardCharsets.UTF_8);
    String entries =
        layers.stream()
            .map(layer -> descriptor("application/vnd.oci.image.layer.v1.tar", layer))
            .collect(Collectors.joining(","));
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
        "config":%s,"layers":[%s]}\
        """
            .formatted(descriptor(configType, config), entries);
    blob(repository, config);
    for (byte[] layer : layers) {
      blob(repository, layer);
    }
    byte[] bytes = manifest.getBytes(StandardCharsets.UTF_8);
    HttpResponse<String> response =
        send(
            HttpRequest.newBuilder(uri("/v2/%s/manifests/%s".formatted(repository, tag)))
                .header("Content-Type", "application/vnd.oci.image.manifest.v1+json")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes)));
    assertEquals(201, response.statusCode(), response.body());
    return Digest.sha256(bytes);
  }

  private void blob(String repository, byte[] bytes) throws IOException, InterruptedException {
    HttpResponse<String> upload =
        send(
            HttpRequest.newBuilder(uri("/v2/%s/blobs/uploads/".formatted(repository)))
                .POST(HttpRequest.BodyPublishers.noBody()));
    String location = upload.headers().firstValue("Location").orElseThrow();
    URI at =
        URI.create(
            location + (location.contains("?") ? "&" : "?") + "digest=" + Digest.sha256(bytes));
    HttpResponse<String> put =
        send(
            HttpRequest.newBuilder(at)
                .header("Content-Type", "application/octet-stream")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes)));
    assertEquals(201, put.statusCode(), put.body());
  }

  private static String descriptor(String type, byte[] bytes) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(type, Digest.sha256(bytes), bytes.length);
  }

  private URI uri(String path) {
    return URI.create("http://" + address + path);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    if (!login.isEmpty()) {
      request.header("Authorization", login);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    process.destroy();
  }
}
