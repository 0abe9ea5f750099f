package dev.selfsame.store.wire;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.attest.json.Fields;
import dev.selfsame.attest.json.StrictJson;
import java.util.Base64;
import java.util.Optional;

/**
 * A record that is to be a channel's next: {@code {"bundle":"BASE64","policy":"BASE64"}}. The place
 * and the record before it are under the bundle's signature.
 *
 * @param bundle the signed record
 * @param policy the text of the policy that a promotion names; left out for every other action,
 *     whose policy came with a promotion before
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record NewPromotion(byte[] bundle, Optional<byte[]> policy) {
  /** More is refused unread: a bundle of some thousand inputs, and a policy of 1 MiB. */
  public static final int MOST_BYTES = 4 << 20;

  public NewPromotion {
    requireNonNull(bundle);
    requireNonNull(policy);
  }

  public byte[] json() {
    Base64.Encoder base64 = Base64.getEncoder();
    ObjectNode root = StrictJson.newObject().put("bundle", base64.encodeToString(bundle));
    policy.ifPresent(text -> root.put("policy", base64.encodeToString(text)));
    return StrictJson.compact(root);
  }

  /**
   * Reads it.
   *
   * @throws dev.selfsame.evidence.MalformedDocumentException where it is not of the form
   */
  public static NewPromotion parse(byte[] json) {
    Fields root = StrictJson.object(json).only("bundle", "policy");
    return new NewPromotion(
        root.base64("bundle"),
        root.has("policy") ? Optional.of(root.base64("policy")) : Optional.empty());
  }
}
