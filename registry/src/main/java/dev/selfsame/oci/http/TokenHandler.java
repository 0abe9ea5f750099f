package dev.selfsame.oci.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.access.BearerTokens;
import dev.selfsame.access.Caller;
import dev.selfsame.access.Grant;
import dev.selfsame.access.SignInException;
import dev.selfsame.access.TokenScope;
import dev.selfsame.oci.OciError;
import dev.selfsame.oci.OciError.Code;
import io.helidon.http.HeaderNames;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code /v2/token}: the Docker token flow. GET with Basic credentials, or none for what everybody
 * may; POST with a form, as containerd does it. Sources: Distribution, "Token Authentication
 * Specification" and "OAuth2 Token Authentication".
 */
final class TokenHandler {
  static final String PATH = "/v2/token";
  private static final int MOST_FORM_BYTES = 16 << 10;

  private final Gate gate;
  private final Clock clock;

  TokenHandler(Gate gate, Clock clock) {
    this.gate = gate;
    this.clock = clock;
  }

  void handle(Exchange exchange) throws IOException {
    if (gate.access().authenticator().isEmpty()) {
      throw new OciError(Code.NAME_UNKNOWN, "nobody has to sign in here");
    }
    if (exchange
        .header(HeaderNames.AUTHORIZATION)
        .filter(h -> !h.regionMatches(true, 0, "Basic ", 0, "Basic ".length()))
        .isPresent()) {
      // Otherwise a token that ends in minutes could be made to last.
      throw new OciError(Code.UNAUTHORIZED, "a token is not given for a token");
    }
    switch (exchange.method()) {
      case "GET" -> answer(exchange, exchange.queries("scope"));
      case "POST" -> post(exchange);
      default -> throw OciHandler.unsupported(exchange);
    }
  }

  private void post(Exchange exchange) throws IOException {
    Map<String, List<String>> form =
        form(new String(exchange.body(MOST_FORM_BYTES), StandardCharsets.UTF_8));
    if (!form.getOrDefault("grant_type", List.of()).contains("password")) {
      throw new OciError(Code.UNSUPPORTED, "grant_type is password");
    }
    String pair = first(form, "username") + ":" + first(form, "password");
    String basic =
        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    try {
      exchange.from(
          gate.access()
              .authenticator()
              .orElseThrow()
              .caller(Optional.of(basic), exchange.address()));
    } catch (SignInException e) {
      exchange.claims(e.claimed());
      throw new OciError(
          e.isTooMany() ? Code.TOOMANYREQUESTS : Code.UNAUTHORIZED, String.valueOf(e.getMessage()));
    }
    answer(exchange, form.getOrDefault("scope", List.of()));
  }

  private void answer(Exchange exchange, List<String> scopes) {
    Caller caller = exchange.caller();
    List<Grant> granted = TokenScope.granted(scopes, caller, gate.access().rules());
    String token = gate.token(caller, granted);
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("token", token);
    root.put("access_token", token);
    root.put("expires_in", BearerTokens.LIFETIME.toSeconds());
    root.put("issued_at", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    exchange
        .set(HeaderNames.CACHE_CONTROL, "no-store")
        .send(200, "application/json", OciHandler.bytes(root.toString()));
  }

  private static String first(Map<String, List<String>> form, String name) {
    return form.getOrDefault(name, List.of("")).getFirst();
  }

  private static Map<String, List<String>> form(String text) {
    Map<String, List<String>> all = new HashMap<>();
    for (String pair : text.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = pair.substring(0, Math.max(0, equals));
      try {
        String value = URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
        all.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
      } catch (IllegalArgumentException e) {
        throw new OciError(Code.UNSUPPORTED, "the form is not URL-encoded");
      }
    }
    return all;
  }
}
