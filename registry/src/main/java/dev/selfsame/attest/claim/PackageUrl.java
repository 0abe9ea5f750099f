package dev.selfsame.attest.claim;

import java.nio.charset.StandardCharsets;
import org.apache.commons.codec.EncoderException;
import org.apache.commons.codec.net.PercentCodec;

/**
 * Package URLs, under which scanners know a crate.
 *
 * <p>Source: Package-URL Specification 1.0, section 5. A version such as {@code 1.0+wasi-0.2} needs
 * its plus sign encoded, or readers take it for a space.
 */
final class PackageUrl {
  private static final String UNRESERVED = "-._~:";
  private static final PercentCodec PERCENT = new PercentCodec(reserved(), false);

  private PackageUrl() {}

  /** {@code pkg:cargo/NAME@VERSION}. */
  static String ofCrate(String name, String version) {
    return "pkg:cargo/" + encode(name) + "@" + encode(version);
  }

  private static String encode(String part) {
    try {
      return new String(
          PERCENT.encode(part.getBytes(StandardCharsets.UTF_8)), StandardCharsets.US_ASCII);
    } catch (EncoderException e) {
      throw new IllegalStateException("every byte can be encoded", e);
    }
  }

  private static byte[] reserved() {
    StringBuilder all = new StringBuilder();
    for (char c = ' '; c < 127; c++) {
      if (!Character.isLetterOrDigit(c) && UNRESERVED.indexOf(c) < 0) {
        all.append(c);
      }
    }
    return all.toString().getBytes(StandardCharsets.US_ASCII);
  }
}
