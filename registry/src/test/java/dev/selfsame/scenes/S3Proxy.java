package dev.selfsame.scenes;

import dev.selfsame.store.s3.S3Settings;
import dev.selfsame.suites.Component;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** A real S3 server on a folder, in a process of its own, one for all suites of a process. */
public final class S3Proxy implements AutoCloseable {
  /** The bucket that is there. */
  public static final String BUCKET = "blobs";

  private static final Pattern TEMPORARY =
      Pattern.compile("-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$");
  private static final String KEY = "tester";

  /** The right key. */
  public static final String SECRET = "a secret of the tests";

  private final Path folder;
  private final int port;
  private Process process;
  private final S3Client client;

  private S3Proxy(Path folder, Process process, int port) {
    this.folder = folder;
    this.process = process;
    this.port = port;
    this.client =
        S3Client.builder()
            .endpointOverride(endpoint())
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .httpClientBuilder(Apache5HttpClient.builder())
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create(KEY, SECRET)))
            .build();
  }

  /** Gives the running server to whoever asks for one. */
  public static final class Running implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == S3Proxy.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      // Of this process: Surefire begins at a new root for each class.
      return context
          .getStore(
              ExtensionContext.StoreScope.LAUNCHER_SESSION,
              ExtensionContext.Namespace.create(S3Proxy.class))
          .computeIfAbsent(S3Proxy.class, _ -> start(), S3Proxy.class);
    }
  }

  /** Starts one more. */
  public static S3Proxy start() {
    try {
      Path folder = Files.createTempDirectory("s3proxy");
      Files.createDirectories(folder.resolve("data"));
      int port = free();
      Process process = run(folder, port);
      S3Proxy started = new S3Proxy(folder, process, port);
      // Tests that are broken off never come to what they do after all.
      Runtime.getRuntime().addShutdownHook(new Thread(started::kill));
      started.await();
      started.client.createBucket(b -> b.bucket(BUCKET));
      return started;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("starting S3Proxy", e);
    }
  }

  private static int free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Process run(Path folder, int port) throws IOException {
    Path settings =
        Files.writeString(
            folder.resolve("s3proxy.conf"),
            """
            s3proxy.endpoint=http://127.0.0.1:%d
            s3proxy.authorization=aws-v2-or-v4
            s3proxy.identity=%s
            s3proxy.credential=%s
            s3proxy.ignore-unknown-headers=true
            jclouds.provider=filesystem-nio2
            jclouds.filesystem.basedir=%s
            """
                .formatted(port, KEY, SECRET, folder.resolve("data")));
    ProcessBuilder builder =
        new ProcessBuilder(
            Component.S3PROXY.program().orElseThrow().toString(),
            "--properties",
            settings.toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    // What it does mostly is start; of the compilers' work for that, half is enough.
    builder
        .environment()
        .put("S3PROXY_JAVA_OPTS", "-Xmx384m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    return builder.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile()).start();
  }

  private void await() throws IOException, InterruptedException {
    for (int i = 0; i < 600; i++) {
      try {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
        return;
      } catch (ConnectException e) {
        if (!process.isAlive()) {
          break;
        }
        Thread.sleep(100);
      }
    }
    throw new IOException("S3Proxy does not start: " + Files.readString(folder.resolve("log")));
  }

  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** Starts a killed one again, at its old port and on its old folder. */
  public void restart() throws IOException, InterruptedException {
    process = run(folder, port);
    await();
  }

  public int port() {
    return port;
  }

  /** Where it is reached. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** The server as its own owner uses it. */
  public S3Client client() {
    return client;
  }

  /** Puts an object as one can who may write to the bucket. */
  public void put(String key, byte[] bytes) {
    client.putObject(p -> p.bucket(BUCKET).key(key), RequestBody.fromBytes(bytes));
  }

  /** Takes an object away as one can who may write to the bucket. */
  public void delete(String key) {
    client.deleteObject(d -> d.bucket(BUCKET).key(key));
  }

  /** Settings for a prefix of the bucket, through the server itself. */
  public S3Settings settings(String prefix, Path scratch) {
    return settings(endpoint(), BUCKET, prefix, scratch, SECRET, false);
  }

  /** Settings where one of them is another. */
  public S3Settings settings(
      @Nullable URI endpoint,
      String bucket,
      String prefix,
      Path scratch,
      String secret,
      boolean presign) {
    try {
      Path credentials =
          Files.writeString(
              scratch.resolve("credentials"),
              """
              [default]
              aws_access_key_id = %s
              aws_secret_access_key = %s
              """
                  .formatted(KEY, secret));
      return new S3Settings(
          endpoint,
          "us-east-1",
          bucket,
          prefix,
          true,
          credentials,
          scratch.resolve("spool"),
          presign);
    } catch (IOException e) {
      throw new IllegalStateException("writing credentials", e);
    }
  }

  public static String secret() {
    return SECRET;
  }

  /**
   * The keys of all objects under a prefix, without it. S3Proxy lists its own temporary files as
   * well, and leaves those of bodies that were cut off; S3 has none.
   */
  public List<String> keys(String prefix) {
    return client.listObjectsV2Paginator(l -> l.bucket(BUCKET).prefix(prefix)).contents().stream()
        .map(o -> o.key().substring(prefix.length()))
        .filter(key -> !TEMPORARY.matcher(key).find())
        .toList();
  }

  @Override
  public void close() throws IOException {
    client.close();
    kill();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
