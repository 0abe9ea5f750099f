package dev.selfsame.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.transport.DockerHttpClient;
import java.io.IOException;
import java.time.Duration;

/**
 * How many processes a container has, as its daemon counts them: each second, or each five. Asked
 * of the daemon without the library's own model: on a machine with cgroup 1 Podman tells of less
 * than no processor time and leaves the sign out, and for that number the library would throw the
 * whole answer away.
 */
public final class ProcessCounts implements AutoCloseable {
  private static final Duration SILENCE = Duration.ofSeconds(30);
  private static final long AGAIN_MILLIS = 500;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final DockerHttpClient http;
  private final String path;
  private final Thread thread;
  private volatile long processes;
  private volatile boolean closed;

  private ProcessCounts(DockerHttpClient http, String container) {
    this.http = http;
    this.path = "/containers/" + container + "/stats?stream=true";
    this.thread = Thread.ofVirtual().name("processes of " + container).unstarted(this::count);
  }

  /** Begins to count. */
  public static ProcessCounts of(Daemon daemon, String container) {
    ProcessCounts counts = new ProcessCounts(daemon.http(SILENCE), container);
    counts.thread.start();
    return counts;
  }

  /** The last count; 0 where there was none yet. */
  public long last() {
    return processes;
  }

  private void count() {
    while (!closed) {
      try {
        follow();
        // The daemon's stream ends with the container, and with whatever goes wrong within it.
        Thread.sleep(AGAIN_MILLIS);
      } catch (InterruptedException over) {
        return;
      }
    }
  }

  private void follow() {
    DockerHttpClient.Request request =
        DockerHttpClient.Request.builder()
            .method(DockerHttpClient.Request.Method.GET)
            .path(path)
            .build();
    try (DockerHttpClient.Response answer = http.execute(request);
        MappingIterator<JsonNode> all =
            JSON.readerFor(JsonNode.class).readValues(answer.getBody())) {
      while (!closed && answer.getStatusCode() == 200 && all.hasNextValue()) {
        JsonNode current = all.nextValue().path("pids_stats").path("current");
        processes = current.isIntegralNumber() ? current.longValue() : processes;
      }
    } catch (IOException | RuntimeException broken) {
      // The library throws bare runtime exceptions where a connection fails. It is asked again.
      return;
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      http.close();
    } catch (IOException alreadyClosed) {
      return;
    }
  }
}
