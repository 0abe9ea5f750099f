package dev.selfsame.evidence;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * One whole journey: what was built and how, how it differs from a build by hand, what promotion
 * decided, what the audits answered, and where the time went.
 *
 * @param schema {@link #SCHEMA}
 * @param build the record of the build that was offered for promotion
 * @param comparison the promoted binary (a) against the hand-made one (b)
 * @param decisions what promotion decided, in order
 * @param audits what {@code verify} answered, in order
 * @param stages the stages in the order in which they ran
 */
public record JourneyReport(
    String schema,
    BuildRecord build,
    Comparison comparison,
    List<Decision> decisions,
    List<Audit> audits,
    List<Stage> stages) {

  /** The value of {@code schema}; the number changes when a reader must. */
  public static final String SCHEMA = "selfsame.journey-report/5";

  public JourneyReport {
    if (!SCHEMA.equals(schema)) {
      throw new IllegalArgumentException("schema is not " + SCHEMA + ": " + schema);
    }
    requireNonNull(build);
    requireNonNull(comparison);
    decisions = List.copyOf(decisions);
    audits = List.copyOf(audits);
    stages = List.copyOf(stages);
  }

  /**
   * What promotion decided about one file.
   *
   * @param file the file's name, for people
   * @param promoted whether it was promoted
   * @param checks every check that was made, in order; a promotion has no failed one
   */
  public record Decision(String file, boolean promoted, List<Check> checks) {
    public Decision {
      requireNonNull(file);
      checks = List.copyOf(checks);
      if (promoted && !checks.stream().allMatch(Check::ok)) {
        throw new IllegalArgumentException("promoted although a check failed: " + file);
      }
    }
  }

  /**
   * One check of a promotion.
   *
   * @param text what was checked, one line
   * @param ok whether it holds
   */
  public record Check(String text, boolean ok) {
    public Check {
      requireNonNull(text);
    }
  }

  /**
   * One answer of {@code verify}.
   *
   * @param file the file's name, for people
   * @param exitCode 0 for a proven yes; see {@code selfsame verify --help}
   * @param line the answer in one line
   */
  public record Audit(String file, int exitCode, String line) {
    public Audit {
      requireNonNull(file);
      requireNonNull(line);
    }
  }

  /**
   * A stage of the journey.
   *
   * @param name a few words
   * @param seconds wall time
   */
  public record Stage(String name, double seconds) {
    public Stage {
      requireNonNull(name);
      if (!(seconds >= 0)) {
        throw new IllegalArgumentException("no duration: " + seconds);
      }
    }
  }
}
