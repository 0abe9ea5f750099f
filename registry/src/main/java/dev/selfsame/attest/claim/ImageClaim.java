package dev.selfsame.attest.claim;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.attest.Attestation;
import dev.selfsame.attest.Role;
import dev.selfsame.attest.Statement;
import dev.selfsame.attest.json.Fields;
import dev.selfsame.attest.json.StrictJson;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.ImageRecipe;
import dev.selfsame.evidence.Json;
import dev.selfsame.outcome.Failure;
import java.util.List;

/**
 * What a builder claims of a runtime image: that this manifest is what the recipe gives. The
 * statement's one subject is the manifest, under the artifact's name.
 *
 * @param image the manifest, and the artifact's name
 * @param recipe all that decides its bytes
 * @param buildRecord SHA-256 of the record of the build that gave the program
 * @param builderId the builder, the same in the trust root and in the predicate
 */
public record ImageClaim(
    Statement.Subject image, ImageRecipe recipe, Digest buildRecord, String builderId) {
  /** The predicate type. */
  public static final String PREDICATE_TYPE = "https://selfsame.dev/image/v1";

  public ImageClaim {
    requireNonNull(image);
    requireNonNull(recipe);
    requireNonNull(buildRecord);
    requireNonNull(builderId);
  }

  /** Whether the attestation is of this claim's form. */
  public static boolean isIn(Attestation attestation) {
    return attestation.statement().predicateType().equals(PREDICATE_TYPE);
  }

  /** The statement that says this, to be signed with the builder's key. */
  public Statement statement() {
    ObjectNode predicate = StrictJson.newObject();
    predicate.putObject("builder").put("id", builderId);
    predicate.putObject("buildRecord").put("sha256", buildRecord.hex());
    predicate.set("recipe", Json.tree(Json.writeCompact(recipe)));
    return Statement.of(List.of(image), PREDICATE_TYPE, predicate);
  }

  /**
   * Reads the claim of a builder's attestation.
   *
   * @throws Failure with exit 4 where it is by no builder, of another type, names another builder
   *     than the trust root does, or is not of the form that {@link #statement} writes
   */
  public static ImageClaim of(Attestation attestation) {
    return Claims.read(
        attestation,
        "image statement",
        () -> {
          if (attestation.signer().role() != Role.BUILDER) {
            throw Fields.malformed("it is signed by no builder");
          }
          return read(attestation);
        });
  }

  private static ImageClaim read(Attestation attestation) {
    Statement statement = attestation.statement();
    Fields root =
        Claims.predicate(statement, PREDICATE_TYPE).only("builder", "buildRecord", "recipe");
    if (statement.subjects().size() != 1) {
      throw Fields.malformed("it has not exactly one subject");
    }
    String id = root.object("builder").only("id").text("id");
    if (!id.equals(attestation.signer().builderId())) {
      throw Fields.malformed(
          "it names the builder %s, but the trust root says %s for its key"
              .formatted(id, attestation.signer().builderId()));
    }
    return new ImageClaim(
        statement.subjects().getFirst(),
        Json.convert(root.object("recipe").node(), ImageRecipe.class),
        root.object("buildRecord").only("sha256").sha256("sha256"),
        id);
  }
}
