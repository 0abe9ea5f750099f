package dev.selfsame.store.wire;

import static java.util.Objects.requireNonNull;

import dev.selfsame.attest.json.StrictJson;
import java.util.Base64;

/**
 * A record of a deployment that is to be kept: {@code {"bundle":"BASE64"}}.
 *
 * @param bundle a deployer's signed record
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record NewDeployment(byte[] bundle) {
  /** More is refused unread: a bundle with a thousand health checks. */
  public static final int MOST_BYTES = 2 << 20;

  public NewDeployment {
    requireNonNull(bundle);
  }

  public byte[] json() {
    return StrictJson.compact(
        StrictJson.newObject().put("bundle", Base64.getEncoder().encodeToString(bundle)));
  }

  /**
   * Reads it.
   *
   * @throws dev.selfsame.evidence.MalformedDocumentException where it is not of the form
   */
  public static NewDeployment parse(byte[] json) {
    return new NewDeployment(StrictJson.object(json).only("bundle").base64("bundle"));
  }
}
