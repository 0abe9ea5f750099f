package dev.selfsame.attest.claim;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.attest.Attestation;
import dev.selfsame.attest.Role;
import dev.selfsame.attest.Statement;
import dev.selfsame.attest.claim.PromotionClaim.Verifier;
import dev.selfsame.attest.json.Fields;
import dev.selfsame.attest.json.StrictJson;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a deployer says of one attempt to bring a promoted artifact to a target, however it went. It
 * is no proof of what runs there now: whoever wants to know looks.
 *
 * @param release what was to run
 * @param target where
 * @param course how it went
 * @param deployer who says so, as the trust root names the key, and with which version
 */
public record DeployClaim(Release release, Target target, Course course, Verifier deployer) {
  /** The predicate type. */
  public static final String PREDICATE_TYPE = "https://selfsame.dev/deployment/v1";

  private static final int MOST = 1000;
  private static final int LONGEST = 300;

  public DeployClaim {
    requireNonNull(release);
    requireNonNull(target);
    requireNonNull(course);
    requireNonNull(deployer);
  }

  /**
   * What was to run.
   *
   * @param artifact the binary, the statement's only subject
   * @param resource registry, name and channel
   * @param seq the place of the promotion, or rollback, in the channel, from 1
   * @param promotion SHA-256 of the bundle that stands there
   * @param image SHA-256 of the manifest of the image that is run, where one is
   * @param evidence digests of the bundles that the promotion rests on, at most 1000
   */
  public record Release(
      Statement.Subject artifact,
      ChannelResource resource,
      long seq,
      Digest promotion,
      Optional<Digest> image,
      List<Digest> evidence) {
    /** Throws {@link IllegalArgumentException} with one phrase where the parts do not fit. */
    public Release {
      requireNonNull(artifact);
      requireNonNull(resource);
      requireNonNull(promotion);
      requireNonNull(image);
      evidence = List.copyOf(evidence);
      if (seq < 1) {
        throw new IllegalArgumentException("a promotion's place is 1 or more");
      }
      if (!artifact.name().equals(resource.name())) {
        throw new IllegalArgumentException("the artifact is not of the resource's name");
      }
      if (evidence.size() > MOST) {
        throw new IllegalArgumentException("more than 1000 attestations");
      }
    }
  }

  /**
   * Where. Each part is one line of 1 to 300 characters, and no secret.
   *
   * @param kind such as {@code docker}, {@code systemd} or {@code folder}
   * @param host which machine, or cluster
   * @param name which of them there: a container, a unit, a path
   * @param engine what carried it out, with its version, such as {@code Docker 26.1}
   */
  public record Target(String kind, String host, String name, String engine) {
    public Target {
      Stream.of(kind, host, name, engine).forEach(DeployClaim::requireLine);
    }

    /** The same place, whatever the engine's version: kind, host and name. */
    public String place() {
      return "%s:%s@%s".formatted(kind, name, host);
    }
  }

  /** How it ended. */
  public enum Outcome {
    /** It runs there, from the promoted bytes, and is well. */
    HEALTHY("healthy"),
    /** It did not do, and what was there before is there again. */
    ROLLED_BACK("rolled-back"),
    /** It did not do, and what is there now is not known to be what was there before. */
    FAILED("failed"),
    /** It was taken away. */
    REMOVED("removed");

    private final String word;

    Outcome(String word) {
      this.word = word;
    }

    /** As the predicate writes it. */
    public String word() {
      return word;
    }
  }

  /**
   * One look at whether it is well, or one step and what it found.
   *
   * @param what one line
   * @param result one line
   */
  public record HealthCheck(String what, String result, Instant at) {
    public HealthCheck {
      requireLine(what);
      requireLine(result);
      requireNonNull(at);
    }
  }

  /**
   * How it went.
   *
   * @param finishedOn not before {@code startedOn}
   * @param previous the artifact that ran there before, where that is known
   * @param configuration SHA-256 of the configuration without its secrets
   * @param health in order, at most 1000
   * @param reason why it did not do, one line; needed for everything but {@link Outcome#HEALTHY}
   */
  public record Course(
      Instant startedOn,
      Instant finishedOn,
      Outcome outcome,
      Optional<Digest> previous,
      Optional<Digest> configuration,
      List<HealthCheck> health,
      Optional<String> reason) {
    /** Throws {@link IllegalArgumentException} with one phrase where the parts do not fit. */
    public Course {
      requireNonNull(outcome);
      requireNonNull(previous);
      requireNonNull(configuration);
      health = List.copyOf(health);
      if (finishedOn.isBefore(startedOn)) {
        throw new IllegalArgumentException("it ended before it began");
      }
      if (health.size() > MOST) {
        throw new IllegalArgumentException("more than 1000 health checks");
      }
      if (outcome != Outcome.HEALTHY && reason.isEmpty()) {
        throw new IllegalArgumentException(outcome.word() + " needs a reason");
      }
      if (reason.filter(text -> !PromotionClaim.isReason(text)).isPresent()) {
        throw new IllegalArgumentException("a reason is one line of 1 to 1000 characters");
      }
    }
  }

