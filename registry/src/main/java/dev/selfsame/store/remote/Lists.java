package dev.selfsame.store.remote;

import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.MalformedDocumentException;
import dev.selfsame.store.wire.Names;
import dev.selfsame.store.wire.Offer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Reads a server's lists.
 *
 * @param shelf takes what they offer
 */
record Lists(Connection connection, Shelf shelf) {
  static final String ROOT = "/selfsame/v1/";
  private static final int PAGE = 1000;
  private static final int MOST_PAGES = 1000;

  /** A document, read by {@code parser}. */
  <T> T document(String path, Function<byte[], T> parser) {
    byte[] bytes = connection.document(path);
    try {
      return parser.apply(bytes);
    } catch (MalformedDocumentException | IllegalArgumentException e) {
      throw connection.trouble().malformed(path, e);
    }
  }

  /**
   * A list of bundles.
   *
   * @param pathOf where each blob that it names is had
   */
  List<Digest> bundles(String path, Function<Digest, String> pathOf) {
    Offer offer = document(path, Offer::parse);
    shelf.take(offer, pathOf);
    return offer.bundles();
  }

  /** The first names of a list, at most {@code most}. */
  <T> List<T> first(String path, int most, Function<String, T> parser) {
    return document(
        "%s?n=%d".formatted(path, most),
        json -> Names.parse(json).names().stream().limit(most).map(parser).toList());
  }

  /** All names of a list, which has to ascend: so it ends. */
  <T> List<T> all(String path, Function<String, T> parser) {
    List<T> all = new ArrayList<>();
    String last = "";
    for (int page = 0; page < MOST_PAGES; page++) {
      String place = "%s?n=%d".formatted(path, PAGE) + (last.isEmpty() ? "" : "&last=" + last);
      Names names = document(place, Names::parse);
      for (String name : names.names()) {
        if (name.compareTo(last) <= 0) {
          throw connection
              .trouble()
              .malformed(place, new IllegalArgumentException("its names do not ascend"));
        }
        last = name;
        all.add(parsed(place, name, parser));
      }
      if (!names.more() || names.names().isEmpty()) {
        return all;
      }
    }
    throw connection.trouble().malformed(path, new IllegalArgumentException("it does not end"));
  }

  private <T> T parsed(String place, String name, Function<String, T> parser) {
    try {
      return parser.apply(name);
    } catch (IllegalArgumentException e) {
      throw connection.trouble().malformed(place, e);
    }
  }
}
