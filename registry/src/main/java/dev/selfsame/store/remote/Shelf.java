package dev.selfsame.store.remote;

import static java.util.Objects.requireNonNull;

import dev.selfsame.digest.Digest;
import dev.selfsame.store.wire.Offer;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a server's lists have offered so far, and where it is to be had. Nothing else is there. */
final class Shelf {
  private final Map<Digest, Place> places = new ConcurrentHashMap<>();

  /**
   * A blob that a list named.
   *
   * @param path where it is had
   * @param size as the server says, or empty where it does not
   * @param content what came along, not hashed yet; null for nothing
   */
  @SuppressWarnings("ArrayRecordComponent") // hashed, never compared
  record Place(String path, OptionalLong size, byte @Nullable [] content) {
    Place {
      requireNonNull(path);
      requireNonNull(size);
    }
  }

  /** Notes what a list offers. A later list counts more than an earlier one. */
  void take(Offer offer, Function<Digest, String> pathOf) {
    for (Digest bundle : offer.bundles()) {
      places.putIfAbsent(bundle, new Place(pathOf.apply(bundle), OptionalLong.empty(), null));
    }
    for (Offer.Item item : offer.blobs()) {
      Place place =
          new Place(pathOf.apply(item.digest()), OptionalLong.of(item.size()), item.content());
      places.merge(
          item.digest(),
          place,
          (before, now) -> now.content() == null && before.content() != null ? before : now);
    }
  }

  Optional<Place> place(Digest digest) {
    return Optional.ofNullable(places.get(digest));
  }
}
