package dev.selfsame.oci.http;

import dev.selfsame.attest.claim.PromotionClaim;
import dev.selfsame.oci.OciError;
import dev.selfsame.store.AuditLog;
import io.helidon.http.HeaderNames;
import java.util.Optional;

/**
 * Which requests are actions for the audit log: what changed something or tried to, what was handed
 * out for deploy, tokens, and credentials or rights that did not hold.
 */
final class Audited {
  private static final int LONGEST = 512;
  private static final String DEPLOY = "deploy/";

  private Audited() {}

  /**
   * The entry of a request that was answered; empty where it is no action.
   *
   * @param any whether it is one whatever was asked
   */
  static Optional<AuditLog.Entry> entry(Exchange exchange, boolean any) {
    int status = exchange.status();
    boolean refused =
        any
            || status == 403
            || status == 429
            || (status == 401 && exchange.header(HeaderNames.AUTHORIZATION).isPresent());
    Optional<Action> action = action(exchange);
    if (action.isEmpty() && !refused) {
      return Optional.empty();
    }
    Action done =
        action.orElseGet(
            () -> new Action(exchange.method(), UploadId.cut(exchange.path()), Optional.empty()));
    return Optional.of(
        new AuditLog.Entry(
            exchange.caller().describe(),
            exchange.address(),
            done.what(),
            cut(done.place()),
            done.reference().map(Audited::cut),
            status,
            exchange.reason().map(Audited::cut),
            exchange.claimed()));
  }

  /** A client chooses how long a path is. */
  private static String cut(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }

  private record Action(String what, String place, Optional<String> reference) {
    static Action of(String what, Object place, String reference) {
      return new Action(what, place.toString(), Optional.of(reference));
    }
  }

  private static Optional<Action> action(Exchange exchange) {
    if (exchange.path().equals(TokenHandler.PATH)) {
      return Optional.of(new Action("token", exchange.path(), Optional.empty()));
    }
    return exchange.route().or(() -> parsed(exchange.path())).flatMap(to -> action(exchange, to));
  }

  /** What was asked for by a request that was refused before anybody looked. */
  private static Optional<Route> parsed(String path) {
    try {
      return Route.parse(path);
    } catch (OciError noName) {
      return Optional.empty();
    }
  }

  private static Optional<Action> action(Exchange exchange, Route route) {
    String method = exchange.method();
    return switch (route) {
      case Route.AManifest(var name, var reference) ->
          switch (method) {
            case "PUT" -> Optional.of(Action.of("push manifest", name, reference));
            case "DELETE" -> Optional.of(Action.of("delete manifest", name, reference));
            case "GET" -> pulled("pull manifest", name.value(), reference);
            default -> Optional.empty();
          };
      case Route.ABlob(var name, var digest) ->
          switch (method) {
            case "DELETE" -> Optional.of(Action.of("delete blob", name, digest));
            case "GET" -> pulled("pull blob", name.value(), digest);
            default -> Optional.empty();
          };
      case Route.NewUpload(var name) when exchange.status() == 201 ->
          Optional.of(
              Action.of(
                  exchange.query("mount").isPresent() ? "mount blob" : "push blob",
                  name,
                  exchange.query("mount").or(() -> exchange.query("digest")).orElse("")));
      case Route.AnUpload(var name, var _) when method.equals("PUT") ->
          Optional.of(Action.of("push blob", name, exchange.query("digest").orElse("")));
      case Route.Evidence(EvidenceRoute.Submissions(var name)) when method.equals("POST") ->
          Optional.of(new Action("submit", "staging/" + name, Optional.empty()));
      case Route.Evidence(EvidenceRoute.AChannel(var name, var channel))
          when method.equals("POST") ->
          Optional.of(Action.of(step(exchange), DEPLOY + name, channel.value()));
      case Route.Evidence(EvidenceRoute.Deployments(var name)) when method.equals("POST") ->
          Optional.of(new Action("record deployment", DEPLOY + name, Optional.empty()));
      case Route.Evidence(EvidenceRoute.Deployed(var name, var digest)) when method.equals("GET") ->
          pulled("pull blob", DEPLOY + name, digest.toString());
      case Route.Base _,
          Route.Evidence _,
          Route.Catalog _,
          Route.Tags _,
          Route.Referrers _,
          Route.NewUpload _,
          Route.AnUpload _ ->
          Optional.empty();
    };
  }

  /**
   * All of a channel is sent to one place: the record tells them apart. Where none was read, it is
   * called as the right that it needs.
   */
  private static String step(Exchange exchange) {
    return switch (exchange.step().orElse(PromotionClaim.Action.PROMOTE)) {
      case PROMOTE -> "promote";
      case ROLLBACK -> "rollback";
      case FREEZE -> "freeze";
      case UNFREEZE -> "unfreeze";
      case BREAK_GLASS -> "break glass";
    };
  }

  private static Optional<Action> pulled(String what, String name, String reference) {
    return name.startsWith(DEPLOY)
        ? Optional.of(Action.of(what, name, reference))
        : Optional.empty();
  }
}
