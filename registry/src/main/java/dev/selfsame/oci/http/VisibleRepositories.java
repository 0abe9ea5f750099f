package dev.selfsame.oci.http;

import dev.selfsame.access.RepositoryPattern;
import dev.selfsame.oci.ReadableRepositories;
import dev.selfsame.store.RepositoryName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The repositories that a caller may pull from, of both namespaces. Only those are looked at whose
 * names begin as a rule for the caller does: who may see little must not cost a walk through all.
 */
final class VisibleRepositories {
  /** Read at once where some of a place are hidden. */
  private static final int ROUND = 1000;

  private static final String STAGING = "staging/";

  private final ReadableRepositories deploy;
  private final ReadableRepositories staging;
  private final Gate gate;

  /**
   * @param deploy whose names all come before the others'
   * @param staging whose names all come after
   */
  VisibleRepositories(ReadableRepositories deploy, ReadableRepositories staging, Gate gate) {
    this.deploy = deploy;
    this.staging = staging;
    this.gate = gate;
  }

  /** Those after {@code after}, sorted, at most {@code most}. */
  List<RepositoryName> of(Exchange exchange, @Nullable String after, int most) {
    return of(
        gate.places(exchange),
        name -> gate.maySee(exchange, name),
        after == null ? "" : after,
        most);
  }

  /** Those of these places that may be seen. */
  List<RepositoryName> of(
      List<RepositoryPattern> places, Predicate<String> maySee, String after, int most) {
    List<RepositoryName> found = new ArrayList<>();
    for (RepositoryPattern place : apart(places)) {
      // Repositories of one place stand together, and the places are in order.
      collect(place, maySee, after, most, found);
    }
    return found;
  }

  /** In order, without those that lie within another: so nothing is found twice. */
  private static List<RepositoryPattern> apart(List<RepositoryPattern> places) {
    List<RepositoryPattern> sorted =
        places.stream()
            .sorted(
                Comparator.comparing(RepositoryPattern::beginning)
                    .thenComparing(RepositoryPattern::isOne))
            .toList();
    List<RepositoryPattern> apart = new ArrayList<>();
    for (RepositoryPattern place : sorted) {
      boolean within =
          apart.stream()
              .anyMatch(other ->
                  place.equals(other)
                      || (!other.isOne() && place.beginning().startsWith(other.beginning())));
      if (!within) {
        apart.add(place);
      }
    }
    return apart;
  }

  private void collect(
      RepositoryPattern place,
      Predicate<String> maySee,
      String after,
      int most,
      List<RepositoryName> found) {
    String beginning = place.beginning();
    if (after.compareTo(beginning) >= 0 && !after.startsWith(beginning)) {
      return;
    }
    String from = after.startsWith(beginning) ? after : justBefore(beginning);
    // Most callers may see all of a place: no more is read than is shown, then.
    int round = place.isOne() ? 1 : most - found.size();
    while (found.size() < most) {
      List<RepositoryName> some =
          beginning.startsWith(STAGING) ? staging.names(from, round) : names(from, round);
      for (RepositoryName name : some) {
        if (!name.value().startsWith(beginning)
            || (place.isOne() && !name.value().equals(beginning))) {
          return;
        }
        if (found.size() < most && maySee.test(name.value())) {
          found.add(name);
        }
      }
      if (some.size() < round || place.isOne()) {
        return;
      }
      from = some.getLast().value();
      round = Math.max(most, ROUND);
    }
  }

  private List<RepositoryName> names(String after, int most) {
    List<RepositoryName> names = new ArrayList<>(deploy.names(after, most));
    if (names.size() < most) {
      names.addAll(staging.names(after, most - names.size()));
    }
    return names;
  }

  /** What comes before this text and after every name before it: no name has a {@code ~}. */
  private static String justBefore(String text) {
    if (text.isEmpty()) {
      return "";
    }
    int last = text.length() - 1;
    return text.substring(0, last) + (char) (text.charAt(last) - 1) + "~";
  }
}
