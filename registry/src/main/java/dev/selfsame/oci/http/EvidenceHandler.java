package dev.selfsame.oci.http;

import dev.selfsame.attest.claim.PromotionClaim;
import dev.selfsame.evidence.MalformedDocumentException;
import dev.selfsame.oci.Content;
import dev.selfsame.oci.EvidenceReading;
import dev.selfsame.oci.EvidenceWriting;
import dev.selfsame.oci.OciError;
import dev.selfsame.oci.OciError.Code;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.wire.Identity;
import dev.selfsame.store.wire.NewDeployment;
import dev.selfsame.store.wire.NewPromotion;
import dev.selfsame.store.wire.NewSubmission;
import io.helidon.http.HeaderNames;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** {@code /selfsame/v1/…}: evidence for clients that verify it themselves. */
final class EvidenceHandler {
  private static final int USUAL_PAGE = 1000;
  private static final String JSON = "application/json";

  private final EvidenceReading reading;
  private final EvidenceWriting writing;
  private final Optional<Room> room;

  EvidenceHandler(EvidenceReading reading, EvidenceWriting writing, Optional<Room> room) {
    this.room = room;
    this.reading = reading;
    this.writing = writing;
  }

  void handle(Exchange exchange, EvidenceRoute route) throws IOException {
    exchange.set(HeaderNames.CACHE_CONTROL, "no-store");
    switch (exchange.method()) {
      case "GET", "HEAD" -> read(exchange, route);
      case "POST" -> write(exchange, route);
      default -> throw OciHandler.unsupported(exchange);
    }
  }

  private void read(Exchange exchange, EvidenceRoute route) throws IOException {
    switch (route) {
      case EvidenceRoute.Identity() -> send(exchange, new Identity(reading.name()).json());
      case EvidenceRoute.Names(boolean promoted) -> {
        int n = exchange.pageSize(USUAL_PAGE);
        send(
            exchange,
            asked(() -> reading.names(promoted, exchange.query("last").orElse(null), n).json()));
      }
      case EvidenceRoute.ChannelsOf(var name) -> {
        int n = exchange.pageSize(USUAL_PAGE);
        send(
            exchange,
            asked(() -> reading.channels(name, exchange.query("last").orElse(null), n).json()));
      }
      case EvidenceRoute.About(var artifact) ->
          send(exchange, asked(() -> reading.about(artifact).json()));
      case EvidenceRoute.AChannel(var name, var channel) -> {
        int newest = newest(exchange);
        send(exchange, asked(() -> reading.channel(name, channel, newest).json()));
      }
      case EvidenceRoute.Submissions(var name) ->
          send(exchange, asked(() -> reading.staged(name).json()));
      case EvidenceRoute.Deployments(var name) ->
          send(exchange, asked(() -> reading.deployments(name).json()));
      case EvidenceRoute.OneAbout(var artifact, var bundle) ->
          send(exchange, asked(() -> reading.about(artifact, bundle)));
      case EvidenceRoute.Deployed(var name, var digest) ->
          send(exchange, asked(() -> reading.deployed(name, digest)));
      case EvidenceRoute.Staged(var name, var digest) ->
          send(exchange, asked(() -> reading.staged(name, digest)));
    }
  }

  private void write(Exchange exchange, EvidenceRoute route) throws IOException {
    switch (route) {
      case EvidenceRoute.Submissions(var name) -> {
        room.ifPresent(left -> left.require(exchange.contentLength().orElse(0)));
        byte[] body = exchange.body(NewSubmission.MOST_BYTES);
        writing.submit(name, parsed(body, NewSubmission::parse));
        exchange.send(204);
      }
      case EvidenceRoute.AChannel(var name, var channel) -> {
        byte[] body = exchange.body(NewPromotion.MOST_BYTES);
        NewPromotion record = parsed(body, NewPromotion::parse);
        // Before it is judged: the audit log names what was refused, too.
        exchange.steps(PromotionClaim.unverifiedAction(record.bundle()));
        writing.promote(name, channel, record);
        exchange.send(204);
      }
      case EvidenceRoute.Deployments(var name) -> {
        byte[] body = exchange.body(NewDeployment.MOST_BYTES);
        writing.deploy(name, parsed(body, NewDeployment::parse));
        exchange.send(204);
      }
      case EvidenceRoute.Identity _,
          EvidenceRoute.Names _,
          EvidenceRoute.About _,
          EvidenceRoute.OneAbout _,
          EvidenceRoute.ChannelsOf _,
          EvidenceRoute.Deployed _,
          EvidenceRoute.Staged _ ->
          throw OciHandler.unsupported(exchange);
    }
  }

  /** Evidence that does not hold is the answer here, and no trouble of the server's. */
  private static <T> T asked(Supplier<T> question) {
    try {
      return question.get();
    } catch (Failure e) {
      if (e.code() != ExitCode.BAD_EVIDENCE) {
        throw e;
      }
      throw new OciError(Code.EVIDENCE_INVALID, String.valueOf(e.getMessage()));
    }
  }

  private static <T> T parsed(byte[] body, Function<byte[], T> parser) {
    try {
      return parser.apply(body);
    } catch (MalformedDocumentException e) {
      throw new OciError(Code.MANIFEST_INVALID, "the request is malformed: " + e.getMessage());
    }
  }

  private static int newest(Exchange exchange) {
    try {
      return exchange.query("newest").map(Integer::parseInt).orElse(Integer.MAX_VALUE);
    } catch (NumberFormatException e) {
      throw new OciError(Code.PAGINATION_NUMBER_INVALID, "newest is a number");
    }
  }

  private static void send(Exchange exchange, byte[] json) {
    exchange.send(200, JSON, json);
  }

  private static void send(Exchange exchange, Content content) throws IOException {
    exchange.send(
        200,
        "application/octet-stream",
        content.size(),
        out -> content.write(0, content.size(), out));
  }
}
