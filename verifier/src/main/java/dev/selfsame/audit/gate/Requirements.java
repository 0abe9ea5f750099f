package dev.selfsame.audit.gate;

import dev.selfsame.attest.claim.AllowedPin;
import dev.selfsame.audit.Audit;
import dev.selfsame.audit.Audit.Built;
import dev.selfsame.audit.Audit.Promotion;
import dev.selfsame.audit.AuditText;
import dev.selfsame.audit.Checked;
import dev.selfsame.audit.gate.Requirement.Answer;
import dev.selfsame.audit.gate.Requirement.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Holds an audit against a policy. A build counts where it meets all that is asked of a build, as
 * in a promotion's policy: so more evidence can never make a yes a no.
 */
final class Requirements {
  /** How far the promoter's clock may be ahead of this machine's. */
  private static final Duration SKEW = Duration.ofMinutes(5);

  private final GatePolicy policy;
  private final Instant now;
  private final List<Requirement> all = new ArrayList<>();

  private Requirements(GatePolicy policy, Instant now) {
    this.policy = policy;
    this.now = now;
  }

  static List<Requirement> of(Checked checked, GatePolicy policy, Instant now) {
    Requirements requirements = new Requirements(policy, now);
    switch (checked) {
      case Checked.Told told -> requirements.told(told.audit());
      case Checked.Untold untold -> requirements.untold(untold.error());
    }
    return requirements.all;
  }

  private void told(Audit audit) {
    switch (audit) {
      case Audit.Promoted yes -> {
        Promotion promotion = yes.promotion();
        promoted(Answer.YES, place(promotion));
        builds(yes.builds());
        age(promotion);
      }
      case Audit.NotPromoted no -> {
        promoted(Answer.NO, no.reason());
        builds(no.builds());
        age(null);
      }
      case Audit.Unknown _ -> {
        promoted(Answer.NO, "unknown to the registry");
        builds(List.of());
        age(null);
      }
      case Audit.RunsOther other -> untold(AuditText.headline(other));
      case Audit.BadEvidence bad -> untold(bad.reason());
    }
  }

  private static String place(Promotion promotion) {
    Audit.Rollback back = promotion.rollback();
    String again = back == null ? "" : ", a rollback to promotion " + back.to();
    return "promotion %d of %s into %s%s"
        .formatted(promotion.seq(), promotion.name(), promotion.channel(), again);
  }

  private void promoted(Answer answer, String seen) {
    String into = "into " + policy.channel();
    String asked = policy.name() == null ? into : into + " as " + policy.name();
    all.add(new Requirement(Kind.PROMOTED, answer, asked, seen));
  }

  private void builds(List<Built> builds) {
    Predicate<Built> inPin =
        build ->
            policy.pins().isEmpty()
                || policy.pins().stream().anyMatch(pin -> pin.allows(build.pin(), build.pinRoot()));
    Predicate<Built> repeated = build -> !policy.reproducible() || build.reproducible();
    TreeSet<String> operators = new TreeSet<>();
    builds.stream().filter(inPin.and(repeated)).map(Built::operator).forEach(operators::add);
    all.add(
        new Requirement(
            Kind.OPERATORS,
            Answer.of(operators.size() >= policy.minimumOperators()),
            "at least " + policy.minimumOperators(),
            operators.isEmpty()
                ? "none has a build that counts"
                : "%d: %s".formatted(operators.size(), String.join(", ", operators))));
    if (!policy.pins().isEmpty()) {
      TreeSet<String> seen = new TreeSet<>();
      builds.forEach(
          build -> seen.add(AllowedPin.seen(policy.pins(), build.pin(), build.pinRoot())));
      all.add(
          new Requirement(
              Kind.PIN,
              Answer.of(builds.stream().anyMatch(inPin)),
              pins(),
              seen.isEmpty() ? "no build" : String.join(", ", seen)));
    }
    if (policy.reproducible()) {
      long proven = builds.stream().filter(Built::reproducible).count();
      all.add(
          new Requirement(
              Kind.REPRODUCIBLE,
              Answer.of(proven > 0),
              "proven by repeated builds",
              builds.isEmpty()
                  ? "no build"
                  : "proven of %d of %d builds".formatted(proven, builds.size())));
    }
  }

  private String pins() {
    return policy.pins().stream().map(AllowedPin::toString).collect(Collectors.joining(" or "));
  }

  private void age(@Nullable Promotion promotion) {
    Duration most = policy.maximumAge();
    if (most == null) {
      return;
    }
    String asked = "at most " + Ages.text(most);
    if (promotion == null) {
      all.add(new Requirement(Kind.AGE, Answer.NO, asked, "no promotion"));
      return;
    }
    // A rollback does not renew what it brings back.
    Instant at = promotion.judged();
    Duration age = Duration.between(at, now);
    boolean ahead = age.compareTo(SKEW.negated()) < 0;
    all.add(
        new Requirement(
            Kind.AGE,
            Answer.of(!ahead && age.compareTo(most) <= 0),
            asked,
            ahead
                ? "promoted at %s, which is still to come by this machine's clock".formatted(at)
                : "%s, promoted at %s".formatted(Ages.text(age), at)));
  }

  /** There is no evidence to judge by, and every check says so. */
  private void untold(String why) {
    promoted(Answer.UNTOLD, why);
    String seen = "not looked at";
    all.add(
        new Requirement(
            Kind.OPERATORS, Answer.UNTOLD, "at least " + policy.minimumOperators(), seen));
    if (!policy.pins().isEmpty()) {
      all.add(new Requirement(Kind.PIN, Answer.UNTOLD, pins(), seen));
    }
    if (policy.reproducible()) {
      all.add(new Requirement(Kind.REPRODUCIBLE, Answer.UNTOLD, "proven by repeated builds", seen));
    }
    Duration most = policy.maximumAge();
    if (most != null) {
      all.add(new Requirement(Kind.AGE, Answer.UNTOLD, "at most " + Ages.text(most), seen));
    }
  }
}
