package dev.selfsame.store.remote;

import dev.selfsame.outcome.Failure;
import dev.selfsame.pins.fetch.StallGuard;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/**
 * Requests to one server. Redirects are not followed: neither evidence nor credentials are asked
 * for, or sent, elsewhere.
 */
final class Connection {
  /** The longest document that is read, 16 MiB; what it lists would be hundreds of thousands. */
  static final int MOST_DOCUMENT = 16 << 20;

  private static final int MOST_ERROR = 64 << 10;
  private static final int BUFFER = 1 << 16;

  /** A server that is written to may have to wait for another writer. */
  private static final int WRITES_WAIT = 3;

  private static final int TOO_MANY_REQUESTS = 429;

  /** So often, and after so many seconds at most, one comes again when a server asks for it. */
  private static final int MOST_AGAIN = 3;

  private static final int LONGEST_PAUSE = 5;

  /** At this many bytes a second an upload is given up. */
  private static final long SLOWEST = 50_000;

  /** And at this many a download, which a server could make last for years. */
  private static final long SLOWEST_DOWNLOAD = 5_000;

  private final Endpoint server;
  private final Credentials credentials;
  private final Duration patience;
  private final HttpClient client;
  private final StallGuard guard;
  private final Trouble trouble;

  Connection(Transport transport, Credentials credentials) {
    this.server = transport.server();
    this.credentials = credentials;
    this.patience = transport.patience();
    this.client = transport.client();
    this.guard = transport.guard();
    this.trouble = new Trouble(server, credentials);
  }

  /** What a failure of this server is called. */
  Trouble trouble() {
    return trouble;
  }

