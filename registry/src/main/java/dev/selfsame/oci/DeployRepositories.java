package dev.selfsame.oci;

import dev.selfsame.digest.Digest;
import dev.selfsame.oci.OciError.Code;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Channel;
import dev.selfsame.promote.ChannelReader;
import dev.selfsame.promote.EvidenceAtHand;
import dev.selfsame.promote.Image;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.Blob;
import dev.selfsame.store.Blobs;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Repositories;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.StoredManifest;
import dev.selfsame.store.TagName;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Repositories that promotion alone fills: {@code deploy/NAME}, whose tags are NAME's channels, and
 * {@code CHANNEL.image} where the promotion carries a runtime image.
 *
 * <p>Nothing is believed. Each answer is derived from the channel's chain of signed promotions, who
 * may sign now, the builds behind the newest, its end, and the hash of the bytes; how long that
 * holds, {@link Proofs} tells. What does not hold is refused with the reason, and so is what was
 * never promoted: whoever pulls is told that, and not that they took the wrong place.
 */
public final class DeployRepositories implements ReadableRepositories {
  private static final String IMAGE = ".image";
  private static final String PLACE = "deploy/";
  private static final String NOT_PROMOTED = "not_promoted";
  private static final int LARGEST_MANIFEST = 1 << 20;

  private final Supplier<Optional<EvidenceAtHand>> evidence;

  /** Blobs whose bytes were hashed, with the state that their files had then. */
  private final ConcurrentMap<Digest, String> hashed = new ConcurrentHashMap<>();

  private final Proofs<Releases> proofs;

  /**
   * @param evidence the registry with the trust root of this moment; empty where there is none
   */
  public DeployRepositories(Supplier<Optional<EvidenceAtHand>> evidence, Clock clock) {
    this.evidence = evidence;
    this.proofs = new Proofs<>(clock);
  }

  /** What the channels of a name hold now, and why some hold nothing. */
  private record Releases(
      ArtifactName name, Map<ChannelName, Release> current, Map<ChannelName, OciError> refused) {
    /** What speaks against a channel, or against all of them. */
    OciError denied(String what) {
      if (refused.isEmpty()) {
        return new OciError(
            Code.DENIED,
            "%s is not promoted now under the name %s".formatted(what, name),
            NOT_PROMOTED);
      }
      return new OciError(
          isToldWhole() ? Code.DENIED : Code.UNAVAILABLE,
          "%s is not served: %s".formatted(what, reasons()),
          kind());
    }

    /** Of several the kind of what makes the answer. */
    private String kind() {
      return refused.values().stream()
          .filter(each -> isToldWhole() || each.code() == Code.UNAVAILABLE)
          .findFirst()
          .orElseThrow()
          .kind();
    }

    /** A list that lacks what cannot be told at this moment would be taken for all there is. */
    Releases requireToldWhole() {
      if (!isToldWhole()) {
        throw new OciError(
            Code.UNAVAILABLE, "what %s holds cannot be told: %s".formatted(name, reasons()));
      }
      return this;
    }

    /** A channel that is refused has no tag, and neither has an image that is. */
    Releases requireNothingRefused() {
      requireToldWhole();
      List<String> withheld =
          current.values().stream()
              .flatMap(release ->
                  release.image() instanceof Release.Withheld image
                      ? Stream.of(image.why())
                      : Stream.of())
              .toList();
      if (refused.isEmpty() && withheld.isEmpty()) {
        return this;
      }
      boolean evidence =
          !withheld.isEmpty() || refused.values().stream().anyMatch(OciError::isOfEvidence);
      throw new OciError(
          Code.DENIED,
          "not all of %s is served: %s"
              .formatted(
                  name,
                  Stream.concat(
                          refused.values().stream().map(OciError::getMessage), withheld.stream())
                      .collect(Collectors.joining("; "))),
          evidence ? OciError.EVIDENCE : NOT_PROMOTED);
    }

    private boolean isToldWhole() {
      return refused.values().stream().noneMatch(each -> each.code() == Code.UNAVAILABLE);
    }

    private String reasons() {
      return refused.values().stream()
          .map(each -> String.valueOf(each.getMessage()))
          .collect(Collectors.joining("; "));
    }
  }

  @Override
  public StoredManifest manifest(RepositoryName repository, Reference reference) {
    if (reference instanceof Reference.ByTag(TagName tag) && !ChannelName.isOne(channel(tag))) {
      // Clients look for signatures by such tags, and take only this for none.
      throw new OciError(Code.MANIFEST_UNKNOWN, "no channel has the name " + tag);
    }
    Releases releases = promoted(repository);
    return switch (reference) {
      case Reference.ByTag(TagName tag) when tag.value().endsWith(IMAGE) -> image(releases, tag);
      case Reference.ByTag(TagName tag) -> byChannel(releases, tag.value()).manifest();
      case Reference.ByDigest(Digest digest) ->
          releases.current().values().stream()
              .flatMap(Release::manifests)
              .filter(manifest -> manifest.digest().equals(digest))
              .findFirst()
              .orElseThrow(() -> releases.denied(digest.toString()));
    };
  }

