package dev.selfsame.doctor;

import java.util.List;
import java.util.Locale;

/**
 * All that was looked at.
 *
 * @param schema {@code selfsame.doctor/1}
 * @param able whether a build and a verification have what they need
 * @param checks in the order in which they were made
 */
public record Diagnosis(String schema, boolean able, List<Check> checks) {
  private static final String SCHEMA = "selfsame.doctor/1";

  public Diagnosis {
    checks = List.copyOf(checks);
  }

  /** Sums the checks up: what cannot be told does not count as there. */
  public static Diagnosis of(List<Check> checks) {
    boolean able =
        checks.stream().filter(Check::needed).allMatch(one -> one.state() == Check.State.OK);
    return new Diagnosis(SCHEMA, able, checks);
  }

  /** The text for people: a line a check, and a line for what to do. */
  public String text() {
    StringBuilder out = new StringBuilder();
    int width = checks.stream().mapToInt(one -> one.name().length()).max().orElse(0);
    for (Check one : checks) {
      out.append(
          String.format(
              Locale.ROOT, "%-11s %-" + width + "s  %s\n", words(one), one.name(), one.text()));
      if (one.hint() != null) {
        out.append("            hint: ").append(one.hint()).append('\n');
      }
    }
    out.append(able ? "build and verify have what they need\n" : lacking());
    return out.toString();
  }

  private String lacking() {
    List<String> names =
        checks.stream()
            .filter(one -> one.needed() && one.state() != Check.State.OK)
            .map(Check::name)
            .toList();
    return "build or verify lacks: " + String.join(", ", names) + "\n";
  }

  private static String words(Check one) {
    return switch (one.state()) {
      case OK -> "ok";
      case MISSING -> one.needed() ? "missing" : "not here";
      case UNKNOWN -> "cannot tell";
    };
  }
}
