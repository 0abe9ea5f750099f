package dev.selfsame.pins.fetch;

import static java.util.Objects.requireNonNull;

import dev.selfsame.digest.Digest;
import java.util.List;

/**
 * Bytes that are known by digest and size, and where they may be had.
 *
 * @param label how messages name them, such as a file name
 * @param digest SHA-256, which alone decides
 * @param size bytes
 * @param origins best first
 */
public record Wanted(String label, Digest digest, long size, List<Origin> origins) {
  public Wanted {
    requireNonNull(label);
    requireNonNull(digest);
    origins = List.copyOf(origins);
  }
}
