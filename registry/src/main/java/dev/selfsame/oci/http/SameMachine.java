package dev.selfsame.oci.http;

import dev.selfsame.oci.OciError;
import dev.selfsame.oci.OciError.Code;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Keeps pages in this machine's browsers out of a server that asks nobody to sign in: they reach
 * loopback as programs do. One whose own name was made to lead here shows in {@code Host}; one of
 * elsewhere in {@code Origin}, or where a browser leaves that out in {@code Sec-Fetch-Site}.
 */
final class SameMachine {
  private static final HeaderName SITE = HeaderNames.create("Sec-Fetch-Site");
  private static final Pattern LOOPBACK =
      Pattern.compile(
          "(?:localhost|(?:[a-z0-9-]+\\.)+localhost|127(?:\\.\\d{1,3}){3}|\\[::1])\\.?(?::\\d{1,5})?");

  private static final Pattern DEFAULT_PORT = Pattern.compile(":(?:80|443)$");

  private SameMachine() {}

  /**
   * Refuses what a page may have asked for.
   *
   * @param url where clients reach the server, if its owner has said so
   * @throws OciError where it may
   */
  static void require(Exchange exchange, Optional<String> url) {
    String host = exchange.header(HeaderNames.HOST).orElse("").toLowerCase(Locale.ROOT);
    boolean named =
        url.map(own -> own.toLowerCase(Locale.ROOT))
            .filter(own -> own.endsWith("://" + DEFAULT_PORT.matcher(host).replaceFirst("")))
            .isPresent();
    if (!named && !LOOPBACK.matcher(host).matches()) {
      throw new OciError(
          Code.DENIED, "without authentication only localhost is answered for, not Host " + host);
    }
    Optional<String> origin = exchange.header(HeaderNames.ORIGIN);
    boolean own =
        origin.isEmpty()
            || origin.get().equalsIgnoreCase("http://" + host)
            || origin.get().equalsIgnoreCase("https://" + host);
    boolean elsewhere =
        exchange.header(SITE).filter(site -> site.endsWith("cross-site")).isPresent();
    if (!own || elsewhere) {
      throw new OciError(Code.DENIED, "without authentication no page of another site is answered");
    }
  }
}
