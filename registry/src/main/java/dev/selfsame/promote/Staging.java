package dev.selfsame.promote;

import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.Role;
import dev.selfsame.attest.claim.BuildClaim;
import dev.selfsame.attest.claim.ImageClaim;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.pins.root.OciImage;
import dev.selfsame.promote.Evidence.Held;
import dev.selfsame.promote.Evidence.Refused;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.Blob;
import dev.selfsame.store.Catalogue;
import dev.selfsame.store.ChannelName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Where signed builds wait for a decision. Differing builds and builds that could not be repeated
 * are kept like all others: dissent is evidence. What nobody in the trust root has signed is not.
 */
public final class Staging {
  private final Evidence evidence;
  private final Intake intake;

  public Staging(Desk desk) {
    this.evidence = desk.evidence();
    this.intake = desk.intake();
  }

  /** At a registry at hand. */
  public Staging(EvidenceAtHand evidence, Catalogue catalogue) {
    this(Desk.at(evidence, catalogue));
  }

  /**
   * What was staged.
   *
   * @param build the verified build
   * @param artifact the binary, in the registry
   * @param remarks what speaks against promoting it, a line each
   */
  public record Submission(Build build, Blob artifact, List<String> remarks) {
    public Submission {
      remarks = List.copyOf(remarks);
    }
  }

  /**
   * What is known under a name.
   *
   * @param builds believed builds, by bundle digest
   * @param past builds by keys that have ended in good order: they count for nothing, and that they
   *     differ is evidence still
   * @param images believed statements of images, by bundle digest
   * @param refused what is there but not believed
   */
  public record Staged(
      List<Build> builds, List<Build> past, List<Image> images, List<Refused> refused) {
    public Staged {
      builds = List.copyOf(builds);
      past = List.copyOf(past);
      images = List.copyOf(images);
      refused = List.copyOf(refused);
    }

    /** The digests of all their outputs, sorted. */
    public List<Digest> artifacts() {
      TreeSet<Digest> all = new TreeSet<>();
      builds.forEach(build -> build.claim().outputs().forEach(output -> all.add(output.digest())));
      return List.copyOf(all);
    }

    /** Every build that can speak against another. */
    List<Build> witnesses() {
      return Stream.concat(builds.stream(), past.stream()).toList();
    }

    /** The builds that gave these bytes. */
    public List<Build> of(Digest artifact) {
      return builds.stream().filter(build -> build.output(artifact).isPresent()).toList();
    }
  }

  /**
   * Keeps a binary with its evidence. The caller holds the write lock of a registry at hand.
   *
   * @param binary the file, whose bytes must be an output of the build
   * @param bundle a builder's signed provenance
   * @param record the build record's bytes, where they are at hand; they must be the ones that the
   *     provenance names
   * @param name the name that the caller means, where they say it; it must be the signed one
   * @throws Failure exit 4 where the bundle is not believed or speaks of something else; exit 3
   *     where the file cannot be read or changes meanwhile
   */
  public Submission submit(
      Path binary,
      Bundle bundle,
      Optional<byte[]> record,
      Optional<ArtifactName> name,
      Instant now) {
    Build build = Build.of(evidence.root().verify(bundle, Role.BUILDER, now));
    requireName(build, name);
    Digest artifact = hash(binary);
    requireFits(build, binary, artifact, record);
    Blob kept = intake.submit(new Intake.Submission(build, bundle, binary, artifact, record));
    return new Submission(build, kept, remarks(build, artifact, now));
  }

  /**
   * Keeps an image with its evidence, after the build that it is of. The caller holds the write
   * lock of a registry at hand. What has to stay as long as the evidence: the bundle, the manifest
   * that is its subject, and what that manifest names.
   *
   * @param parts the image's blobs
   * @param bundle the signed statement, by the builder of {@code build}
   * @throws Failure exit 4 where the bundle is not believed, speaks of something else, or the image
   *     is not what it says; exit 3 where a file cannot be read
   */
  public Image submit(Build build, OciImage parts, Bundle bundle, Instant now) {
    Image image = Image.of(evidence.root().verify(bundle, Role.BUILDER, now));
    if (!image.isOf(build)) {
      throw Failure.badEvidence(
          "the image statement is not of the build " + build.bundle().abbreviated(),
          "submit the image with the binary that it was made of");
    }
    intake.submit(new Intake.ImageSubmission(image, parts, bundle));
    return image;
  }

  /**
   * Reads everything that was submitted under a name.
   *
   * @throws Failure exit 4 where a bundle's bytes were altered
   */
  public static Staged read(Evidence evidence, ArtifactName name, Instant now) {
    List<Build> builds = new ArrayList<>();
    List<Build> past = new ArrayList<>();
    List<Image> images = new ArrayList<>();
    List<Refused> refused = new ArrayList<>();
    Evidence dissent = evidence.dissent();
    for (Digest bundle : evidence.registry().index().staged(name)) {
      switch (evidence.read(bundle, Role.BUILDER, now)) {
        case Held held when ImageClaim.isIn(held.attestation()) -> {
          Image image = Image.of(held.attestation());
          if (image.name().equals(name)) {
            images.add(image);
          } else {
            refused.add(new Refused(bundle, "was made for the name " + image.name()));
          }
        }
        case Held held -> {
          Build build = Build.of(held.attestation());
          if (build.name().equals(name)) {
            builds.add(build);
          } else {
            refused.add(new Refused(bundle, "was made for the name " + build.name()));
          }
        }
        case Refused not -> {
          refused.add(not);
          past(dissent, bundle).filter(build -> build.name().equals(name)).ifPresent(past::add);
        }
      }
    }
    return new Staged(builds, past, images, refused);
  }

