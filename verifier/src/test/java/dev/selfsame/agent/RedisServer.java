package dev.selfsame.agent;

import dev.selfsame.suites.Component;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A Redis of its own: loopback only, a private port, nothing written to disk. */
final class RedisServer implements AutoCloseable {
  private final int port;
  private final Path folder;
  private @Nullable Process process;

  /** A server that does not run yet, and keeps its port through starts and stops. */
  RedisServer(Path folder) throws IOException {
    this.folder = folder;
    this.port = Ports.free();
  }

  String url() {
    return "redis://127.0.0.1:" + port + "/0";
  }

  /** Starts it, empty, and returns when it takes connections. */
  void start() throws Exception {
    String program = Component.REDIS.program().orElseThrow().toString();
    Process started =
        new ProcessBuilder(
                List.of(
                    program,
                    "--port",
                    Integer.toString(port),
                    "--bind",
                    "127.0.0.1",
                    "--save",
                    "",
                    "--appendonly",
                    "no",
                    "--dir",
                    folder.toString()))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("redis.log").toFile())
            .start();
    process = started;
    Eventually.answer(() -> !started.isAlive() || accepts(), Boolean::booleanValue);
    if (!started.isAlive()) {
      throw new IOException("redis-server ends with " + started.exitValue() + ", see " + folder);
    }
  }

  /** Stops it; what it held is gone. */
  void stop() throws InterruptedException {
    Process running = process;
    if (running != null) {
      running.destroy();
      if (!running.waitFor(30, TimeUnit.SECONDS)) {
        running.destroyForcibly().waitFor();
      }
      process = null;
    }
  }

  @Override
  public void close() throws InterruptedException {
    stop();
  }

  private boolean accepts() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }
}
