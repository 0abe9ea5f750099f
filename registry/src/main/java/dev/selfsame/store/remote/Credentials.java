package dev.selfsame.store.remote;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What a server is told of who asks. Never printed, and sent to that server alone. */
public sealed interface Credentials {

  /**
   * Nothing.
   *
   * @param advice what to do where the server wants more, one line
   */
  record None(String advice) implements Credentials {}

  /** An Authorization header. */
  final class Header implements Credentials {
    private final String value;

    private Header(String value) {
      this.value = value;
    }

    String value() {
      return value;
    }

    @Override
    public String toString() {
      return "(credentials)";
    }
  }

  /** RFC 7617, with UTF-8. */
  static Credentials basic(String user, String password) {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return new Header("Basic " + Base64.getEncoder().encodeToString(pair));
  }

  /** RFC 6750. */
  static Credentials bearer(String token) {
    return new Header("Bearer " + token);
  }
}
