package dev.selfsame.store.s3;

import dev.selfsame.outcome.Failure;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;

/**
 * What users are told when the server refuses. The server's own words are left out but for its
 * error code: they may hold an access key's id.
 *
 * @param place the bucket and its server
 */
record Trouble(String place) {

  /** The request failed for good. */
  Failure of(String doing, Throwable e) {
    Reason reason = reason(e);
    return Failure.undecided(
        "%s: cannot %s: %s".formatted(place, doing, reason.what), reason.hint, e);
  }

  /** The answer is not one that S3 gives. */
  Failure wrong(String doing, String what) {
    return Failure.undecided(
        "%s: cannot %s: %s".formatted(place, doing, what),
        "check that the server is S3-compatible, and that nobody else writes to the bucket");
  }

  private record Reason(String what, String hint) {}

  private static Reason reason(Throwable e) {
    return e instanceof AwsServiceException answer ? answered(answer) : unanswered(e);
  }

  private static Reason answered(AwsServiceException e) {
    int status = e.statusCode();
    String code = e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorCode();
    String said = code == null ? "status " + status : "%s (%d)".formatted(code, status);
    if ("NoSuchBucket".equals(code)) {
      return new Reason("there is no such bucket", "make the bucket, or check its name");
    }
    if (status == 401 || status == 403) {
      return new Reason(
          "it is refused: " + said, "check the access key, its secret, and what it may do");
    }
    if (status == 301 || status == 307 || "AuthorizationHeaderMalformed".equals(code)) {
      return new Reason("the bucket is elsewhere: " + said, "check the region and the endpoint");
    }
    if (status >= 500) {
      return new Reason(
          "the server answers %s, after several tries".formatted(said),
          "try again later; nothing half-written is kept");
    }
    return new Reason("the server answers " + said, "check the server's own log");
  }

  private static Reason unanswered(Throwable e) {
    if (has(e, UnknownHostException.class)) {
      return new Reason("its host is not known", "check the endpoint and the region");
    }
    if (has(e, ConnectException.class) || has(e, NoRouteToHostException.class)) {
      return new Reason("no connection to it", "check the endpoint, and that the server runs");
    }
    if (has(e, ApiCallTimeoutException.class)
        || has(e, ApiCallAttemptTimeoutException.class)
        || has(e, SocketTimeoutException.class)) {
      return new Reason("no answer in time", "try again later; nothing half-written is kept");
    }
    if (has(e, SSLException.class)) {
      return new Reason("no TLS connection to it", "check the server's certificate");
    }
    if (has(e, AbortedException.class) || has(e, InterruptedException.class)) {
      return new Reason("stopped while waiting", "try again");
    }
    if (String.valueOf(e.getMessage()).contains("Unable to load credentials")) {
      return new Reason(
          "no credentials", "name a credentials file, or set AWS_ACCESS_KEY_ID and its secret");
    }
    Throwable root = root(e);
    return new Reason(
        "%s: %s".formatted(root.getClass().getSimpleName(), root.getMessage()),
        "try again later; nothing half-written is kept");
  }

  private static boolean has(Throwable e, Class<? extends Throwable> kind) {
    for (@Nullable Throwable at = e; at != null; at = at.getCause()) {
      if (kind.isInstance(at)) {
        return true;
      }
    }
    return false;
  }

  private static Throwable root(Throwable e) {
    Throwable at = e;
    for (@Nullable Throwable next = at.getCause(); next != null; next = at.getCause()) {
      at = next;
    }
    return at;
  }
}
