package dev.selfsame.oci.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What several clients set at once and what they saw of it, and the model of that: a thing has one
 * value at a time, and what somebody saw was its value at some moment while it was asked. Nothing
 * is said of the order of what was asked for at the same time.
 */
final class Sightings {
  /** The value of what is not there, as everything is in the beginning. */
  static final String NONE = "none";

  private final AtomicLong time = new AtomicLong();
  private final List<Change> changes = Collections.synchronizedList(new ArrayList<>());
  private final List<Sight> sights = Collections.synchronizedList(new ArrayList<>());

  /** From before something was asked until after it was answered. */
  record Span(long begun, long ended) {}

  /**
   * Somebody's acknowledged change.
   *
   * @param only the value that it takes the place of; empty for whatever is there
   */
  private record Change(String key, String value, String only, Span span) {
    boolean takesThePlaceOf(String other) {
      return !value.equals(other) && (only.isEmpty() || only.equals(other));
    }
  }

  /** What somebody saw. */
  private record Sight(String key, String value, Span span, String how) {}

  /** Before something is asked. */
  long begin() {
    return time.incrementAndGet();
  }

  /** After it was answered. */
  Span since(long begun) {
    return new Span(begun, time.incrementAndGet());
  }

  /** Something has this value now. */
  void set(String key, String value, Span span) {
    changes.add(new Change(key, value, "", span));
  }

  /** Something is not there now, if it had this value. */
  void taken(String key, String value, Span span) {
    changes.add(new Change(key, NONE, value, span));
  }

  /** Something was seen to have this value. */
  void saw(String key, String value, Span span, String how) {
    sights.add(new Sight(key, value, span, how));
  }

  /** How much was seen. */
  int size() {
    return sights.size();
  }

  /** How often something was seen in this way. */
  long count(String how) {
    return sights.stream().filter(sight -> sight.how().equals(how)).count();
  }

  /** What was seen, and was not so at any moment while it was asked. */
  List<String> unexplained() {
    return sights.stream().filter(sight -> !isExplained(sight)).map(Sight::toString).toList();
  }

  /** Whether somebody may have set it, and it need not have been overwritten before. */
  private boolean isExplained(Sight sight) {
    long newest = sight.value().equals(NONE) ? 0 : -1;
    long overwritten = 0;
    for (Change change : changes) {
      if (!change.key().equals(sight.key())) {
        continue;
      }
      if (change.value().equals(sight.value()) && change.span().begun() < sight.span().ended()) {
        newest = Math.max(newest, change.span().ended());
      }
      if (change.takesThePlaceOf(sight.value()) && change.span().ended() < sight.span().begun()) {
        overwritten = Math.max(overwritten, change.span().begun());
      }
    }
    return newest >= overwritten;
  }
}
