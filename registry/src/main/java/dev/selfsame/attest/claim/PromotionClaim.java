package dev.selfsame.attest.claim;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.attest.Attestation;
import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.Role;
import dev.selfsame.attest.Statement;
import dev.selfsame.attest.json.Fields;
import dev.selfsame.attest.json.StrictJson;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.MalformedDocumentException;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/**
 * One link of a channel's signed chain, carried by a SLSA verification summary v1: these bytes are,
 * from now on, what the channel holds. A freeze and its lifting change nothing of that: they name
 * again what the channel holds, with the same policy, inputs and end.
 *
 * @param artifact the promoted binary, the statement's only subject
 * @param resource registry, name and channel
 * @param policy SHA-256 of the policy's exact bytes
 * @param inputs digests of the attestation bundles that the decision rests on, in order
 * @param verifier who decided
 * @param timeVerified when, by the verifier's clock
 * @param link the place in the chain
 */
public record PromotionClaim(
    Statement.Subject artifact,
    ChannelResource resource,
    Digest policy,
    List<Digest> inputs,
    Verifier verifier,
    Instant timeVerified,
    Link link) {
  /** The predicate type. */
  public static final String PREDICATE_TYPE = "https://slsa.dev/verification_summary/v1";

  private static final String CHANNEL_FIELD = "https://selfsame.dev/channel";
  private static final String PASSED = "PASSED";
  private static final String LEVEL = "SLSA_BUILD_LEVEL_1";
  private static final int MAX_INPUTS = 1000;

  /** Throws {@link IllegalArgumentException} where a promotion rests on no evidence. */
  public PromotionClaim {
    requireNonNull(artifact);
    requireNonNull(resource);
    requireNonNull(policy);
    requireNonNull(verifier);
    requireNonNull(timeVerified);
    requireNonNull(link);
    inputs = List.copyOf(inputs);
    if (inputs.size() > MAX_INPUTS) {
      throw new IllegalArgumentException("more than 1000 input attestations");
    }
    if (inputs.isEmpty() && link.action() != Action.BREAK_GLASS) {
      throw new IllegalArgumentException("a promotion rests on at least one attestation");
    }
  }

  /**
   * Who decided.
   *
   * @param id URI, equal to what the trust root says of the signing key
   * @param version version of the program that decided
   */
  public record Verifier(String id, String version) {
    private static final String OPERATORS = "https://selfsame.dev/operators/";

    public Verifier {
      requireNonNull(id);
      requireNonNull(version);
    }

    /** The operator whom the id names, as {@link dev.selfsame.attest.TrustedKey#verifierId}. */
    public String operator() {
      return id.startsWith(OPERATORS) ? id.substring(OPERATORS.length()) : id;
    }
  }

  /** What a link does. */
  public enum Action {
    /** New bytes enter the channel. */
    PROMOTE,
    /** Bytes that the channel held before come back. */
    ROLLBACK,
    /** Nothing may enter until a policy key lifts it; what is held stays. */
    FREEZE,
    /** A freeze is lifted. */
    UNFREEZE,
    /** Bytes enter past the policy, for a short time. */
    BREAK_GLASS;

    /** Whose word it is: promoters move bytes, anybody may stop, and policy alone lifts a stop. */
    public Set<Role> signers() {
      return switch (this) {
        case PROMOTE, ROLLBACK, BREAK_GLASS -> Set.of(Role.PROMOTER);
        case FREEZE -> Set.of(Role.PROMOTER, Role.POLICY);
        case UNFREEZE -> Set.of(Role.POLICY);
      };
    }

    /** Whether it decides which bytes the channel holds. */
    public boolean enters() {
      return switch (this) {
        case PROMOTE, ROLLBACK, BREAK_GLASS -> true;
        case FREEZE, UNFREEZE -> false;
      };
    }
  }

  /**
   * A place in a channel's chain.
   *
   * @param sequence from 1, one more than the link before
   * @param previous SHA-256 of the bundle of the link before; absent only for the first
   * @param action what it does
   * @param expires when it stops counting, where it does
   * @param reason why, in one line; needed for everything but a promotion
   * @param restores the place of the promotion that a rollback brings back; empty for all others
   */
  public record Link(
      long sequence,
      Optional<Digest> previous,
      Action action,
      Optional<Instant> expires,
      Optional<String> reason,
      OptionalLong restores) {
    /** What brings nothing back. */
    public Link(
        long sequence,
        Optional<Digest> previous,
        Action action,
        Optional<Instant> expires,
        Optional<String> reason) {
      this(sequence, previous, action, expires, reason, OptionalLong.empty());
    }

    /** Throws {@link IllegalArgumentException} with one phrase where the parts do not fit. */
    public Link {
      if (sequence < 1 || (sequence == 1) != previous.isEmpty()) {
        throw new IllegalArgumentException(
            "sequence counts from 1, and every link but the first names the one before");
      }
      if (action != Action.PROMOTE && reason.isEmpty()) {
        throw new IllegalArgumentException(action + " needs a reason");
      }
      if (action == Action.BREAK_GLASS && expires.isEmpty()) {
        throw new IllegalArgumentException("BREAK_GLASS needs an end");
      }
      if (reason.filter(text -> !isReason(text)).isPresent()) {
        throw new IllegalArgumentException("a reason is one line of 1 to 1000 characters");
      }
      if ((action == Action.ROLLBACK) != restores.isPresent()
          || restores.orElse(1) < 1
          || restores.orElse(0) >= sequence) {
        throw new IllegalArgumentException("a rollback, and nothing else, names an earlier place");
      }
    }
  }

  /** Whether a text may be a reason: one line that moves no cursor, of 1 to 1000 characters. */
  public static boolean isReason(String text) {
    return !text.isBlank()
        && text.length() <= 1000
        && text.codePoints()
            .noneMatch(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029);
  }

  /** Whether it still counts at that moment. */
  public boolean currentAt(Instant at) {
    return link.expires().map(at::isBefore).orElse(true);
  }

  /** Whether the attestation is a verification summary, this claim's form. */
  public static boolean isIn(Attestation attestation) {
    return attestation.statement().predicateType().equals(PREDICATE_TYPE);
  }

  /** The statement that says this, to be signed with a promoter's or policy key. */
  public Statement statement() {
    ObjectNode predicate = StrictJson.newObject();
    ObjectNode by = predicate.putObject("verifier").put("id", verifier.id());
    by.putObject("version").put("selfsame", verifier.version());
    predicate.put("timeVerified", timeVerified.toString());
    predicate.put("resourceUri", resource.toString());
    digest(predicate.putObject("policy"), policy);
    ArrayNode attestations = predicate.putArray("inputAttestations");
    inputs.forEach(input -> digest(attestations.addObject(), input));
    predicate.put("verificationResult", PASSED);
    predicate.putArray("verifiedLevels").add(LEVEL);
    predicate.put("slsaVersion", "1.1");
    ObjectNode chain = predicate.putObject(CHANNEL_FIELD).put("seq", link.sequence());
    link.previous().ifPresent(before -> chain.put("prev", before.hex()));
    chain.put("action", link.action().name());
    link.expires().ifPresent(end -> chain.put("expires", end.toString()));
    link.reason().ifPresent(why -> chain.put("reason", why));
    link.restores().ifPresent(place -> chain.put("restores", place));
    return Statement.of(List.of(artifact), PREDICATE_TYPE, predicate);
  }

  /**
   * Reads the claim of a promoter's or policy key's attestation.
   *
   * @throws Failure with exit 4 where it is by another role, of another type, did not pass, names
   *     another verifier than the trust root does, or is not of the form that {@link #statement}
   *     writes
   */
  public static PromotionClaim of(Attestation attestation) {
    return Claims.read(
        attestation,
        "promotion",
        () -> {
          Role role = attestation.signer().role();
          if (role != Role.PROMOTER && role != Role.POLICY) {
            throw Fields.malformed("it is signed by no promoter");
          }
          PromotionClaim claim = read(attestation);
          if (!claim.link().action().signers().contains(role)) {
            throw Fields.malformed(
                "a %s key may sign no %s".formatted(role.word(), claim.link().action()));
          }
          return claim;
        });
  }

  /**
   * Reads a claim that was verified once. Only for bytes that a verified record names by digest.
   *
   * @throws Failure with exit 4 where it is not of the form that {@link #statement} writes
   */
  public static PromotionClaim seenBefore(Bundle bundle) {
    try {
      return read(
          bundle.unverified().orElseThrow(() -> Fields.malformed("it is no statement")),
          PromotionClaim::verifier);
    } catch (MalformedDocumentException | IllegalArgumentException e) {
      throw new Failure(
          ExitCode.BAD_EVIDENCE,
          "evidence %s is no valid promotion: %s"
              .formatted(bundle.digest().abbreviated(), e.getMessage()),
          "restore the registry from a copy",
          e);
    }
  }

  /**
   * What a bundle says that it does, whoever signed it and whether or not: for logs alone.
   *
   * @return empty where it is no such claim
   */
  public static Optional<Action> unverifiedAction(byte[] bundle) {
    try {
      return Optional.of(seenBefore(Bundle.parse(bundle, "the record")).link().action());
    } catch (Failure noClaim) {
      return Optional.empty();
    }
  }

  private static PromotionClaim read(Attestation attestation) {
    return read(attestation.statement(), by -> verifier(by, attestation));
  }

  private static PromotionClaim read(Statement statement, Function<Fields, Verifier> verifier) {
    Fields root =
        Claims.predicate(statement, PREDICATE_TYPE)
            .only(
                "verifier",
                "timeVerified",
                "resourceUri",
                "policy",
                "inputAttestations",
                "verificationResult",
                "verifiedLevels",
                "slsaVersion",
                CHANNEL_FIELD);
    if (!root.text("verificationResult").equals(PASSED)) {
      throw Fields.malformed("its verification result is not PASSED");
    }
    if (statement.subjects().size() != 1) {
      throw Fields.malformed("it has not exactly one subject");
    }
    return new PromotionClaim(
        statement.subjects().getFirst(),
        ChannelResource.parse(root.text("resourceUri")),
        root.object("policy").object("digest").sha256("sha256"),
        root.objects("inputAttestations").stream()
            .map(input -> input.object("digest").sha256("sha256"))
            .toList(),
        verifier.apply(root.object("verifier")),
        root.time("timeVerified"),
        link(root.object(CHANNEL_FIELD)));
  }

  private static Verifier verifier(Fields by, Attestation attestation) {
    Verifier named = verifier(by);
    if (!named.id().equals(attestation.signer().verifierId())) {
      throw Fields.malformed(
          "it names the verifier %s, but its key belongs to %s"
              .formatted(named.id(), attestation.signer().verifierId()));
    }
    return named;
  }

  private static Verifier verifier(Fields by) {
    return new Verifier(by.text("id"), by.object("version").text("selfsame"));
  }

  private static Link link(Fields chain) {
    chain.only("seq", "prev", "action", "expires", "reason", "restores");
    return new Link(
        chain.integer("seq"),
        chain.has("prev") ? Optional.of(chain.sha256("prev")) : Optional.empty(),
        action(chain.text("action")),
        chain.optionalTime("expires"),
        chain.optionalText("reason"),
        chain.has("restores") ? OptionalLong.of(chain.integer("restores")) : OptionalLong.empty());
  }

  /** Whether both say the same of what a channel holds: bytes, policy, inputs and end. */
  public boolean holdsSameAs(PromotionClaim other) {
    return artifact.equals(other.artifact)
        && policy.equals(other.policy)
        && inputs.equals(other.inputs)
        && link.expires().equals(other.link.expires());
  }

  private static Action action(String word) {
    for (Action action : Action.values()) {
      if (action.name().equals(word)) {
        return action;
      }
    }
    throw Fields.malformed("unknown action " + word.toLowerCase(Locale.ROOT));
  }

  private static void digest(ObjectNode entry, Digest digest) {
    entry.putObject("digest").put("sha256", digest.hex());
  }
}
