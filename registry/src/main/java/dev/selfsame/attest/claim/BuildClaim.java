package dev.selfsame.attest.claim;

import dev.selfsame.attest.Attestation;
import dev.selfsame.attest.Role;
import dev.selfsame.attest.Statement;
import dev.selfsame.attest.json.Fields;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a builder claims of a build, as far as a policy asks for it.
 *
 * @param operator who answers for the builder, from the trust root
 * @param builderId the builder, the same in the trust root and in the predicate
 * @param source what was built
 * @param pinId the pinned environment
 * @param rootDiffId DiffID of the root that the build saw
 * @param reproducibility what repeated builds gave
 * @param outputs the binaries, the same as the statement's subjects
 * @param rustc first line of {@code rustc -vV}
 * @param cargoLock SHA-256 of Cargo.lock
 * @param buildRecord SHA-256 of the build record
 * @param startedOn by the builder's clock
 * @param finishedOn by the builder's clock
 */
public record BuildClaim(
    String operator,
    String builderId,
    BuiltSource source,
    String pinId,
    Digest rootDiffId,
    Repeats reproducibility,
    List<Output> outputs,
    String rustc,
    Digest cargoLock,
    Digest buildRecord,
    Instant startedOn,
    Instant finishedOn) {
  public BuildClaim {
    outputs = List.copyOf(outputs);
  }

  /**
   * The source that was built.
   *
   * @param repository the remote's address, where git names one
   * @param commit git commit id
   * @param packageDigest SHA-256 of the source package
   * @param dirty whether the work tree differed from the commit
   */
  public record BuiltSource(
      Optional<String> repository, String commit, Digest packageDigest, boolean dirty) {}

  /**
   * What repeated builds gave.
   *
   * @param controls how many control builds succeeded
   * @param varied how many varied builds succeeded
   * @param controlsIdentical whether the controls gave the same bytes
   * @param variedIdentical whether the varied build gave the controls' bytes
   */
  public record Repeats(
      long controls, long varied, boolean controlsIdentical, boolean variedIdentical) {
    /** At least two equal controls: a claim about fewer is none. */
    public boolean controlsProven() {
      return controls >= 2 && controlsIdentical;
    }

    /** At least one varied build, equal to the controls. */
    public boolean variationProven() {
      return varied >= 1 && variedIdentical;
    }
  }

  /**
   * A binary that came out.
   *
   * @param name its name
   * @param digest SHA-256
   * @param size in bytes
   * @param stripState {@code full}, {@code debug-stripped}, {@code stripped} or {@code unknown}
   */
  public record Output(String name, Digest digest, long size, String stripState) {
    public Output {
      if (size < 0) {
        throw new IllegalArgumentException("an output has less than no bytes: " + size);
      }
    }
  }

  /** Rustc's version alone, such as {@code 1.85.1}. */
  public String rustcVersion() {
    String[] words = rustc.split(" ", 3);
    return words.length > 1 ? words[1] : rustc;
  }

  /** The output with these bytes. */
  public Optional<Output> output(Digest artifact) {
    return outputs.stream().filter(output -> output.digest().equals(artifact)).findFirst();
  }

  /** Whether the attestation is SLSA provenance v1, this claim's form. */
  public static boolean isIn(Attestation attestation) {
    return attestation.statement().predicateType().equals(Provenance.PREDICATE_TYPE);
  }

  /**
   * Reads the claim of a builder's attestation.
   *
   * @throws Failure with exit 4 where it is by no builder, of another type, names another builder
   *     than the trust root does, or is not of the form that {@link Provenance} writes
   */
  public static BuildClaim of(Attestation attestation) {
    return Claims.read(
        attestation,
        "build provenance",
        () -> {
          if (attestation.signer().role() != Role.BUILDER) {
            throw Fields.malformed("it is signed by no builder");
          }
          return read(attestation);
        });
  }

  private static BuildClaim read(Attestation attestation) {
    Statement statement = attestation.statement();
    Fields root = Claims.predicate(statement, Provenance.PREDICATE_TYPE);
    root.only("buildDefinition", "runDetails");
    Fields definition = root.object("buildDefinition");
    if (!definition.text("buildType").equals(Provenance.BUILD_TYPE)) {
      throw Fields.malformed("buildType is not " + Provenance.BUILD_TYPE);
    }
    Fields internal = definition.object("internalParameters");
    Fields run = root.object("runDetails");
    Fields metadata = run.object("metadata");
    List<Fields> inputs = definition.objects("resolvedDependencies");
    return new BuildClaim(
        attestation.signer().operator(),
        builder(run, attestation),
        source(definition, internal, inputs),
        internal.object("pin").text("id"),
        Claims.named(inputs, "root"),
        repeats(internal.object("reproducibility")),
        outputs(internal.objects("outputs"), statement),
        internal.text("rustc"),
        Claims.named(inputs, "Cargo.lock"),
        Claims.named(run.objects("byproducts"), "build-record.json"),
        metadata.time("startedOn"),
        metadata.time("finishedOn"));
  }

  private static String builder(Fields run, Attestation attestation) {
    String id = run.object("builder").text("id");
    if (!id.equals(attestation.signer().builderId())) {
      throw Fields.malformed(
          "it names the builder %s, but the trust root says %s for its key"
              .formatted(id, attestation.signer().builderId()));
    }
    return id;
  }

  private static BuiltSource source(Fields definition, Fields internal, List<Fields> inputs) {
    Fields external = definition.object("externalParameters").object("source");
    Fields resolved = Claims.entry(inputs, "source");
    String commit = external.object("digest").text("gitCommit");
    Optional<String> uri = external.optionalText("uri");
    if (!commit.equals(resolved.object("digest").text("gitCommit"))
        || !uri.equals(resolved.optionalText("uri"))) {
      throw Fields.malformed("the source asked for is not the source resolved");
    }
    return new BuiltSource(
        uri.map(text -> text.startsWith("git+") ? text.substring(4) : text),
        commit,
        Claims.named(inputs, "source-package"),
        internal.flag("dirty"));
  }

  private static Repeats repeats(Fields seen) {
    return new Repeats(
        seen.integer("controls"),
        seen.integer("varied"),
        seen.flag("controlsIdentical"),
        seen.flag("variedIdentical"));
  }

  private static List<Output> outputs(List<Fields> entries, Statement statement) {
    List<Output> outputs =
        entries.stream()
            .map(entry ->
                new Output(
                    entry.text("name"),
                    entry.object("digest").sha256("sha256"),
                    entry.integer("size"),
                    entry.text("stripState")))
            .toList();
    if (!outputs.stream()
        .map(output -> key(output.name(), output.digest()))
        .sorted()
        .toList()
        .equals(
            statement.subjects().stream()
                .map(subject -> key(subject.name(), subject.digest()))
                .sorted()
                .toList())) {
      throw Fields.malformed("the outputs are not the statement's subjects");
    }
    return outputs;
  }

  /** Text, since a record's own equality is bootstrapped at a cost that an audit would feel. */
  private static String key(String name, Digest digest) {
    return digest.hex() + name;
  }
}
