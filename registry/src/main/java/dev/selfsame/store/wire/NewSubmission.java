package dev.selfsame.store.wire;

import dev.selfsame.attest.json.Fields;
import dev.selfsame.attest.json.StrictJson;
import dev.selfsame.digest.Digest;

/**
 * What was pushed and is to be staged: {@code {"bundle":"sha256:…","subject":"sha256:…"}}.
 *
 * @param bundle a builder's signed provenance, or statement of an image
 * @param subject one of its outputs, or the image's manifest
 */
public record NewSubmission(Digest bundle, Digest subject) {
  /** More is refused unread. */
  public static final int MOST_BYTES = 4 << 10;

  public byte[] json() {
    return StrictJson.compact(
        StrictJson.newObject().put("bundle", bundle.toString()).put("subject", subject.toString()));
  }

  /**
   * Reads it.
   *
   * @throws dev.selfsame.evidence.MalformedDocumentException where it is not of the form
   */
  public static NewSubmission parse(byte[] json) {
    Fields root = StrictJson.object(json).only("bundle", "subject");
    return new NewSubmission(Offer.digest(root.text("bundle")), Offer.digest(root.text("subject")));
  }
}