  private static Optional<Build> past(Evidence dissent, Digest bundle) {
    try {
      return dissent.read(bundle, Role.BUILDER, Instant.EPOCH) instanceof Held held
              && BuildClaim.isIn(held.attestation())
          ? Optional.of(Build.of(held.attestation()))
          : Optional.empty();
    } catch (Failure e) {
      if (e.code() != ExitCode.BAD_EVIDENCE) {
        throw e;
      }
      return Optional.empty(); // No build of our form: it speaks against nothing.
    }
  }

  /**
   * What might be promoted where nobody says which.
   *
   * @param fresh staged digests that were never promoted into the channel, sorted
   * @param head the digest that the channel holds, if it is staged; one or none
   */
  public record Candidates(List<Digest> fresh, List<Digest> head) {
    public Candidates {
      fresh = List.copyOf(fresh);
      head = List.copyOf(head);
    }
  }

  /**
   * Finds what might be promoted. Only binaries whose bytes are there are looked at.
   *
   * @throws Failure exit 4 where the channel does not hold or evidence was altered
   */
  public static Candidates candidates(
      Evidence evidence, ArtifactName name, ChannelName channel, Instant now) {
    List<Digest> staged =
        read(evidence, name, now).artifacts().stream()
            .filter(digest -> evidence.registry().blobs().size(digest).isPresent())
            .toList();
    Channel chain = new ChannelReader(evidence).read(name, channel, now);
    Set<Digest> promoted = new HashSet<>();
    chain.promotions().forEach(promotion -> promoted.add(promotion.artifact()));
    return new Candidates(
        staged.stream().filter(digest -> !promoted.contains(digest)).toList(),
        chain.head().map(Channel.Promotion::artifact).filter(staged::contains).stream().toList());
  }

  /** The row that a build has in the catalogue for one of its outputs. */
  static Optional<Catalogue.Staged> row(Build build, Digest artifact) {
    return build
        .output(artifact)
        .map(output ->
            new Catalogue.Staged(
                build.name(),
                artifact,
                build.bundle(),
                build.operator(),
                reproducible(build),
                build.claim().finishedOn()));
  }

  private static boolean reproducible(Build build) {
    var repeats = build.claim().reproducibility();
    return repeats.controlsProven() && repeats.variationProven();
  }

  private static void requireName(Build build, Optional<ArtifactName> name) {
    if (name.isPresent() && !name.get().equals(build.name())) {
      throw Failure.badEvidence(
          "the evidence is of %s, not of %s".formatted(build.name(), name.get()),
          "submit it under the name that was signed");
    }
  }

  private static void requireFits(
      Build build, Path binary, Digest artifact, Optional<byte[]> record) {
    if (build.output(artifact).isEmpty()) {
      throw Failure.badEvidence(
          "%s (%s) is no output of the build %s"
              .formatted(binary, artifact, build.bundle().abbreviated()),
          "submit the binary that stands beside the build record");
    }
    Digest named = build.claim().buildRecord();
    if (record.isPresent() && !Digest.sha256(record.get()).equals(named)) {
      throw Failure.badEvidence(
          "the build record is not the one that the evidence names, " + named,
          "submit the record that the bundle was signed for");
    }
  }

  private List<String> remarks(Build build, Digest artifact, Instant now) {
    List<String> remarks = new ArrayList<>();
    var repeats = build.claim().reproducibility();
    if (!repeats.controlsProven()) {
      remarks.add("its control builds are not proven to be the same");
    }
    if (!repeats.variationProven()) {
      remarks.add("no varied build is proven to be the same");
    }
    if (build.claim().source().dirty()) {
      remarks.add("its work tree differed from the commit");
    }
    Staged staged = read(evidence, build.name(), now);
    if (staged.builds().stream().noneMatch(each -> each.bundle().equals(build.bundle()))) {
      throw Failure.undecided(
          "the registry has taken %s and does not list it".formatted(build.bundle()),
          "submit it again, and see whether the registry is the right one");
    }
    for (Build other : staged.witnesses()) {
      if (other.sameRequest(build) && other.output(artifact).isEmpty()) {
        remarks.add(
            "it differs from the build %s by %s from the same source, recipe and root"
                .formatted(other.bundle().abbreviated(), other.operator()));
      }
    }
    return remarks;
  }

  private static Digest hash(Path binary) {
    if (!Files.isRegularFile(binary)) {
      throw Failure.usage(
          (Files.exists(binary) ? "not a file: " : "no file at ") + binary,
          "name the binary that was built");
    }
    try {
      return Digest.sha256(binary);
    } catch (IOException e) {
      throw unreadable(binary, e);
    }
  }

  static Failure unreadable(Path binary, IOException e) {
    return Failure.undecided(
        "cannot read %s: %s".formatted(binary, e.getMessage()), "check its permissions", e);
  }
}
