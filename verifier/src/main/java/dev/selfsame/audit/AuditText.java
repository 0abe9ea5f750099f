package dev.selfsame.audit;

import dev.selfsame.audit.Audit.BadEvidence;
import dev.selfsame.audit.Audit.Built;
import dev.selfsame.audit.Audit.Difference;
import dev.selfsame.audit.Audit.Frozen;
import dev.selfsame.audit.Audit.Nearest;
import dev.selfsame.audit.Audit.NotPromoted;
import dev.selfsame.audit.Audit.Promoted;
import dev.selfsame.audit.Audit.Promotion;
import dev.selfsame.audit.Audit.Rollback;
import dev.selfsame.audit.Audit.RunsOther;
import dev.selfsame.audit.Audit.Subject;
import dev.selfsame.audit.Audit.Unknown;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** An audit for people: the answer in one line, then what it rests on. */
public final class AuditText {
  private AuditText() {}

  /** Lines with a newline after each. */
  public static String of(Audit audit) {
    StringBuilder out = new StringBuilder();
    // The common answer is spared the switch, whose code a fresh JVM must first make.
    if (audit instanceof Promoted yes) {
      promoted(out, yes);
      return out.toString();
    }
    switch (audit) {
      case Promoted yes -> promoted(out, yes);
      case NotPromoted no -> {
        line(out, headline(no));
        subject(out, no.subject());
        no.builds().forEach(build -> build(out, build));
        remarks(out, no.remarks());
      }
      case Unknown unknown -> {
        line(out, headline(unknown));
        subject(out, unknown.subject());
        unknown(out, unknown);
      }
      case RunsOther other -> {
        line(out, headline(other));
        field(out, "runs", bytes(other.running()));
        field(out, "file", bytes(other.file()));
        PlaceText.append(out, other.subject());
      }
      case BadEvidence bad -> {
        line(out, headline(bad));
        subject(out, bad.subject());
      }
    }
    return out.toString();
  }

  /** The answer in one line: what a text begins with, and what an annotation says. */
  public static String headline(Audit audit) {
    String path = audit.subject().path();
    return oneLine(
        switch (audit) {
          case Promoted yes -> promoted(yes);
          case NotPromoted no -> "not promoted: %s: %s".formatted(path, no.reason());
          case Unknown _ -> "unknown to the registry: " + path;
          case RunsOther other -> "other bytes run: %s: %s".formatted(path, other.reason());
          case BadEvidence bad -> "evidence is bad: %s: %s".formatted(path, bad.reason());
        });
  }

  private static String bytes(Audit audit) {
    Subject subject = audit.subject();
    return "%s, %d bytes: %s".formatted(subject.digest(), subject.size(), headline(audit));
  }

  private static String promoted(Promoted yes) {
    Promotion promotion = yes.promotion();
    return "promoted: %s is %s, %s into %s"
        .formatted(yes.subject().path(), promotion.name(), place(promotion), promotion.channel());
  }

  private static void unknown(StringBuilder out, Unknown unknown) {
    Difference difference = unknown.difference();
    if (difference != null) {
      field(out, "differs", difference(difference));
    }
    if (!unknown.facts().isEmpty()) {
      List<String> words = new ArrayList<>();
      Map<String, String> doubts = unknown.doubts();
      unknown
          .facts()
          .forEach((name, value) -> words.add(name + " " + value + doubts.getOrDefault(name, "")));
      field(out, "says itself", String.join(", ", words));
    }
    Nearest nearest = unknown.nearest();
    if (nearest != null) {
      field(out, "nearest", nearest(nearest));
    }
  }

  private static String nearest(Nearest nearest) {
    return "%s, promotion %d (%s), which has %s; %s"
        .formatted(
            nearest.name(),
            nearest.seq(),
            nearest.promoted(),
            sizes(nearest.sizeDelta()),
            nearest.cause().isEmpty()
                ? "no cause was found"
                : "with that for A and this for B: " + nearest.cause());
  }

