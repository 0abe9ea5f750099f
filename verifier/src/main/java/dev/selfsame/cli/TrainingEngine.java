package dev.selfsame.cli;

import dev.selfsame.digest.Digest;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/**
 * Answers as Docker's engine does (API 1.41: ContainerInspect, ImageInspect, ContainerArchive) when
 * it is asked for one container with one file, so that a training run needs no engine. It answers
 * that alone, and nobody but a training run asks it.
 */
final class TrainingEngine implements AutoCloseable {
  static final String CONTAINER = "training";
  private static final String ID = Digest.sha256(CONTAINER.getBytes(StandardCharsets.UTF_8)).hex();
  private static final int LONGEST_HEAD = 16 << 10;

  private final ServerSocketChannel server;
  private final Path archive;
  private final String stat;

  private TrainingEngine(ServerSocketChannel server, Path archive, String stat) {
    this.server = server;
    this.archive = archive;
    this.stat = stat;
  }

  /**
   * Listens.
   *
   * @param socket where; at most about 100 characters
   * @param archive a tar with the file alone, under its own name
   * @param file what is in the archive
   * @throws IOException where the system has no such sockets
   */
  static TrainingEngine start(Path socket, Path archive, Path file) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(socket));
      String stat =
          """
          {"name":"%s","size":%d,"mode":493,"mtime":"2026-01-01T00:00:00Z","linkTarget":""}\
          """
              .formatted(file.getFileName(), Files.size(file));
      TrainingEngine engine =
          new TrainingEngine(
              server,
              archive,
              Base64.getEncoder().encodeToString(stat.getBytes(StandardCharsets.UTF_8)));
      Thread.ofPlatform().daemon().name("engine").start(engine::listen);
      return engine;
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private void listen() {
    try {
      while (true) {
        SocketChannel client = server.accept();
        Thread.ofPlatform().daemon().name("engine-client").start(() -> serve(client));
      }
    } catch (IOException e) {
      // Closed: nobody asks any more.
    }
  }

  private void serve(SocketChannel client) {
    try (client;
        InputStream in = new BufferedInputStream(Channels.newInputStream(client));
        OutputStream out = Channels.newOutputStream(client)) {
      for (String target = target(in); !target.isEmpty(); target = target(in)) {
        out.write(answer(target));
      }
    } catch (IOException e) {
      // The client hung up, which is how it ends.
    }
  }

  /** What the next request asks for, empty at the end; none of them has a body. */
  private static String target(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0 || head.length() > LONGEST_HEAD) {
        return "";
      }
      head.append((char) next);
    }
    return head.toString().split(" ", 3)[1];
  }

  private byte[] answer(String target) throws IOException {
    if (target.contains("/archive?")) {
      return http(
          "application/x-tar",
          "X-Docker-Container-Path-Stat: " + stat + "\r\n",
          Files.readAllBytes(archive));
    }
    String json = target.contains("/images/") ? image() : container();
    return http("application/json", "", json.getBytes(StandardCharsets.UTF_8));
  }

  /** In chunks, as an engine sends what is long. */
  private static byte[] http(String type, String more, byte[] body) throws IOException {
    String head =
        """
        HTTP/1.1 200 OK\r
        Api-Version: 1.41\r
        Content-Type: %s\r
        %sTransfer-Encoding: chunked\r
        \r
        %x\r
        """
            .formatted(type, more, body.length);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(head.getBytes(StandardCharsets.US_ASCII));
    bytes.write(body);
    bytes.write("\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    return bytes.toByteArray();
  }

  /** Its main process is this one. */
  private static String container() {
    return """
    {"Id":"%1$s","Name":"/%2$s","Path":"/opt/binary","Args":[],"Image":"sha256:%1$s",\
    "State":{"Status":"running","Running":true,"Paused":false,"Pid":%3$d,\
    "StartedAt":"2026-01-01T00:00:00Z"},\
    "Config":{"Image":"%2$s","User":"","WorkingDir":""},\
    "NetworkSettings":{"Ports":{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":"80"}]},\
    "Networks":{"bridge":{"IPAddress":"172.17.0.2","GlobalIPv6Address":""}}}}
    """
        .formatted(ID, CONTAINER, ProcessHandle.current().pid());
  }

  private static String image() {
    return """
    {"Id":"sha256:%s","RepoDigests":[],"Os":"linux","Architecture":"amd64"}
    """
        .formatted(ID);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
