package dev.selfsame.audit.report;

import dev.selfsame.audit.gate.Requirement;

/** What stands between a binary and a yes. */
enum Rule {
  NOT_PROMOTED("not-promoted", "The binary is known and not promoted", "critical"),
  UNKNOWN("unknown", "The binary is unknown to the registry", "critical"),
  RUNS_OTHER("runs-other-bytes", "A process runs other bytes than its file has", "critical"),
  BAD_EVIDENCE("bad-evidence", "The evidence about the binary does not hold", "blocker"),
  COULD_NOT_TELL("could-not-tell", "It could not be told whether the binary is promoted", "major"),
  OPERATORS("operators", "Too few operators have a build that counts", "major"),
  AGE("age", "The promotion is too old", "major"),
  PIN("pin", "The binary was built in a pinned environment that is not allowed", "major"),
  REPRODUCIBLE("reproducible", "The binary is not proven to be reproducible", "major");

  private final String id;
  private final String description;
  private final String severity;

  Rule(String id, String description, String severity) {
    this.id = id;
    this.description = description;
    this.severity = severity;
  }

  /** Lower-case words joined by {@code -}. */
  String id() {
    return id;
  }

  /** One sentence without a full stop. */
  String description() {
    return description;
  }

  /** In GitLab's words: {@code major}, {@code critical} or {@code blocker}. */
  String severity() {
    return severity;
  }

  static Rule of(Requirement.Kind kind) {
    return switch (kind) {
      case PROMOTED -> NOT_PROMOTED;
      case OPERATORS -> OPERATORS;
      case AGE -> AGE;
      case PIN -> PIN;
      case REPRODUCIBLE -> REPRODUCIBLE;
    };
  }
}
