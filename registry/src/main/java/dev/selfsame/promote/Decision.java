package dev.selfsame.promote;

import dev.selfsame.attest.claim.AllowedPin;
import dev.selfsame.attest.claim.BuildClaim;
import dev.selfsame.digest.Digest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A policy held against evidence.
 *
 * @param artifact the bytes in question
 * @param checks every condition that the policy asks, in a fixed order
 * @param inputs the builds that meet every condition, by bundle digest; what the decision rests on
 */
public record Decision(Digest artifact, List<Check> checks, List<Build> inputs) {
  /** A builder's clock may run ahead of ours by this much. */
  static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  public Decision {
    checks = List.copyOf(checks);
    inputs = List.copyOf(inputs);
  }

  /** Whether every condition is met. */
  public boolean passed() {
    return checks.stream().allMatch(Check::met);
  }

  /** The same decision with one more condition, if there is one. */
  Decision with(Optional<Check> check) {
    return new Decision(artifact, Stream.concat(checks.stream(), check.stream()).toList(), inputs);
  }

  /**
   * Decides.
   *
   * @param staged every verified build under the artifact's name, of these bytes and of others
   * @param witnesses those, and builds that count no longer: their dissent is kept
   */
  public static Decision of(
      Policy policy,
      Digest artifact,
      Collection<Build> staged,
      Collection<Build> witnesses,
      Instant now) {
    List<Build> builds =
        staged.stream()
            .filter(build -> build.output(artifact).isPresent())
            .sorted(java.util.Comparator.comparing(Build::bundle))
            .toList();
    List<Condition> conditions = conditions(policy, artifact, now);
    List<Build> meeting =
        builds.stream()
            .filter(build -> conditions.stream().allMatch(c -> c.asks().test(build)))
            .toList();
    List<Check> checks = new ArrayList<>();
    checks.add(operators(policy, builds, meeting));
    conditions.forEach(condition -> checks.add(condition.check(builds, policy)));
    checks.add(agreement(artifact, builds, witnesses));
    return new Decision(artifact, checks, meeting);
  }

  /**
   * What every counted build must meet.
   *
   * @param found what a build has in this place, in words
   */
  private record Condition(
      String id, String wanted, Predicate<Build> asks, Function<Build, String> found) {

    /** Met where enough operators have a build that meets it; the joint count is another check. */
    Check check(List<Build> builds, Policy policy) {
      if (operatorsOf(builds.stream().filter(asks)).size() >= policy.minimumOperators()) {
        return new Check(id, true, wanted);
      }
      String against =
          builds.stream()
              .filter(asks.negate())
              .map(build -> build.operator() + ": " + found.apply(build))
              .distinct()
              .collect(Collectors.joining("; "));
      return new Check(
          id,
          false,
          "%s, but %s".formatted(wanted, against.isEmpty() ? "too few builds" : against));
    }
  }

  private static Check operators(Policy policy, List<Build> builds, List<Build> meeting) {
    TreeSet<String> all = operatorsOf(builds.stream());
    TreeSet<String> counted = operatorsOf(meeting.stream());
    int wanted = policy.minimumOperators();
    if (counted.size() >= wanted) {
      return new Check(
          "operators",
          true,
          "%d of at least %d: %s".formatted(counted.size(), wanted, list(counted)));
    }
    String reason =
        all.isEmpty()
            ? "nobody has signed a build of these bytes"
            : "%d of at least %d meet every condition; signed by %s"
                .formatted(counted.size(), wanted, list(all));
    return new Check("operators", false, reason);
  }

  private static List<Condition> conditions(Policy policy, Digest artifact, Instant now) {
    List<Condition> all = new ArrayList<>();
    oneOf(all, "builder", policy.builders(), build -> build.claim().builderId());
    pins(all, policy.pins());
    if (policy.controlsIdentical()) {
      all.add(
          new Condition(
              "controls",
              "at least two control builds, the same to the byte",
              build -> build.claim().reproducibility().controlsProven(),
              build -> controls(build.claim().reproducibility())));
    }
    if (policy.variedIdentical()) {
      all.add(
          new Condition(
              "varied",
              "a varied build, the same to the byte",
              build -> build.claim().reproducibility().variationProven(),
              build -> build.claim().reproducibility().varied() < 1 ? "none" : "it differs"));
    }
    oneOf(all, "strip", policy.stripStates(), build -> strip(build, artifact));
    oneOf(all, "source", policy.sources(), Decision::repository);
    if (policy.cleanSource()) {
      all.add(
          new Condition(
              "clean",
              "a work tree equal to its commit",
              build -> !build.claim().source().dirty(),
              build -> "it differed from " + build.claim().source().commit()));
    }
    all.add(age(policy, now));
    return all;
  }

  private static void pins(List<Condition> all, List<AllowedPin> allowed) {
    if (!allowed.isEmpty()) {
      all.add(
          new Condition(
              "pin",
              "one of " + list(allowed.stream().map(AllowedPin::toString).sorted().toList()),
              build ->
                  allowed.stream()
                      .anyMatch(
                          pin -> pin.allows(build.claim().pinId(), build.claim().rootDiffId())),
              build ->
                  AllowedPin.seen(allowed, build.claim().pinId(), build.claim().rootDiffId())));
    }
  }

  private static void oneOf(
      List<Condition> all, String id, List<String> allowed, Function<Build, String> found) {
    if (!allowed.isEmpty()) {
      all.add(
          new Condition(
              id,
              "one of " + list(new TreeSet<>(allowed)),
              build -> allowed.contains(found.apply(build)),
              found));
    }
  }

  /**
   * By the builder's clock: it can make its evidence look younger, but not come from the future.
   */
  private static Condition age(Policy policy, Instant now) {
    Optional<Duration> most = Optional.ofNullable(policy.maxEvidenceAge());
    return new Condition(
        "age",
        most.map(age -> "built within %d days".formatted(age.toDays())).orElse("built before now"),
        build -> {
          Instant ended = build.claim().finishedOn();
          return !ended.isAfter(now.plus(CLOCK_SKEW))
              && most.map(age -> !ended.plus(age).isBefore(now)).orElse(true);
        },
        build -> "it ended " + build.claim().finishedOn());
  }

  private static Check agreement(Digest artifact, List<Build> builds, Collection<Build> witnesses) {
    for (Build build : builds) {
      String output = build.output(artifact).orElseThrow().name();
      for (Build other : witnesses) {
        Optional<Digest> otherwise =
            other.claim().outputs().stream()
                .filter(o -> o.name().equals(output) && !o.digest().equals(artifact))
                .map(BuildClaim.Output::digest)
                .findFirst();
        if (otherwise.isPresent() && other.sameRequest(build)) {
          return new Check(
              "agreement",
              false,
              "%s got %s from the same source, recipe and root"
                  .formatted(other.operator(), otherwise.get()));
        }
      }
    }
    return new Check("agreement", true, "nobody got other bytes from the same request");
  }

  private static String controls(BuildClaim.Repeats repeats) {
    return repeats.controls() < 2 ? "%d made".formatted(repeats.controls()) : "they differ";
  }

  private static String strip(Build build, Digest artifact) {
    return build.output(artifact).map(BuildClaim.Output::stripState).orElse("unknown");
  }

  private static String repository(Build build) {
    return build.claim().source().repository().orElse("no repository is recorded");
  }

  private static TreeSet<String> operatorsOf(Stream<Build> builds) {
    return builds.map(Build::operator).collect(Collectors.toCollection(TreeSet::new));
  }

  private static String list(Collection<String> words) {
    return String.join(", ", words);
  }
}
