package dev.selfsame.status;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.status.Running.CouldNotTell;
import dev.selfsame.status.Running.NotLooked;
import dev.selfsame.status.Running.Nothing;
import dev.selfsame.status.Running.Runs;
import dev.selfsame.status.Status.Recorded;
import dev.selfsame.status.Status.Should;
import dev.selfsame.status.Status.Target;
import java.util.List;

/** A status for people: the answer in one line, then each target. */
public final class StatusText {
  private StatusText() {}

  /** Lines with a newline after each. */
  public static String of(Status status) {
    StringBuilder out = new StringBuilder();
    line(out, "%s: %s of %s".formatted(headline(status), status.channel(), status.name()));
    Should should = status.should();
    if (should == null) {
      line(out, "  should run   nothing: " + status.nothing());
    } else {
      line(out, "  should run   %s, %s".formatted(should.artifact(), decided(should)));
    }
    if (should != null && should.until() != null) {
      line(out, "  until        " + should.until());
    }
    if (status.frozen() != null) {
      line(out, "  frozen       " + status.frozen().replaceFirst("^frozen ", ""));
    }
    status.targets().forEach(target -> target(out, status, target));
    status.remarks().forEach(remark -> line(out, "  not counted  " + remark));
    return out.toString();
  }

  private static String headline(Status status) {
    if (status.should() == null) {
      return "nothing may run";
    }
    return switch (status.code()) {
      case YES -> "runs everywhere";
      case NO -> no(status);
      case UNDECIDED, USAGE, BAD_EVIDENCE, BUG ->
          status.targets().isEmpty() ? "no target is recorded" : "not proven to run";
    };
  }

  /** What should run may run, and be unwell or have other settings. */
  private static String no(Status status) {
    List<Target> wrong =
        status.targets().stream().filter(target -> status.code(target) == ExitCode.NO).toList();
    if (wrong.stream().allMatch(target -> target.look() instanceof Nothing)) {
      return "nothing runs where it should";
    }
    return wrong.stream().allMatch(status::runsIt)
        ? "what should run is not as it was deployed"
        : "something else runs";
  }

  private static String decided(Should should) {
    return should.rollbackTo() == null
        ? "promotion %d by %s at %s".formatted(should.seq(), should.by(), should.since())
        : "promotion %d again, rolled back by %s at %s: %s"
            .formatted(should.rollbackTo(), should.by(), should.since(), should.reason());
  }

  private static void target(StringBuilder out, Status status, Target target) {
    String where = target.host() == null ? "" : " on " + target.host();
    line(out, "  %-11s  %s%s".formatted(word(status.code(target)), target.target(), where));
    Recorded recorded = target.recorded();
    line(
        out,
        "    recorded   "
            + (recorded == null ? "never deployed there" : recorded(status, recorded)));
    line(
        out,
        "    seen       "
            + switch (target.look()) {
              case Runs runs -> runs(runs);
              case Nothing nothing -> "nothing runs: " + nothing.described();
              case CouldNotTell cannot -> "could not tell: " + cannot.why();
              case NotLooked not -> "not looked at: " + not.why();
            });
    if (target.look() instanceof Runs runs) {
      runs.changes().forEach(change -> line(out, "    changed    " + change));
      line(out, "    health     " + finding(runs.instance().health()));
      line(out, "    settings   " + finding(Status.settings(target, runs)));
    }
  }

  private static String finding(Finding finding) {
    return switch (finding) {
      case Finding.Holds yes -> "yes: " + yes.said();
      case Finding.Differs no -> "no: " + no.said();
      case Finding.NoEvidence none -> "no evidence: " + none.said();
      case Finding.CouldNotTell untold -> "could not tell: " + untold.said();
    };
  }

  private static String runs(Runs runs) {
    String since = runs.since() == null ? "" : ", since " + runs.since();
    return "%s: %s%s".formatted(runs.artifact(), runs.described(), since);
  }

  private static String word(ExitCode code) {
    return switch (code) {
      case YES -> "yes";
      case NO -> "no";
      case UNDECIDED, USAGE, BAD_EVIDENCE, BUG -> "not proven";
    };
  }

  private static String recorded(Status status, Recorded recorded) {
    Digest runs = recorded.runs();
    Should should = status.should();
    String what =
        runs == null
            ? "nothing that is known"
            : should != null && runs.equals(should.artifact())
                ? "what should run"
                : "%s, which is not what should run".formatted(runs);
    return "%s, since %s by %s (%s of promotion %d, %s%s)"
        .formatted(
            what,
            recorded.at(),
            recorded.by(),
            recorded.outcome(),
            recorded.seq(),
            recorded.engine(),
            recorded.reason() == null ? "" : ": " + recorded.reason());
  }

  private static void line(StringBuilder out, String text) {
    text.codePoints()
        .map(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? ' ' : c)
        .forEach(out::appendCodePoint);
    out.append('\n');
  }
}
