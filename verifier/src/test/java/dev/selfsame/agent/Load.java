package dev.selfsame.agent;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounded load through nginx: four clients, each asking again 20 ms after its answer. Half of them
 * write: a proxy does not ask a second time on its own what may have been done the first time.
 */
final class Load implements AutoCloseable {
  private static final int CLIENTS = 4;
  private static final long PAUSE_MILLIS = 20;
  private static final String REPORT = "{\"host\":\"web-1\",\"load\":0.5,\"memory_used_bytes\":1}";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .proxy(HttpClient.Builder.NO_PROXY)
          .build();
  private final List<String> lost = new CopyOnWriteArrayList<>();
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger written = new AtomicInteger();
  private final AtomicLong slowest = new AtomicLong();
  private final List<Thread> clients = new ArrayList<>();
  private volatile boolean ended;

  private Load() {}

  /**
   * @param reports where reports are written, and each host's last one is read
   */
  static Load on(String reports) {
    Load load = new Load();
    HttpRequest read =
        HttpRequest.newBuilder(URI.create(reports + "/web-1")).timeout(PATIENCE).GET().build();
    HttpRequest write =
        HttpRequest.newBuilder(URI.create(reports))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(REPORT))
            .build();
    for (int i = 0; i < CLIENTS; i++) {
      boolean writes = i % 2 == 0;
      load.clients.add(
          Thread.startVirtualThread(() -> load.ask(writes ? write : read, writes ? 201 : 200)));
    }
    return load;
  }

  private void ask(HttpRequest request, int wanted) {
    while (!ended) {
      long start = System.nanoTime();
      try {
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != wanted) {
          lost.add(
              "%s: %d %s".formatted(request.method(), answer.statusCode(), answer.body().strip()));
        }
        answered.incrementAndGet();
        if (wanted == 201) {
          written.incrementAndGet();
        }
        slowest.accumulateAndGet((System.nanoTime() - start) / 1_000_000, Math::max);
        Thread.sleep(PAUSE_MILLIS);
      } catch (IOException e) {
        lost.add(request.method() + ": " + e);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Waits for so many answers more. */
  void awaitAnswers(int more) throws Exception {
    int wanted = answered.get() + more;
    Eventually.answer(answered::get, count -> count >= wanted);
  }

  /** What was answered with anything but 200 or, where it was written, 201; or not at all. */
  List<String> lost() {
    return List.copyOf(lost);
  }

  String summary() {
    return "%d requests, %d of them POST, %d lost, the slowest took %d ms"
        .formatted(answered.get(), written.get(), lost.size(), slowest.get());
  }

  @Override
  public void close() throws InterruptedException {
    ended = true;
    for (Thread one : clients) {
      one.join();
    }
    client.close();
  }
}
