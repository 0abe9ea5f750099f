package dev.selfsame.oci.http;

import dev.selfsame.digest.Digest;
import dev.selfsame.oci.OciError;
import dev.selfsame.oci.OciError.Code;
import dev.selfsame.oci.Reference;
import dev.selfsame.oci.StagingRepositories;
import dev.selfsame.store.Blob;
import dev.selfsame.store.RepositoryName;
import io.helidon.http.HeaderNames;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code /v2/NAME/blobs/uploads/…} */
final class UploadHandler {
  private static final Pattern RANGE =
      Pattern.compile("(?:bytes )?(\\d{1,18})-(\\d{1,18})(?:/.*)?");

  private final StagingRepositories staging;
  private final Gate gate;
  private final long mostBytes;
  private final Optional<Room> room;

  /** Bytes that were announced and have not come yet, of all uploads. */
  private final AtomicLong promised = new AtomicLong();

  UploadHandler(StagingRepositories staging, Gate gate, long mostBytes, Optional<Room> room) {
    this.staging = staging;
    this.gate = gate;
    this.mostBytes = mostBytes;
    this.room = room;
  }

  /** Begins an upload, takes a whole blob at once, or mounts one. */
  void begin(Exchange exchange, RepositoryName name) throws IOException {
    if (!exchange.method().equals("POST")) {
      throw OciHandler.unsupported(exchange);
    }
    Optional<Digest> mount = exchange.query("mount").map(Reference::digest);
    if (mount.isPresent()) {
      // A repository that is none has no blob to mount.
      Optional<RepositoryName> from = exchange.query("from").flatMap(UploadHandler::repository);
      boolean named = exchange.query("from").isPresent();
      Optional<Blob> mounted =
          named && from.isEmpty()
              ? Optional.empty()
              : staging.mount(
                  name,
                  mount.get(),
                  from.orElse(null),
                  there -> gate.maySee(exchange, there.value()));
      if (mounted.isPresent()) {
        created(exchange, name, mount.get());
        return;
      }
    }
    room.ifPresent(left -> left.require(0));
    Optional<Digest> whole = exchange.query("digest").map(Reference::digest);
    String id = staging.begin();
    if (whole.isPresent()) {
      try {
        take(exchange, id, -1);
        finish(exchange, name, id, whole.get());
      } catch (IOException | RuntimeException e) {
        staging.abandon(id);
        throw e;
      }
      return;
    }
    at(exchange, name, id, 0).send(202);
  }

  void change(Exchange exchange, RepositoryName name, String shown) throws IOException {
    String id = UploadId.of(name, shown).stored();
    switch (exchange.method()) {
      case "GET", "HEAD" -> at(exchange, name, id, staging.received(id)).send(204);
      case "PATCH" -> at(exchange, name, id, take(exchange, name, id)).send(202);
      case "PUT" -> {
        Digest digest =
            exchange
                .query("digest")
                .map(Reference::digest)
                .orElseThrow(
                    () -> new OciError(Code.DIGEST_INVALID, "an upload ends with ?digest="));
        take(exchange, name, id);
        finish(exchange, name, id, digest);
      }
      case "DELETE" -> {
        staging.cancel(id);
        exchange.send(204);
      }
      default -> throw OciHandler.unsupported(exchange);
    }
  }

  private long take(Exchange exchange, RepositoryName name, String id) throws IOException {
    Optional<String> header = exchange.header(HeaderNames.CONTENT_RANGE);
    if (header.isEmpty()) {
      return take(exchange, id, -1);
    }
    Matcher range = RANGE.matcher(header.get());
    if (!range.matches()) {
      throw new OciError(Code.RANGE_INVALID, "Content-Range is two places, such as 0-1023");
    }
    long from = Long.parseLong(range.group(1));
    long count = Long.parseLong(range.group(2)) - from + 1;
    if (count < 0
        || (exchange.contentLength().isPresent()
            && exchange.contentLength().getAsLong() != count)) {
      throw new OciError(Code.SIZE_INVALID, "Content-Range and Content-Length differ");
    }
    try {
      return take(exchange, id, from);
    } catch (OciError e) {
      if (e.code() == Code.RANGE_INVALID) {
        at(exchange, name, id, staging.received(id));
      }
      throw e;
    }
  }

  private long take(Exchange exchange, String id, long from) throws IOException {
    long announced = exchange.contentLength().orElse(-1);
    long left = mostBytes - staging.received(id);
    if (announced > left) {
      throw tooLarge();
    }
    AtomicLong coming = new AtomicLong(Math.max(0, announced));
    long all = promised.addAndGet(coming.get());
    try (InputStream body = exchange.body()) {
      if (announced > 0) {
        room.ifPresent(has -> has.require(all));
      }
      // Without a length it is seen as it comes.
      boolean watched = announced < 0 || announced > step();
      return staging.append(id, from, announced, watched ? limited(body, left, coming) : body);
    } finally {
      promised.addAndGet(-coming.get());
    }
  }

  private long step() {
    return room.map(Room::step).orElse(Long.MAX_VALUE / 2);
  }

  private OciError tooLarge() {
    return new OciError(Code.TOO_LARGE, "a blob has at most %d bytes here".formatted(mostBytes));
  }

  /**
   * @param coming of what was announced, which has its room; 0 where nothing was
   */
  private InputStream limited(InputStream body, long most, AtomicLong coming) {
    boolean announced = coming.get() > 0;
    return new FilterInputStream(body) {
      private long left = most;
      private final long step = step();
      private long unlooked = step;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int from, int count) throws IOException {
        int read = in.read(bytes, from, count);
        left -= Math.max(0, read);
        if (left < 0) {
          throw tooLarge();
        }
        unlooked += Math.max(0, read);
        if (announced) {
          long came = Math.clamp(read, 0, coming.get());
          coming.addAndGet(-came);
          promised.addAndGet(-came);
        }
        if (unlooked > step && read > 0) {
          unlooked = 0;
          room.ifPresent(has -> has.require(announced ? 0 : promised.get()));
        }
        return read;
      }
    };
  }

  private void finish(Exchange exchange, RepositoryName name, String id, Digest digest) {
    staging.finish(name, id, digest);
    created(exchange, name, digest);
  }

  private static void created(Exchange exchange, RepositoryName name, Digest digest) {
    exchange
        .set(HeaderNames.LOCATION, "/v2/%s/blobs/%s".formatted(name, digest))
        .set(Exchange.DIGEST, digest.toString())
        .send(201);
  }

  /** Where an upload is, and where it stands. */
  private static Exchange at(Exchange exchange, RepositoryName name, String id, long received) {
    String shown = UploadId.shown(name, id);
    return exchange
        .set(HeaderNames.LOCATION, "/v2/%s/blobs/uploads/%s".formatted(name, shown))
        .set(HeaderNames.RANGE, "0-" + Math.max(0, received - 1))
        .set(Exchange.UPLOAD_ID, shown);
  }

  private static Optional<RepositoryName> repository(String text) {
    try {
      return Optional.of(new RepositoryName(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