  /** Of a tag, which may be of a channel's image; a channel's name has no dot itself. */
  private static String channel(TagName tag) {
    String name = tag.value();
    return name.endsWith(IMAGE) ? name.substring(0, name.length() - IMAGE.length()) : name;
  }

  private static StoredManifest image(Releases releases, TagName tag) {
    String channel = channel(tag);
    return switch (byChannel(releases, channel).image()) {
      case Release.Image image -> image.manifest();
      case Release.Withheld withheld ->
          throw new OciError(Code.DENIED, withheld.why(), OciError.EVIDENCE);
      case Release.NoImage _ ->
          throw new OciError(
              Code.DENIED,
              "what is promoted as %s into %s was promoted without an image"
                  .formatted(releases.name(), channel),
              NOT_PROMOTED);
    };
  }

  private static Release byChannel(Releases releases, String tag) {
    for (Map.Entry<ChannelName, Release> entry : releases.current().entrySet()) {
      if (entry.getKey().value().equals(tag)) {
        return entry.getValue();
      }
    }
    for (Map.Entry<ChannelName, OciError> entry : releases.refused().entrySet()) {
      if (entry.getKey().value().equals(tag)) {
        throw entry.getValue();
      }
    }
    throw new OciError(
        Code.DENIED, "%s has no channel %s".formatted(releases.name(), tag), NOT_PROMOTED);
  }

  @Override
  public Content blob(RepositoryName repository, Digest digest) {
    Releases releases = promoted(repository);
    if (digest.equals(Release.EMPTY_DIGEST) && !releases.current().isEmpty()) {
      return new Content.Made(Release.EMPTY);
    }
    return releases.current().values().stream()
        .flatMap(Release::blobs)
        .filter(blob -> blob.digest().equals(digest))
        .findFirst()
        .map(this::stored)
        .orElseThrow(() -> releases.denied(digest.toString()));
  }

  private Content stored(Blob blob) {
    Blobs blobs = evidence().registry().blobs();
    requireHashed(blobs, blob.digest());
    return new Content.Stored(blobs, blob);
  }

  /** Hashes a blob, unless its file is as it was when that was last done. */
  private void requireHashed(Blobs blobs, Digest digest) {
    Optional<String> state = blobs.state(digest);
    if (state.isPresent() && state.get().equals(hashed.get(digest))) {
      return;
    }
    try {
      blobs.copy(digest, OutputStream.nullOutputStream());
    } catch (Failure e) {
      throw refusal(e);
    }
    state.ifPresent(before -> hashed.put(digest, before));
  }

  /**
   * Those whose name has a channel. That a name is listed proves nothing of what it holds; where
   * there is no trust root, nothing is served, and nothing listed.
   */
  @Override
  public List<RepositoryName> names(@Nullable String after, int n) {
    String from = after == null || after.compareTo(PLACE) < 0 ? PLACE : after;
    if (!from.startsWith(PLACE)) {
      return List.of();
    }
    Optional<EvidenceAtHand> now = evidence.get();
    if (now.isEmpty()) {
      return List.of();
    }
    return now.get().registry().channels().names(from.substring(PLACE.length()), n).stream()
        .map(name -> new RepositoryName(PLACE + name))
        .toList();
  }

  @Override
  public List<TagName> tags(RepositoryName repository, @Nullable String after, int n) {
    return tags(releases(repository).requireToldWhole(), after, n);
  }

  @Override
  public List<TagName> allTags(RepositoryName repository, @Nullable String after, int n) {
    return tags(releases(repository).requireNothingRefused(), after, n);
  }

  private static List<TagName> tags(Releases releases, @Nullable String after, int n) {
    return releases.current().entrySet().stream()
        .flatMap(entry -> tags(entry.getKey(), entry.getValue()))
        .filter(tag -> after == null || tag.value().compareTo(after) > 0)
        .sorted()
        .limit(n)
        .toList();
  }

  private static Stream<TagName> tags(ChannelName channel, Release release) {
    Stream<TagName> own = Stream.of(new TagName(channel.value()));
    return release.image() instanceof Release.Image
        ? Stream.concat(own, Stream.of(new TagName(channel.value() + IMAGE)))
        : own;
  }

  @Override
  public Repositories.Referrers referrers(
      RepositoryName repository,
      Digest subject,
      @Nullable String artifactType,
      @Nullable Digest after,
      int n) {
    Releases releases;
    try {
      releases = releases(repository).requireToldWhole();
    } catch (OciError e) {
      if (e.code() == Code.NAME_UNKNOWN) {
        // A 404 would tell clients that this registry has no such list at all.
        return new Repositories.Referrers(List.of(), false);
      }
      throw e;
    }
    // The same build may stand behind the heads of two channels.
    Map<Digest, StoredManifest> all = new TreeMap<>();
    for (Release release : releases.current().values()) {
      release.referrers(subject).forEach(one -> all.put(one.digest(), one));
    }
    List<Repositories.Referrer> found =
        all.values().stream()
            .filter(one -> artifactType == null || artifactType.equals(one.artifactType()))
            .filter(one -> after == null || one.digest().compareTo(after) > 0)
            .map(one -> new Repositories.Referrer(one.digest(), one.descriptor()))
            .toList();
    return new Repositories.Referrers(
        found.subList(0, Math.min(n, found.size())), found.size() > n);
  }