  private static void requireLine(String text) {
    if (text.length() > LONGEST || !PromotionClaim.isReason(text)) {
      throw new IllegalArgumentException("not one line of 1 to 300 characters: " + text);
    }
  }

  /** Whether the attestation is of this claim's form. */
  public static boolean isIn(Attestation attestation) {
    return attestation.statement().predicateType().equals(PREDICATE_TYPE);
  }

  /** The statement that says this, to be signed with a deployer's key. */
  public Statement statement() {
    ObjectNode predicate = StrictJson.newObject();
    ObjectNode by = predicate.putObject("deployer").put("id", deployer.id());
    by.putObject("version").put("selfsame", deployer.version());
    predicate.put("resourceUri", release.resource().toString());
    ObjectNode promotion = predicate.putObject("promotion").put("seq", release.seq());
    digest(promotion, release.promotion());
    release.image().ifPresent(manifest -> digest(predicate.putObject("image"), manifest));
    ArrayNode evidence = predicate.putArray("evidence");
    release.evidence().forEach(each -> digest(evidence.addObject(), each));
    ObjectNode where = predicate.putObject("target");
    where.put("kind", target.kind()).put("host", target.host());
    where.put("name", target.name()).put("engine", target.engine());
    write(predicate, course);
    return Statement.of(List.of(release.artifact()), PREDICATE_TYPE, predicate);
  }

  private static void write(ObjectNode predicate, Course course) {
    predicate.put("startedOn", course.startedOn().toString());
    predicate.put("finishedOn", course.finishedOn().toString());
    predicate.put("outcome", course.outcome().word());
    course.previous().ifPresent(artifact -> digest(predicate.putObject("previous"), artifact));
    course
        .configuration()
        .ifPresent(settings -> digest(predicate.putObject("configuration"), settings));
    ArrayNode health = predicate.putArray("health");
    for (HealthCheck check : course.health()) {
      health
          .addObject()
          .put("what", check.what())
          .put("result", check.result())
          .put("at", check.at().toString());
    }
    course.reason().ifPresent(why -> predicate.put("reason", why));
  }

  /**
   * Reads the claim of a deployer's attestation.
   *
   * @throws Failure with exit 4 where it is by another role, of another type, names another
   *     deployer than the trust root does, or is not of the form that {@link #statement} writes
   */
  public static DeployClaim of(Attestation attestation) {
    return Claims.read(
        attestation,
        "deployment record",
        () -> {
          if (attestation.signer().role() != Role.DEPLOYER) {
            throw Fields.malformed("it is signed by no deployer");
          }
          return read(attestation);
        });
  }

  private static DeployClaim read(Attestation attestation) {
    Statement statement = attestation.statement();
    Fields root =
        Claims.predicate(statement, PREDICATE_TYPE)
            .only(
                "deployer",
                "resourceUri",
                "promotion",
                "image",
                "evidence",
                "target",
                "startedOn",
                "finishedOn",
                "outcome",
                "previous",
                "configuration",
                "health",
                "reason");
    if (statement.subjects().size() != 1) {
      throw Fields.malformed("it has not exactly one subject");
    }
    Fields promotion = root.object("promotion").only("seq", "digest");
    Fields target = root.object("target").only("kind", "host", "name", "engine");
    return new DeployClaim(
        new Release(
            statement.subjects().getFirst(),
            ChannelResource.parse(root.text("resourceUri")),
            promotion.integer("seq"),
            digest(promotion),
            optionalDigest(root, "image"),
            root.objects("evidence").stream().map(DeployClaim::digest).toList()),
        new Target(
            target.text("kind"), target.text("host"), target.text("name"), target.text("engine")),
        course(root),
        deployer(root.object("deployer"), attestation));
  }

  private static Course course(Fields root) {
    return new Course(
        root.time("startedOn"),
        root.time("finishedOn"),
        outcome(root.text("outcome")),
        optionalDigest(root, "previous"),
        optionalDigest(root, "configuration"),
        root.objects("health").stream()
            .map(check -> check.only("what", "result", "at"))
            .map(check ->
                new HealthCheck(check.text("what"), check.text("result"), check.time("at")))
            .toList(),
        root.optionalText("reason"));
  }

  private static Outcome outcome(String word) {
    return Stream.of(Outcome.values())
        .filter(outcome -> outcome.word().equals(word))
        .findFirst()
        .orElseThrow(() -> Fields.malformed("unknown outcome " + word));
  }

  private static Verifier deployer(Fields by, Attestation attestation) {
    String id = by.text("id");
    if (!id.equals(attestation.signer().verifierId())) {
      throw Fields.malformed(
          "it names the deployer %s, but its key belongs to %s"
              .formatted(id, attestation.signer().verifierId()));
    }
    return new Verifier(id, by.object("version").text("selfsame"));
  }

  private static Optional<Digest> optionalDigest(Fields root, String name) {
    return root.has(name) ? Optional.of(digest(root.object(name))) : Optional.empty();
  }

  private static Digest digest(Fields entry) {
    return entry.object("digest").only("sha256").sha256("sha256");
  }

  private static void digest(ObjectNode entry, Digest digest) {
    entry.putObject("digest").put("sha256", digest.hex());
  }
}
