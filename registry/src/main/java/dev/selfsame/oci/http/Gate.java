package dev.selfsame.oci.http;

import dev.selfsame.access.Access;
import dev.selfsame.access.Caller;
import dev.selfsame.access.Grant;
import dev.selfsame.access.Permission;
import dev.selfsame.access.RateLimit;
import dev.selfsame.access.RepositoryPattern;
import dev.selfsame.access.SignInException;
import dev.selfsame.oci.OciError;
import dev.selfsame.oci.OciError.Code;
import io.helidon.http.HeaderNames;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Lets those requests through that are allowed, before anything else looks at them. */
final class Gate {
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:\\[\\]-]{1,255}");

  private final Access access;
  private final RateLimit rate;

  Gate(Access access, RateLimit rate) {
    this.access = access;
    this.rate = rate;
  }

  /**
   * What a request needs.
   *
   * @param permission what is done
   * @param repository where
   */
  record Need(Permission permission, String repository) {}

  /**
   * Tells who calls, and holds the caller to its rate.
   *
   * @throws OciError where credentials do not hold, or there are too many requests
   */
  void identify(Exchange exchange) {
    Caller caller = Caller.ANONYMOUS;
    if (access.authenticator().isPresent()) {
      try {
        caller =
            access
                .authenticator()
                .get()
                .caller(exchange.header(HeaderNames.AUTHORIZATION), exchange.address());
      } catch (SignInException e) {
        exchange.claims(e.claimed());
        if (!rate.take(exchange.address(), System.nanoTime())) {
          throw later(exchange, 1, "more requests a second than are allowed");
        }
        if (e.isTooMany()) {
          throw later(exchange, 60, String.valueOf(e.getMessage()));
        }
        throw challenge(exchange, "", "invalid_token", String.valueOf(e.getMessage()));
      }
    }
    exchange.from(caller);
    String who = caller.isAnonymous() ? exchange.address() : caller.name();
    if (!rate.take(who, System.nanoTime())) {
      throw later(exchange, 1, "more requests a second than are allowed");
    }
  }

  private static OciError later(Exchange exchange, int seconds, String why) {
    exchange.set(Exchange.RETRY_AFTER, Integer.toString(seconds));
    return new OciError(Code.TOOMANYREQUESTS, why);
  }

  /**
   * Refuses a request that is not allowed.
   *
   * @throws OciError where the caller may not, or has to say who it is
   */
  void require(Exchange exchange, Need need) {
    Caller caller = exchange.caller();
    if (access.rules().allow(caller, need.permission(), need.repository())) {
      return;
    }
    boolean narrowed =
        caller.within().isPresent()
            && access
                .rules()
                .allow(
                    new Caller(caller.name(), Optional.empty()),
                    need.permission(),
                    need.repository());
    String why =
        "%s may not %s %s"
            .formatted(caller.describe(), need.permission().word(), need.repository());
    if (access.authenticator().isPresent() && (caller.isAnonymous() || narrowed)) {
      String error = caller.isAnonymous() ? "" : "insufficient_scope";
      throw challenge(exchange, scope(need), error, why);
    }
    throw new OciError(Code.DENIED, why);
  }

  private static String scope(Need need) {
    String actions =
        switch (need.permission()) {
          case PUSH -> "pull,push";
          case PULL, DELETE, PROMOTE, DEPLOY, ADMIN -> need.permission().word();
        };
    return "repository:%s:%s".formatted(need.repository(), actions);
  }

  /**
   * {@code /v2/} itself: clients ask it first, to learn how to sign in. So whoever has not, is told
   * to, even where there is something for everybody.
   */
  void requireSignedIn(Exchange exchange) {
    if (access.authenticator().isPresent()
        && exchange.header(HeaderNames.AUTHORIZATION).isEmpty()) {
      throw challenge(exchange, "", "", "sign in");
    }
  }

  /** Whether the caller may see this repository. */
  boolean maySee(Exchange exchange, String repository) {
    return access.rules().allow(exchange.caller(), Permission.PULL, repository);
  }

  /** Where the caller may see anything: see {@link dev.selfsame.access.Rules#places}. */
  List<RepositoryPattern> places(Exchange exchange) {
    return access.rules().places(exchange.caller(), Permission.PULL);
  }

  /**
   * The list of repositories. Whoever has not signed in is told to, and may come back with a token
   * for anybody: clients that are given a short list would not sign in to see the rest.
   */
  void requireSomething(Exchange exchange) {
    if (access.authenticator().isPresent()
        && exchange.header(HeaderNames.AUTHORIZATION).isEmpty()) {
      throw challenge(exchange, "registry:catalog:*", "", "sign in");
    }
    if (!access.rules().allowSomewhere(exchange.caller(), Permission.PULL)) {
      throw new OciError(Code.DENIED, exchange.caller().describe() + " may pull nothing");
    }
  }

  private OciError challenge(Exchange exchange, String scope, String error, String why) {
    String url = url(exchange);
    StringBuilder text = new StringBuilder("Bearer realm=\"%s/v2/token\"".formatted(url));
    text.append(",service=\"%s\"".formatted(url.substring(url.indexOf("://") + 3)));
    if (!scope.isEmpty()) {
      text.append(",scope=\"%s\"".formatted(scope));
    }
    if (!error.isEmpty()) {
      text.append(",error=\"%s\"".formatted(error));
    }
    exchange.set(HeaderNames.WWW_AUTHENTICATE, text.toString());
    return new OciError(Code.UNAUTHORIZED, why);
  }

  private String url(Exchange exchange) {
    return access
        .url()
        .orElseGet(() -> {
          String host =
              exchange
                  .header(HeaderNames.HOST)
                  .filter(text -> HOST.matcher(text).matches())
                  .orElse("localhost");
          return (exchange.isSecure() ? "https://" : "http://") + host;
        });
  }

  /** A token of the Docker flow for the caller, with that of what it asks for which it may. */
  String token(Caller caller, List<Grant> granted) {
    return access.authenticator().orElseThrow().issue(caller, granted);
  }

  Access access() {
    return access;
  }
}
