package dev.selfsame.oci;

import dev.selfsame.digest.Digest;
import dev.selfsame.store.TagName;

/** What a manifest is asked for by. */
public sealed interface Reference {

  record ByDigest(Digest digest) implements Reference {}

  record ByTag(TagName tag) implements Reference {}

  /**
   * Reads a reference. What has a colon is meant for a digest: no tag has one.
   *
   * @throws OciError where it is neither
   */
  static Reference parse(String text) {
    if (text.indexOf(':') >= 0) {
      return new ByDigest(digest(text));
    }
    try {
      return new ByTag(new TagName(text));
    } catch (IllegalArgumentException e) {
      throw new OciError(OciError.Code.TAG_INVALID, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Reads a digest.
   *
   * @throws OciError where it is none
   */
  static Digest digest(String text) {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw new OciError(
          OciError.Code.DIGEST_INVALID, "not a digest (sha256 or sha512, :, lower-case hex)");
    }
  }
}
