package dev.selfsame.store.remote;

import com.fasterxml.jackson.databind.JsonNode;
import dev.selfsame.attest.json.StrictJson;
import dev.selfsame.evidence.MalformedDocumentException;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import javax.net.ssl.SSLException;

/**
 * What went wrong with a server, in one line.
 *
 * @param server which
 * @param credentials what it was told of who asks
 */
record Trouble(Endpoint server, Credentials credentials) {
  private static final int LONGEST_REASON = 300;
  private static final String CHECK = "check --registry, and that the server runs";

  /** Nothing was answered. */
  Failure unreachable(String path, IOException e, Duration patience) {
    if (e instanceof HttpTimeoutException) {
      return silent(path, patience);
    }
    if (e instanceof ConnectException) {
      String why =
          has(e, UnresolvedAddressException.class)
              ? "there is no such host"
              : e.getMessage() == null ? "connection refused" : e.getMessage();
      return Failure.undecided("cannot reach the registry %s: %s".formatted(server, why), CHECK, e);
    }
    if (e instanceof SSLException) {
      return Failure.undecided(
          "no TLS with the registry %s: %s".formatted(server, e.getMessage()),
          "name its certificate authority with --registry-ca, or check the URL",
          e);
    }
    return cutOff(path, e);
  }

  /** It answers too slowly, or not at all. */
  Failure silent(String path, Duration patience) {
    return Failure.undecided(
        "the registry %s sent nothing for %d s (%s)".formatted(server, patience.toSeconds(), path),
        "try again, or check the server");
  }

  /** It sends, and would never come to an end. */
  Failure slow(String path, long bytes, long slowest) {
    return Failure.undecided(
        "the registry %s has sent %d bytes, fewer than %d a second (%s)"
            .formatted(server, bytes, slowest, path),
        "try again over a better connection, or check the server");
  }

  /** An answer that ends before its end. */
  Failure cutOff(String path, IOException e) {
    return Failure.undecided(
        "the connection to the registry %s was cut off (%s): %s"
            .formatted(server, path, e.getMessage()),
        "run the command again",
        e);
  }

  /** An answer that cannot be read. */
  Failure malformed(String path, RuntimeException e) {
    return Failure.undecided(
        "%s answers %s with what no registry of Selfsame says: %s"
            .formatted(server, path, e.getMessage()),
        "check --registry: is it the right server, and nothing before it that answers instead?",
        e);
  }

  /** An answer other than the one that was asked for. */
  Failure refused(String path, HttpResponse<?> answer, byte[] body) {
    int status = answer.statusCode();
    String reason = reason(body);
    if (status / 100 == 3) {
      return Failure.undecided(
          "the registry %s sends one elsewhere, which is not followed: %s"
              .formatted(server, answer.headers().firstValue("Location").orElse("nowhere")),
          "name the right server with --registry");
    }
    return switch (status) {
      case 401 -> denied("wants to know who asks", reason);
      case 403 -> denied("refuses " + path, reason);
      case 404 ->
          Failure.undecided(
              "no %s at %s%s".formatted(path, server, reason),
              "check --registry: is it a registry of Selfsame, and of this version?");
      case 422 ->
          Failure.badEvidence(
              reason.isEmpty() ? "the registry says that evidence does not hold" : said(body),
              "see the registry's own folder, or restore it from a copy");
      default ->
          Failure.undecided(
              "the registry %s answers %s with status %d%s".formatted(server, path, status, reason),
              status >= 500 || status == 429
                  ? "try again, or see the server's log"
                  : "check --registry");
    };
  }

  private Failure denied(String what, String reason) {
    return Failure.undecided(
        "the registry %s %s%s".formatted(server, what, reason),
        credentials instanceof Credentials.None none
            ? none.advice()
            : "the credentials are not good for this: ask whoever runs the registry");
  }

  /** The message of an error document, after a colon, or nothing. */
  private static String reason(byte[] body) {
    String said = said(body);
    return said.isEmpty() ? "" : ": " + said;
  }

  private static String said(byte[] body) {
    String message = error(body, "message");
    return message.length() > LONGEST_REASON ? message.substring(0, LONGEST_REASON) + "…" : message;
  }

  /** The code of an error document, such as {@code DIGEST_INVALID}, or nothing. */
  static String code(byte[] body) {
    return error(body, "code");
  }

  /** Source: OCI Distribution Spec 1.1, "Error Codes". */
  private static String error(byte[] body, String field) {
    try {
      JsonNode errors = StrictJson.parse(body).path("errors");
      return errors.path(0).path(field).asText("");
    } catch (MalformedDocumentException e) {
      return "";
    }
  }

  private static boolean has(Throwable e, Class<?> cause) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (cause.isInstance(t)) {
        return true;
      }
    }
    return false;
  }
}
