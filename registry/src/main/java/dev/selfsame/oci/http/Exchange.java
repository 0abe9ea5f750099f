package dev.selfsame.oci.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.access.Caller;
import dev.selfsame.attest.claim.PromotionClaim;
import dev.selfsame.oci.OciError;
import dev.selfsame.oci.OciError.Code;
import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A request and the answer to it. */
final class Exchange {
  /** The handler of a request of which nothing is known yet. */
  static final String NO_HANDLER = "none";

  static final HeaderName DIGEST = HeaderNames.create("Docker-Content-Digest");
  static final HeaderName UPLOAD_ID = HeaderNames.create("Docker-Upload-UUID");
  static final HeaderName SUBJECT = HeaderNames.create("OCI-Subject");
  static final HeaderName TAG = HeaderNames.create("OCI-Tag");
  static final HeaderName FILTERS = HeaderNames.create("OCI-Filters-Applied");
  static final HeaderName LINK = HeaderNames.create("Link");
  static final HeaderName RETRY_AFTER = HeaderNames.create("Retry-After");

  private static final HeaderName API = HeaderNames.create("Docker-Distribution-Api-Version");
  private static final HeaderName FORWARDED_FOR = HeaderNames.create("X-Forwarded-For");
  private static final HeaderName FORWARDED_PROTO = HeaderNames.create("X-Forwarded-Proto");
  private static final int MOST_PAGE = 10_000;

  /** More than a manifest may have: who sends one that is too large has to hear of it. */
  private static final int MOST_UNWANTED = 16 << 20;

  private static final long UNWANTED_NANOS = 10_000_000_000L;

  private final ServerRequest request;
  private final ServerResponse response;
  private final Pace pace;
  private final LargeAnswers large;
  private final Proxies proxies;
  private final Metrics metrics;
  private @Nullable InputStream body;
  private long taken;
  private boolean streaming;
  private Caller caller = Caller.ANONYMOUS;
  private @Nullable String claimed;
  private @Nullable String address;
  private String handler = NO_HANDLER;
  private @Nullable Route route;
  private PromotionClaim.@Nullable Action step;
  private int status;
  private long sent;
  private @Nullable String reason;

  Exchange(
      ServerRequest request,
      ServerResponse response,
      Pace pace,
      LargeAnswers large,
      Proxies proxies,
      Metrics metrics) {
    this.request = request;
    this.large = large;
    this.proxies = proxies;
    this.metrics = metrics;
    this.response = response;
    this.pace = pace;
    response.header(API, "registry/2.0");
  }

  /** Who sends the request. */
  Caller caller() {
    return caller;
  }

  /** Notes who sends the request. */
  void from(Caller who) {
    caller = who;
  }

  /** Who sends the request by their own word alone: see {@link Audited}. */
  Optional<String> claimed() {
    return Optional.ofNullable(claimed);
  }

  /** Notes who somebody claims to be whose credentials do not hold. */
  void claims(Optional<String> user) {
    claimed = user.orElse(null);
  }

  /** Where the request comes from: the client's, where a believed proxy hands it on. */
  String address() {
    String known = address;
    if (known == null) {
      // For its rate, its entry and its line of the log alike.
      InetAddress from = origin();
      known = from == null ? "unknown" : from.getHostAddress();
      address = known;
    }
    return known;
  }

  /** Whether it comes from this machine. */
  boolean isLocal() {
    InetAddress from = origin();
    return from != null && from.isLoopbackAddress();
  }

  private @Nullable InetAddress origin() {
    return proxies.origin(peer(), () -> request.headers().all(FORWARDED_FOR, List::of));
  }

  /** The name of the peer is not asked for: that would be a look-up for each request. */
  private @Nullable InetAddress peer() {
    return request.remotePeer().address() instanceof InetSocketAddress address
        ? address.getAddress()
        : null;
  }

  /** Whether it came by TLS, to here or to a believed proxy. */
  boolean isSecure() {
    return request.isSecure()
        || (proxies.believes(peer())
            && header(FORWARDED_PROTO).filter("https"::equalsIgnoreCase).isPresent());
  }