  private static String sizes(long delta) {
    return delta == 0
        ? "the same size"
        : "%d bytes %s".formatted(Math.abs(delta), delta > 0 ? "fewer" : "more");
  }

  private static void promoted(StringBuilder out, Promoted yes) {
    Promotion promotion = yes.promotion();
    line(out, promoted(yes));
    subject(out, yes.subject());
    yes.builds().forEach(build -> build(out, build));
    TreeSet<String> operators = new TreeSet<>();
    yes.builds().forEach(build -> operators.add(build.operator()));
    if (operators.size() > 1) {
      field(out, "agreed", operators.size() + " operators got the same bytes");
    }
    decided(out, promotion);
    field(out, "policy", promotion.policy().toString());
    if (promotion.expires() != null) {
      field(out, "until", promotion.expires().toString());
    }
    remarks(out, yes.remarks());
  }

  private static String place(Promotion promotion) {
    Rollback back = promotion.rollback();
    return back == null
        ? "promotion " + promotion.seq()
        : "promotion %d again by rollback %d".formatted(back.to(), promotion.seq());
  }

  private static void decided(StringBuilder out, Promotion promotion) {
    String decided =
        "%s by %s".formatted(promotion.at().truncatedTo(ChronoUnit.SECONDS), promotion.by());
    Rollback back = promotion.rollback();
    if (back == null) {
      field(out, "promoted", decided);
    } else {
      field(out, "rolled back", decided + ": " + back.reason());
    }
    Frozen frozen = promotion.frozen();
    if (frozen != null) {
      field(out, "frozen", "%s by %s: %s".formatted(frozen.since(), frozen.by(), frozen.reason()));
    }
  }

  private static void subject(StringBuilder out, Subject subject) {
    field(out, "file", "%s, %d bytes".formatted(subject.digest(), subject.size()));
    if (subject.image() != null || subject.container() != null || subject.running() != null) {
      PlaceText.append(out, subject);
    }
  }

  private static void build(StringBuilder out, Built build) {
    field(
        out,
        "built by",
        "%s (%s) at %s".formatted(build.operator(), build.builderId(), build.at()));
    String repository = build.repository();
    field(
        out,
        "source",
        "%scommit %s%s"
            .formatted(
                repository == null ? "" : repository + " ",
                build.commit(),
                build.dirty() ? ", with changes that were not committed" : ""));
    field(out, "rustc", "%s in %s".formatted(build.rustc(), build.pin()));
    field(out, "strip state", build.stripState());
    field(
        out,
        "repeated",
        build.reproducible()
            ? "two controls and a varied build gave the same bytes"
            : "not proven to be reproducible");
  }

  private static String difference(Difference difference) {
    String promoted =
        "promoted %s (%s, %d bytes)"
            .formatted(difference.name(), difference.promoted(), difference.promotedSize());
    if (difference.sizeDelta() == 0) {
      return "%d bytes are not those of the %s, the first at offset %d"
          .formatted(difference.differingBytes(), promoted, difference.firstDifference());
    }
    return "%d bytes %s than the %s; the first difference is at offset %d"
        .formatted(
            Math.abs(difference.sizeDelta()),
            difference.sizeDelta() > 0 ? "more" : "fewer",
            promoted,
            difference.firstDifference());
  }

  private static void remarks(StringBuilder out, List<String> remarks) {
    remarks.forEach(remark -> field(out, "not counted", remark));
  }

  static void field(StringBuilder out, String name, String value) {
    line(out, "  " + name + " ".repeat(Math.max(1, 13 - name.length())) + value);
  }

  static void line(StringBuilder out, String text) {
    out.append(oneLine(text)).append('\n');
  }

  /** A file's name must not forge a second line or move the cursor. */
  static String oneLine(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? ' ' : c)
        .forEach(out::appendCodePoint);
    return out.toString();
  }
}
