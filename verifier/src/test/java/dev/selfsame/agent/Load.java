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

/** Bounded load on one address: four clients, each asking again 20 ms after its answer. */
final class Load implements AutoCloseable {
  private static final int CLIENTS = 4;
  private static final long PAUSE_MILLIS = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .proxy(HttpClient.Builder.NO_PROXY)
          .build();
  private final List<String> lost = new CopyOnWriteArrayList<>();
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicLong slowest = new AtomicLong();
  private final List<Thread> clients = new ArrayList<>();
  private volatile boolean ended;

  private Load() {}

  static Load on(String address) {
    Load load = new Load();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address)).timeout(PATIENCE).GET().build();
    for (int i = 0; i < CLIENTS; i++) {
      load.clients.add(Thread.startVirtualThread(() -> load.ask(request)));
    }
    return load;
  }

  private void ask(HttpRequest request) {
    while (!ended) {
      long start = System.nanoTime();
      try {
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
          lost.add(answer.statusCode() + " " + answer.body().strip());
        }
        answered.incrementAndGet();
        slowest.accumulateAndGet((System.nanoTime() - start) / 1_000_000, Math::max);
        Thread.sleep(PAUSE_MILLIS);
      } catch (IOException e) {
        lost.add(e.toString());
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

  /** What was answered with anything but 200, or not at all. */
  List<String> lost() {
    return List.copyOf(lost);
  }

  String summary() {
    return "%d requests, %d lost, the slowest took %d ms"
        .formatted(answered.get(), lost.size(), slowest.get());
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
