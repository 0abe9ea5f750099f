package dev.selfsame.cli;

import dev.selfsame.digest.Digest;
import dev.selfsame.pins.DebsRoot;
import dev.selfsame.pins.ImageRoot;
import dev.selfsame.pins.Pin;
import dev.selfsame.pins.PinCatalogue;
import org.jspecify.annotations.Nullable;

/**
 * A pin in one line of {@code pins list --json}.
 *
 * @param kind {@code debs} or {@code image}
 * @param origin {@code shipped}, or the file's path
 * @param root the DiffID of a deb-locked root; of an image, the manifest digest, or where that is
 *     not known the index digest
 */
record PinSummary(
    String id,
    String kind,
    String platform,
    @Nullable String rustc,
    String origin,
    Digest fileDigest,
    Digest root) {

  static PinSummary of(PinCatalogue.Entry entry) {
    Pin pin = entry.pin();
    return switch (pin.root()) {
      case DebsRoot debs -> of(entry, "debs", debs.diffId());
      case ImageRoot image -> {
        Digest decides = image.manifest() != null ? image.manifest() : image.index();
        if (decides == null) {
          throw new IllegalStateException("an image pin without digest: " + pin.id());
        }
        yield of(entry, "image", decides);
      }
    };
  }

  private static PinSummary of(PinCatalogue.Entry entry, String kind, Digest root) {
    Pin pin = entry.pin();
    return new PinSummary(
        pin.id(), kind, pin.platform(), pin.rustcVersion(), entry.origin(), pin.fileDigest(), root);
  }
}
