package dev.selfsame.store.wire;

import static java.util.Objects.requireNonNull;

import dev.selfsame.attest.json.Fields;
import dev.selfsame.attest.json.StrictJson;
import java.util.Base64;

/**
 * A record that is to be a channel's next: {@code {"bundle":"BASE64","policy":"BASE64"}}. The place
 * and the record before it are under the bundle's signature.
 *
 * @param bundle a promoter's signed promotion
 * @param policy the text of the policy that it names
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record NewPromotion(byte[] bundle, byte[] policy) {
  /** More is refused unread: a bundle of some thousand inputs, and a policy of 1 MiB. */
  public static final int MOST_BYTES = 4 << 20;

  public NewPromotion {
    requireNonNull(bundle);
    requireNonNull(policy);
  }

  public byte[] json() {
    Base64.Encoder base64 = Base64.getEncoder();
    return StrictJson.compact(
        StrictJson.newObject()
            .put("bundle", base64.encodeToString(bundle))
            .put("policy", base64.encodeToString(policy)));
  }

  /**
   * Reads it.
   *
   * @throws dev.selfsame.evidence.MalformedDocumentException where it is not of the form
   */
  public static NewPromotion parse(byte[] json) {
    Fields root = StrictJson.object(json).only("bundle", "policy");
    return new NewPromotion(root.base64("bundle"), root.base64("policy"));
  }
}
