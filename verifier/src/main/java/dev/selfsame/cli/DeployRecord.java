package dev.selfsame.cli;

import dev.selfsame.attest.Signer;
import dev.selfsame.attest.Statement;
import dev.selfsame.attest.claim.ChannelResource;
import dev.selfsame.attest.claim.DeployClaim;
import dev.selfsame.attest.claim.DeployClaim.Course;
import dev.selfsame.attest.claim.DeployClaim.HealthCheck;
import dev.selfsame.deploy.Deployment;
import dev.selfsame.deploy.DeploymentLog;
import dev.selfsame.deploy.Ended;
import dev.selfsame.deploy.Outcome;
import dev.selfsame.deploy.Outcome.Finding;
import dev.selfsame.deploy.TargetName;
import dev.selfsame.digest.Digest;
import dev.selfsame.promote.Deployments;
import dev.selfsame.promote.Desk;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Signs how deployments ended, and keeps that in the registry that they came from. */
final class DeployRecord implements DeploymentLog {
  private static final int LONGEST = 300;
  private static final int LONGEST_REASON = 1000;

  private final Surroundings surroundings;
  private final RegistryOptions registry;
  private final Signer signer;
  private final TargetName target;

  DeployRecord(
      Surroundings surroundings, RegistryOptions registry, Signer signer, TargetName target) {
    this.surroundings = surroundings;
    this.registry = registry;
    this.signer = signer;
    this.target = target;
  }

  /** Refuses, before anything is deployed, a key that may not sign deployments. */
  static void requireDeployer(Surroundings surroundings, RegistryOptions registry, Signer signer) {
    var _ =
        Deployments.deployer(
            registry.reading(), signer, SelfsameCommand.VERSION, surroundings.clock().instant());
  }

  @Override
  public String record(Ended ended) {
    return switch (ended.outcome()) {
      case Outcome.NothingToDo _ -> "no record: nothing was deployed";
      case Outcome.Healthy yes ->
          keep(ended, DeployClaim.Outcome.HEALTHY, yes.findings(), Optional.empty());
      case Outcome.RolledBack no ->
          keep(
              ended,
              DeployClaim.Outcome.ROLLED_BACK,
              no.findings(),
              Optional.of(no.step() + ": " + no.reason()));
      case Outcome.Failed no ->
          keep(
              ended,
              DeployClaim.Outcome.FAILED,
              List.of(),
              Optional.of(
                  "%s: %s; %s stands there".formatted(no.step(), no.reason(), no.stands())));
      case Outcome.Unfinished open ->
          keep(
              ended,
              DeployClaim.Outcome.FAILED,
              List.of(),
              Optional.of("%s: %s; %s".formatted(open.step(), open.reason(), open.then())));
    };
  }

  private String keep(
      Ended ended, DeployClaim.Outcome how, List<Finding> findings, Optional<String> reason) {
    Deployment of = ended.outcome().deployment();
    List<HealthCheck> checks =
        findings.stream()
            .map(one -> new HealthCheck(one.step(), line(one.found(), LONGEST), one.at()))
            .toList();
    Course course =
        new Course(
            of.startedAt(),
            ended.at().isBefore(of.startedAt()) ? of.startedAt() : ended.at(),
            how,
            Optional.ofNullable(ended.previous()),
            Optional.of(of.settings()),
            checks,
            reason.map(why -> line(why, LONGEST_REASON)));
    Instant now = surroundings.clock().instant();
    Digest bundle =
        registry.writing(
            RegistryAccess.Absent.REFUSE,
            desk ->
                new Deployments(desk)
                    .keep(claim(desk, of, course, place(ended.engine()), now), signer, now)
                    .bundle());
    return "recorded: " + bundle;
  }

  private DeployClaim claim(
      Desk desk, Deployment of, Course course, DeployClaim.Target place, Instant now) {
    return new DeployClaim(
        new DeployClaim.Release(
            new Statement.Subject(of.name(), of.artifact()),
            new ChannelResource(desk.evidence().registry().name(), of.name(), of.channel()),
            of.seq(),
            of.promotion(),
            Optional.ofNullable(of.image()),
            of.evidence()),
        place,
        course,
        Deployments.deployer(desk.evidence(), signer, SelfsameCommand.VERSION, now));
  }

  private DeployClaim.Target place(String engine) {
    return switch (target) {
      case TargetName.Container container ->
          place(
              container.engine().word(), engineHost(container.engine()), container.name(), engine);
      case TargetName.InContainer inside ->
          place(
              inside.engine().word(),
              engineHost(inside.engine()),
              inside.name() + ":" + inside.path(),
              engine);
      case TargetName.Folder folder -> place("dir", host(), folder.path().toString(), engine);
      case TargetName.Unit unit -> place("systemd", host(), unit.unit(), engine);
      case TargetName.Manifests manifests ->
          place("kubernetes", host(), manifests.file().toString(), engine);
    };
  }

  private static DeployClaim.Target place(String kind, String host, String name, String engine) {
    return new DeployClaim.Target(kind, host, line(name, LONGEST), line(engine, LONGEST));
  }

  /** An engine that is addressed by a URL is on that machine. */
  private String engineHost(TargetName.Engine engine) {
    String address =
        surroundings
            .environment()
            .getOrDefault(
                switch (engine) {
                  case DOCKER -> "DOCKER_HOST";
                  case PODMAN -> "CONTAINER_HOST";
                },
                "");
    return address.isBlank() || address.startsWith("unix:") ? host() : line(address, LONGEST);
  }

  private static String host() {
    return line(ThisMachine.name(), LONGEST);
  }

  /** One line of a length that a record takes. */
  private static String line(String text, int most) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .map(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? ' ' : c)
        .limit(most)
        .forEach(out::appendCodePoint);
    String line = out.toString().strip();
    String cut = line.length() > most ? line.substring(0, most) : line;
    return cut.isEmpty() ? "-" : cut;
  }
}
