package dev.selfsame.attest.claim;

import dev.selfsame.attest.Attestation;
import dev.selfsame.attest.Statement;
import dev.selfsame.attest.json.Fields;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.MalformedDocumentException;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.util.List;
import java.util.function.Supplier;

/** What both kinds of claim share in reading. */
final class Claims {
  private Claims() {}

  static <T> T read(Attestation attestation, String kind, Supplier<T> reader) {
    try {
      return reader.get();
    } catch (MalformedDocumentException | IllegalArgumentException e) {
      throw new Failure(
          ExitCode.BAD_EVIDENCE,
          "evidence %s by %s is no valid %s: %s"
              .formatted(
                  attestation.bundleDigest().abbreviated(),
                  attestation.signer().operator(),
                  kind,
                  e.getMessage()),
          "treat the artifact as unproven until it is attested again",
          e);
    }
  }

  static Fields predicate(Statement statement, String type) {
    if (!statement.predicateType().equals(type)) {
      throw Fields.malformed(
          "its predicate type is %s, not %s".formatted(statement.predicateType(), type));
    }
    return Fields.of(statement.predicate(), "predicate");
  }

  /** The one resource descriptor with this name. */
  static Fields entry(List<Fields> descriptors, String name) {
    List<Fields> named =
        descriptors.stream()
            .filter(entry -> entry.optionalText("name").filter(name::equals).isPresent())
            .toList();
    if (named.size() != 1) {
      throw Fields.malformed(
          "it lists %d resources named %s, not one".formatted(named.size(), name));
    }
    return named.getFirst();
  }

  static Digest named(List<Fields> descriptors, String name) {
    return entry(descriptors, name).object("digest").sha256("sha256");
  }
}