  /** What kind of place the request asks for, as metrics name it. */
  String handler() {
    return handler;
  }

  /** Notes what kind of place the request asks for. */
  void to(String kind) {
    metrics.moved(handler, kind);
    handler = kind;
  }

  /** Notes what the request asks for. */
  void to(Route asked) {
    route = asked;
    to(asked.kind());
  }

  /** What the request asks for; empty where it is no place of the API, or was not let so far. */
  Optional<Route> route() {
    return Optional.ofNullable(route);
  }

  /** What is to be done in a channel by the word of the record that was sent. */
  Optional<PromotionClaim.Action> step() {
    return Optional.ofNullable(step);
  }

  /** Notes what is to be done in a channel; empty where nobody can tell. */
  void steps(Optional<PromotionClaim.Action> action) {
    step = action.orElse(null);
  }

  /** The status of the answer; 0 while there is none. */
  int status() {
    return status;
  }

  /** How many bytes of body were sent. */
  long sent() {
    return sent;
  }

  /** Why the request was refused. */
  Optional<String> reason() {
    return Optional.ofNullable(reason);
  }

  String method() {
    return request.prologue().method().text();
  }

  boolean isHead() {
    return method().equals("HEAD");
  }

  /** Whether the client wants the connection to end with this answer. */
  boolean isLast() {
    return request.headers().containsToken(HeaderValues.CONNECTION_CLOSE);
  }

  /** The path as it was sent. */
  String path() {
    return request.prologue().uriPath().rawPath();
  }

  Optional<String> query(String name) {
    return request.query().first(name).asOptional();
  }

  List<String> queries(String name) {
    return request.query().contains(name) ? request.query().all(name) : List.of();
  }

  /** All headers of a name, as they came. */
  List<String> headers(HeaderName name) {
    return request.headers().all(name, List::of);
  }

  Optional<String> header(HeaderName name) {
    return request.headers().first(name);
  }