  private EvidenceAtHand evidence() {
    return evidence
        .get()
        .orElseThrow(() ->
            new OciError(
                Code.DENIED,
                "this server has no trust root, and so can prove no promotion: --trust-root FILE",
                "no_trust_root"));
  }

  /** For a list the name is unknown; what is asked for by its name has no proof. */
  private Releases promoted(RepositoryName repository) {
    try {
      return releases(repository);
    } catch (OciError e) {
      throw e.code() == Code.NAME_UNKNOWN
          ? new OciError(Code.DENIED, String.valueOf(e.getMessage()), NOT_PROMOTED)
          : e;
    }
  }

  private Releases releases(RepositoryName repository) {
    ArtifactName name =
        repository
            .deployed()
            .orElseThrow(
                () -> new OciError(Code.NAME_UNKNOWN, "no artifact has the name of " + repository));
    EvidenceAtHand now = evidence();
    return proofs.of(name, now, at -> releases(name, now, at));
  }

  private static Proofs.Found<Releases> releases(
      ArtifactName name, EvidenceAtHand now, Instant at) {
    try {
      List<ChannelName> channels = now.registry().channels().channels(name);
      if (channels.isEmpty()) {
        throw new OciError(Code.NAME_UNKNOWN, "nothing was ever promoted as " + name);
      }
      Map<ChannelName, Release> current = new TreeMap<>();
      Map<ChannelName, OciError> refused = new TreeMap<>();
      Lasting lasting = new Lasting(now.root(), at);
      for (ChannelName channel : channels) {
        try {
          current.put(channel, release(now, name, channel, lasting));
        } catch (Failure e) {
          lasting.doubt(e);
          refused.put(channel, refusal(e));
        }
      }
      return new Proofs.Found<>(new Releases(name, current, refused), lasting.end());
    } catch (Failure e) {
      throw refusal(e);
    }
  }

  private static Release release(
      EvidenceAtHand evidence, ArtifactName name, ChannelName channel, Lasting lasting) {
    Instant at = lasting.from();
    ChannelReader reader = new ChannelReader(evidence);
    Channel read = reader.read(name, channel, at);
    lasting.until(read);
    Channel.Promotion head =
        read.head()
            .orElseThrow(
                () -> Failure.no("nothing is promoted as %s into %s".formatted(name, channel), ""));
    ChannelReader.Grounds grounds = reader.requireGrounds(read, at);
    if (!head.claim().currentAt(at)) {
      throw Failure.no(
          "promotion %d of %s into %s has ended".formatted(head.seq(), name, channel), "");
    }
    Blobs blobs = evidence.registry().blobs();
    List<Blob> behind = new ArrayList<>();
    grounds.builds().forEach(build -> behind.add(there(blobs, build.bundle())));
    return Release.of(
        name,
        head,
        there(blobs, head.artifact()),
        there(blobs, head.bundle()),
        behind,
        image(blobs, grounds.images()));
  }

  /** What is wrong with an image's own blobs does not touch the binary. */
  private static Release.Running image(Blobs blobs, List<Image> statements) {
    if (statements.isEmpty()) {
      return new Release.NoImage();
    }
    Digest manifest = statements.getFirst().manifest();
    try {
      byte[] bytes = blobs.read(manifest, LARGEST_MANIFEST);
      List<Blob> parts =
          Manifest.parse(bytes, MediaTypes.MANIFEST).blobs().stream()
              .map(part -> there(blobs, part))
              .toList();
      return Release.Image.of(
          manifest,
          bytes,
          parts,
          statements.stream().map(statement -> there(blobs, statement.bundle())).toList());
    } catch (Failure e) {
      if (e.code() == ExitCode.UNDECIDED) {
        throw e;
      }
      return new Release.Withheld(String.valueOf(e.getMessage()));
    } catch (OciError e) {
      return new Release.Withheld(String.valueOf(e.getMessage()));
    }
  }

  private static Blob there(Blobs blobs, Digest digest) {
    return new Blob(
        digest,
        blobs
            .size(digest)
            .orElseThrow(() -> Failure.badEvidence("blob %s is missing".formatted(digest), "")));
  }

  /** A registry that cannot be read is one thing, and evidence that does not hold another. */
  private static OciError refusal(Failure e) {
    String why = String.valueOf(e.getMessage());
    return switch (e.code()) {
      case UNDECIDED -> new OciError(Code.UNAVAILABLE, why);
      case NO -> new OciError(Code.DENIED, why, NOT_PROMOTED);
      case YES, USAGE, BAD_EVIDENCE, BUG -> new OciError(Code.DENIED, why, OciError.EVIDENCE);
    };
  }
}
