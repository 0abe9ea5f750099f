package dev.selfsame.attest.claim;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.attest.Statement;
import dev.selfsame.attest.json.StrictJson;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BuildRecord;
import dev.selfsame.evidence.Recipe;
import dev.selfsame.evidence.Source;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Writes SLSA provenance v1 for a build record: every output is a subject.
 *
 * <p>What the project's own configuration decides stands in {@code externalParameters}; what
 * Selfsame decides or observes in {@code internalParameters}; every byte that went in is a resolved
 * dependency; the record and the logs are by-products.
 */
public final class Provenance {
  /** The predicate type. */
  public static final String PREDICATE_TYPE = "https://slsa.dev/provenance/v1";

  /** How to read the build definition: pinned root, locked crates, no network. */
  public static final String BUILD_TYPE = "https://selfsame.dev/rust-container/v1";

  private Provenance() {}

  /**
   * The statement for a build.
   *
   * @param recordDigest SHA-256 of the record's file as it is stored
   * @param builderId URI that the trust root gives to the key that will sign
   * @throws IllegalArgumentException where the record has no output, since then nothing is claimed
   */
  public static Statement of(BuildRecord record, Digest recordDigest, String builderId) {
    if (record.outputs().isEmpty()) {
      throw new IllegalArgumentException("the build has no output");
    }
    List<Statement.Subject> subjects =
        record.outputs().stream()
            .map(output -> new Statement.Subject(output.name(), output.digest()))
            .toList();
    ObjectNode predicate = StrictJson.newObject();
    ObjectNode definition = predicate.putObject("buildDefinition").put("buildType", BUILD_TYPE);
    external(definition.putObject("externalParameters"), record);
    internal(definition.putObject("internalParameters"), record);
    dependencies(definition.putArray("resolvedDependencies"), record);
    run(predicate.putObject("runDetails"), record, recordDigest, builderId);
    return Statement.of(subjects, PREDICATE_TYPE, predicate);
  }

  private static void external(ObjectNode out, BuildRecord record) {
    Recipe recipe = record.recipe();
    Source source = record.source();
    ObjectNode from = out.putObject("source");
    if (source.repository() != null) {
      from.put("uri", "git+" + source.repository());
    }
    from.putObject("digest").put("gitCommit", source.commit());
    from.put("tree", source.tree()).put("subfolder", source.subfolder());
    out.put("name", record.name()).put("target", recipe.target());
    if (recipe.cargoPackage() != null) {
      out.put("package", recipe.cargoPackage());
    }
    texts(out.putArray("binaries"), recipe.binaries());
    out.put("profile", recipe.profile());
    texts(out.putObject("profileOverrides"), recipe.profileOverrides());
    texts(out.putArray("features"), recipe.features());
    out.put("defaultFeatures", recipe.defaultFeatures());
    texts(out.putArray("rustflags"), recipe.rustflags());
    texts(out.putObject("environment"), recipe.environment());
  }

  private static void internal(ObjectNode out, BuildRecord record) {
    out.putObject("pin")
        .put("id", record.environmentPin().id())
        .put("kind", record.environmentPin().kind())
        .put("fileSha256", record.environmentPin().fileDigest().hex());
    out.put("dirty", record.source().dirty());
    out.put("rustc", record.toolchain().rustcVersion());
    out.put("linker", record.toolchain().linker());
    texts(out.putObject("paths"), record.recipe().paths());
    out.put("sourceDateEpoch", record.recipe().sourceDateEpoch());
    out.put("engine", record.engine().name() + " " + record.engine().version());
    BuildRecord.Reproducibility seen = record.reproducibility();
    ObjectNode reproducibility =
        out.putObject("reproducibility")
            .put("controls", runs(record, BuildRecord.RunKind.CONTROL))
            .put("varied", runs(record, BuildRecord.RunKind.VARIED))
            .put("controlsIdentical", seen.controlsIdentical())
            .put("variedIdentical", seen.variedIdentical());
    texts(reproducibility.putArray("guilty"), seen.guilty());
    ArrayNode outputs = out.putArray("outputs");
    for (BuildRecord.Output output : record.outputs()) {
      ObjectNode entry = outputs.addObject().put("name", output.name());
      digest(entry, output.digest());
      entry.put("size", output.size()).put("stripState", output.stripState());
    }
  }

  private static long runs(BuildRecord record, BuildRecord.RunKind kind) {
    return record.runs().stream()
        .filter(run -> run.kind() == kind && run.failure() == null)
        .count();
  }

  private static void dependencies(ArrayNode out, BuildRecord record) {
    Source source = record.source();
    ObjectNode commit = out.addObject().put("name", "source");
    if (source.repository() != null) {
      commit.put("uri", "git+" + source.repository());
    }
    commit.putObject("digest").put("gitCommit", source.commit());
    digest(out.addObject().put("name", "source-package"), source.packageDigest());
    digest(out.addObject().put("name", "root"), record.environmentPin().diffId());
    Digest image = record.environmentPin().image();
    if (image != null) {
      digest(out.addObject().put("name", "root-image"), image);
    }
    digest(out.addObject().put("name", "Cargo.lock"), record.cargoLockDigest());
    for (BuildRecord.Crate crate : record.crates()) {
      ObjectNode entry =
          out.addObject().put("uri", PackageUrl.ofCrate(crate.name(), crate.version()));
      digest(entry, crate.checksum());
    }
  }

  private static void run(ObjectNode out, BuildRecord record, Digest recordDigest, String builder) {
    out.putObject("builder").put("id", builder);
    out.putObject("metadata")
        .put("invocationId", recordDigest.toString())
        .put("startedOn", record.startedAt().toString())
        .put("finishedOn", record.finishedAt().toString());
    ArrayNode byproducts = out.putArray("byproducts");
    digest(byproducts.addObject().put("name", "build-record.json"), recordDigest);
    Digest prepared = record.prepareLogDigest();
    if (prepared != null) {
      digest(byproducts.addObject().put("name", "log/prepare"), prepared);
    }
    for (int i = 0; i < record.runs().size(); i++) {
      digest(byproducts.addObject().put("name", "log/" + i), record.runs().get(i).logDigest());
    }
  }

  private static void digest(ObjectNode entry, Digest digest) {
    entry.putObject("digest").put(digest.algorithm().prefix(), digest.hex());
  }

  private static void texts(ArrayNode out, Collection<String> texts) {
    texts.forEach(out::add);
  }

  private static void texts(ObjectNode out, Map<String, String> texts) {
    texts.forEach(out::put);
  }
}