  /** The media type of the request, without parameters; empty where it says none. */
  String contentType() {
    String type = header(HeaderNames.CONTENT_TYPE).orElse("");
    int semicolon = type.indexOf(';');
    return (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
  }

  /** How many bytes the request says that it has. */
  OptionalLong contentLength() {
    return request.headers().contentLength();
  }

  /** How many entries a list may have. */
  int pageSize(int usual) {
    Optional<String> asked = query("n");
    if (asked.isEmpty()) {
      return usual;
    }
    try {
      int n = Integer.parseInt(asked.get());
      if (n >= 0) {
        return Math.min(n, MOST_PAGE);
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new OciError(Code.PAGINATION_NUMBER_INVALID, "n is a number from 0");
  }

  /** What the client sends. Who closes it leaves the rest to {@link #drained}. */
  InputStream body() {
    if (body == null) {
      body = request.content().inputStream();
    }
    boolean hasLength =
        contentLength().isPresent() && !request.headers().contains(HeaderNames.TRANSFER_ENCODING);
    return new FilterInputStream(pace.of(body)) {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int from, int count) throws IOException {
        Wire.bodyHasLength(hasLength);
        try {
          int read = in.read(bytes, from, count);
          taken += Math.max(0, read);
          return read;
        } catch (InsufficientDataAvailableException e) {
          throw new EOFException("the client has broken off");
        } finally {
          Wire.bodyHasLength(false);
        }
      }
    };
  }

  /**
   * The whole body.
   *
   * @throws OciError where it has more bytes than {@code most}
   */
  byte[] body(int most) throws IOException {
    if (contentLength().orElse(0) > most) {
      throw tooLarge(most);
    }
    byte[] bytes;
    try (InputStream in = body()) {
      bytes = in.readNBytes(most + 1);
    }
    if (bytes.length > most) {
      throw tooLarge(most);
    }
    return bytes;
  }

  private static OciError tooLarge(int most) {
    return new OciError(Code.TOO_LARGE, "more than %d bytes".formatted(most));
  }

  Exchange set(HeaderName name, String value) {
    response.header(name, value);
    return this;
  }

  Exchange set(HeaderName name, List<String> values) {
    response.header(name, values.toArray(String[]::new));
    return this;
  }

  private void begin(int code) {
    status = code;
    response.status(Status.create(code));
    if (isLeft()) {
      response.header(HeaderValues.CONNECTION_CLOSE);
    }
  }

  /** Answers without a body. */
  void send(int code) {
    begin(code);
    pace.during(response::send);
  }

  /** Answers with a body, which HEAD is only told the size of. */
  void send(int code, String contentType, byte[] body) {
    if (body.length > PacedOutput.PIECE && !isHead()) {
      sendInPieces(code, contentType, body);
      return;
    }
    begin(code);
    response.header(HeaderNames.CONTENT_TYPE, contentType);
    if (isHead()) {
      response.header(HeaderNames.CONTENT_LENGTH, Integer.toString(body.length));
      pace.during(response::send);
    } else {
      sent = body.length;
      pace.during(() -> response.send(body));
    }
  }

  /**
   * Of an array that is sent at once nobody sees how far it is: it would have to go in one time.
   *
   * @throws OciError where so many are being sent that there is no memory for it
   */
  private void sendInPieces(int code, String contentType, byte[] body) {
    String client = address();
    if (!large.take(client, body.length)) {
      set(RETRY_AFTER, "1");
      throw new OciError(OciError.Code.TOOMANYREQUESTS, "too many large answers are being sent");
    }
    try {
      send(code, contentType, body.length, out -> out.write(body));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      large.giveBack(client, body.length);
    }
  }

  /** What writes a body. */
  interface Body {
    void write(OutputStream out) throws IOException;
  }

  /** Answers with a body of known size. */
  void send(int code, String contentType, long size, Body body) throws IOException {
    begin(code);
    response.header(HeaderNames.CONTENT_TYPE, contentType);
    response.header(HeaderNames.CONTENT_LENGTH, Long.toString(size));
    if (isHead()) {
      pace.during(response::send);
      return;
    }
    if (size == 0) {
      // Helidon sends nothing of an answer in which nothing is written, before it is over.
      pace.during(() -> response.send(new byte[0]));
      return;
    }
    streaming = true;
    try (OutputStream out = pace.of(response.outputStream(), Wire.socket())) {
      body.write(out);
    }
    sent = size;
  }

  /** Answers with an error document. Source: OCI Distribution Spec 1.1, "Error Codes". */
  void refuse(int status, String code, String message) {
    reason = message;
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.putArray("errors").addObject().put("code", code).put("message", message);
    send(status, "application/json", root.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Whether what the client still has of a body is not taken: then the connection has to end. */
  private boolean isLeft() {
    if (!request.content().hasEntity() || request.content().consumed()) {
      return false;
    }
    if (body == null && request.headers().containsToken(HeaderValues.EXPECT_100)) {
      return true;
    }
    return contentLength().orElse(0) - taken > MOST_UNWANTED;
  }

  /**
   * Takes what the client still sends of a body that nobody wanted.
   *
   * @return whether all of it was taken: else the connection has to end
   */
  boolean drained() throws IOException {
    if (!request.content().hasEntity() || request.content().consumed()) {
      return true;
    }
    if (isLeft()) {
      return false;
    }
    byte[] buffer = new byte[8 << 10];
    long end = System.nanoTime() + UNWANTED_NANOS;
    try (InputStream in = body()) {
      for (int left = MOST_UNWANTED; left > 0 && System.nanoTime() < end; ) {
        int read = in.read(buffer, 0, buffer.length);
        if (read < 0) {
          return true;
        }
        left -= read;
      }
      return false;
    }
  }

  /** Whether it came through a proxy that says so. */
  boolean isForwarded() {
    return header(FORWARDED_FOR).isPresent() || header(HeaderNames.FORWARDED).isPresent();
  }

  boolean begun() {
    return streaming || response.isSent();
  }
}