  /**
   * Reads a document.
   *
   * @throws Failure where the server does not answer 200
   */
  byte[] document(String path) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!fetch(path, out, MOST_DOCUMENT)) {
      throw Failure.undecided(
          "%s answers %s with more than %d bytes".formatted(server, path, MOST_DOCUMENT),
          "is it a registry of Selfsame?");
    }
    return out.toByteArray();
  }

  private boolean fetch(String path, OutputStream out, long most) {
    return fetch(path, out, most, "").orElseThrow();
  }

  /**
   * Copies a body.
   *
   * @return whether it ended within {@code most} bytes; empty where there is no such blob
   * @throws Failure where the server does not answer 200, or {@code out} cannot be written
   */
  Optional<Boolean> fetchIfThere(String path, OutputStream out, long most) {
    return fetch(path, out, most, "BLOB_UNKNOWN");
  }

  private Optional<Boolean> fetch(String path, OutputStream out, long most, String absent) {
    HttpResponse<InputStream> answer = answer(path);
    try (InputStream body = answer.body()) {
      if (answer.statusCode() != 200) {
        byte[] said = said(path, body);
        if (!absent.isEmpty() && Trouble.code(said).equals(absent)) {
          return Optional.empty();
        }
        throw trouble.refused(path, answer, said);
      }
      return Optional.of(copy(path, body, out, most));
    } catch (IOException e) {
      throw trouble.cutOff(path, e);
    }
  }

  /** A server that has no room for an answer at this moment has nothing against the question. */
  private HttpResponse<InputStream> answer(String path) {
    HttpResponse<InputStream> answer = send(get(path), path);
    for (int again = 0; again < MOST_AGAIN; again++) {
      Optional<Duration> pause = pause(answer);
      if (pause.isEmpty()) {
        return answer;
      }
      leave(answer, path);
      sleep(pause.get());
      answer = send(get(path), path);
    }
    return answer;
  }

  /**
   * After which time the server asks one to come again. Source: RFC 6585, section 4; RFC 9110,
   * section 10.2.3.
   */
  private static Optional<Duration> pause(HttpResponse<?> answer) {
    return Optional.of(answer)
        .filter(refused -> refused.statusCode() == TOO_MANY_REQUESTS)
        .flatMap(refused -> refused.headers().firstValue("Retry-After"))
        .filter(seconds -> seconds.matches("[0-9]{1,4}"))
        .map(seconds -> Duration.ofSeconds(Math.min(Long.parseLong(seconds), LONGEST_PAUSE)));
  }

  /** What it says beside is read, so that the connection can be used again. */
  private void leave(HttpResponse<InputStream> answer, String path) {
    try (InputStream body = answer.body()) {
      var _ = said(path, body);
    } catch (IOException e) {
      throw trouble.cutOff(path, e);
    }
  }

  private static void sleep(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static Failure interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return Failure.undecided("interrupted", "run the command again", e);
  }

  /** A small document that goes with a status; of a longer one, its beginning. */
  private byte[] said(String path, InputStream body) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    copy(path, body, out, MOST_ERROR);
    return out.toByteArray();
  }

  private boolean copy(String path, InputStream body, OutputStream out, long most)
      throws IOException {
    try (StallGuard.Watch watch = guard.watch(body)) {
      byte[] buffer = new byte[BUFFER];
      long begun = System.nanoTime();
      long left = most;
      while (true) {
        int n = read(body, buffer, watch, path);
        if (n < 0) {
          return true;
        }
        watch.alive(n);
        if (n > left) {
          return false;
        }
        write(out, buffer, n);
        left -= n;
        requirePace(path, begun, most - left);
      }
    }
  }

  private void requirePace(String path, long begun, long bytes) {
    Duration longest = patience.multipliedBy(WRITES_WAIT).plusSeconds(bytes / SLOWEST_DOWNLOAD);
    if (System.nanoTime() - begun > longest.toNanos()) {
      throw trouble.slow(path, bytes, SLOWEST_DOWNLOAD);
    }
  }

  private int read(InputStream body, byte[] buffer, StallGuard.Watch watch, String path)
      throws IOException {
    try {
      int n = body.read(buffer);
      if (n < 0 && watch.stalled()) {
        throw trouble.silent(path, patience);
      }
      return n;
    } catch (IOException e) {
      throw watch.stalled() ? trouble.silent(path, patience) : trouble.cutOff(path, e);
    }
  }

  private static void write(OutputStream out, byte[] buffer, int n) {
    try {
      out.write(buffer, 0, n);
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot write what was fetched: " + e.getMessage(), "check free space", e);
    }
  }

  /**
   * What a server says to what was sent.
   *
   * @param status 2xx, or one that the caller understands
   */
  record Answer(int status, String code) {}

  /** Sends a JSON document; statuses of 400 and above are failures, but for {@code understood}. */
  Answer post(String path, byte[] json, int understood) {
    return post(path, "application/json", BodyPublishers.ofByteArray(json), understood);
  }

  /** Sends bytes. */
  Answer upload(String path, BodyPublisher body, int understood) {
    return post(path, "application/octet-stream", body, understood);
  }

  private Answer post(String path, String type, BodyPublisher body, int understood) {
    Duration longest =
        patience.multipliedBy(WRITES_WAIT).plusSeconds(Math.max(0, body.contentLength()) / SLOWEST);
    HttpRequest request =
        request(path).POST(body).header("Content-Type", type).timeout(longest).build();
    HttpResponse<InputStream> answer = send(request, path);
    try (InputStream in = answer.body()) {
      byte[] said = said(path, in);
      int status = answer.statusCode();
      if (status / 100 == 2 || status == understood) {
        return new Answer(status, Trouble.code(said));
      }
      throw trouble.refused(path, answer, said);
    } catch (IOException e) {
      throw trouble.cutOff(path, e);
    }
  }

  private HttpRequest get(String path) {
    return request(path).timeout(patience).build();
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.at(path)).header("User-Agent", "selfsame");
    if (credentials instanceof Credentials.Header header) {
      request.header("Authorization", header.value());
    }
    return request;
  }

  private HttpResponse<InputStream> send(HttpRequest request, String path) {
    try {
      return client.send(request, BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw trouble.unreachable(path, e, patience);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }
}
