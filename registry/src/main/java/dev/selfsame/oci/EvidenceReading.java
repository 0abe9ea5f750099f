package dev.selfsame.oci;

import com.fasterxml.jackson.databind.JsonNode;
import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.Statement;
import dev.selfsame.attest.claim.ImageClaim;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.MalformedDocumentException;
import dev.selfsame.oci.Belonging.Known;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.Blob;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Channels;
import dev.selfsame.store.Registry;
import dev.selfsame.store.wire.Names;
import dev.selfsame.store.wire.Offer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a registry has of evidence, as it stands: whoever asks verifies it. Bytes go out unhashed,
 * so that whoever was shown altered ones can tell.
 *
 * <p>Nobody gets by way of one name what belongs to another: a blob is served where a list of that
 * name leads to it.
 */
public final class EvidenceReading {
  /** How many bytes of bundles a list brings along. */
  private static final long MOST_INLINE = 4L << 20;

  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  private final Registry registry;
  private final Belonging promoted = new Belonging();
  private final Belonging staged = new Belonging();

  public EvidenceReading(Registry registry) {
    this.registry = registry;
  }

  /** The registry's lasting name. */
  public String name() {
    return registry.name();
  }

  /** Names with something staged, or with a channel. */
  public Names names(boolean promoted, @Nullable String after, int n) {
    return page(promoted ? registry.channels().names() : registry.index().names(), after, n);
  }

  /** The channels of a name. */
  public Names channels(ArtifactName name, @Nullable String after, int n) {
    return page(registry.channels().channels(name), after, n);
  }

  private static Names page(List<?> all, @Nullable String after, int n) {
    List<String> rest =
        all.stream()
            .map(String::valueOf)
            .filter(name -> after == null || name.compareTo(after) > 0)
            .sorted()
            .toList();
    return new Names(rest.subList(0, Math.min(n, rest.size())), rest.size() > n);
  }

  /** The bundles about an artifact. */
  public Offer about(Digest artifact) {
    List<Digest> bundles = registry.index().about(artifact);
    Collected collected = new Collected();
    bundles.forEach(collected::content);
    return new Offer(bundles, collected.items);
  }

  /**
   * One of the bundles about an artifact.
   *
   * @throws OciError where it is not about it
   */
  public Content about(Digest artifact, Digest bundle) {
    return served(bundle, () -> registry.index().about(artifact).contains(bundle));
  }

  /** What is staged under a name: the bundles, and the binaries that they speak of. */
  public Offer staged(ArtifactName name) {
    List<Digest> bundles = registry.index().staged(name);
    Collected collected = new Collected();
    for (Digest bundle : bundles) {
      collected.content(bundle);
      subjects(bundle).forEach(collected::place);
      parts(bundle).forEach(collected::place);
    }
    return new Offer(bundles, collected.items);
  }

  /**
   * A channel's records, by their place.
   *
   * @param newest how many of the newest come along, with what the last one rests on
   */
  public Offer channel(ArtifactName name, ChannelName channel, int newest) {
    List<Digest> bundles =
        registry.channels().entries(name, channel).stream().map(Channels.Entry::bundle).toList();
    Collected collected = new Collected();
    if (!bundles.isEmpty()) {
      Digest head = bundles.getLast();
      collected.content(head);
      subjects(head).forEach(collected::place);
      for (Digest input : inputs(head)) {
        collected.content(input);
        image(input).forEach(collected::place);
      }
    }
    int from = Math.max(0, bundles.size() - Math.max(0, newest));
    bundles.subList(from, bundles.size()).reversed().forEach(collected::content);
    return new Offer(bundles, collected.items);
  }

  /** The records of deployments of a name. */
  public Offer deployments(ArtifactName name) {
    List<Digest> bundles = registry.index().deployments(name);
    Collected collected = new Collected();
    bundles.forEach(collected::content);
    return new Offer(bundles, collected.items);
  }

  /**
   * Bytes that a channel of a name holds or held, or that one rests on, or that record a deployment
   * of it.
   *
   * @throws OciError where they are none of these
   */
  public Content deployed(ArtifactName name, Digest digest) {
    return served(
        digest,
        () -> registry.index().deployments(name).contains(digest) || isPromoted(name, digest));
  }

  private boolean isPromoted(ArtifactName name, Digest digest) {
    try {
      return isPartOf(promoted.of(name, () -> look(name), () -> promoted(name)), digest);
    } catch (Failure e) {
      // Then the records themselves are all that can be told.
      if (records(name).contains(digest)) {
        return true;
      }
      throw e;
    }
  }

  private Set<Digest> records(ArtifactName name) {
    Set<Digest> records = new HashSet<>();
    for (ChannelName channel : registry.channels().channels(name)) {
      registry.channels().entries(name, channel).forEach(entry -> records.add(entry.bundle()));
    }
    return records;
  }

  private Optional<BooleanSupplier> look(ArtifactName name) {
    return registry.channels().look(name).map(look -> look::isSame);
  }

  private Known promoted(ArtifactName name) {
    Set<Digest> records = records(name);
    Set<Digest> all = withWhatTheySpeakOf(records);
    Set<Digest> inputs = new HashSet<>();
    records.forEach(record -> inputs.addAll(inputs(record)));
    all.addAll(inputs);
    inputs.forEach(input -> all.addAll(image(input)));
    return new Known(records, all);
  }

  /**
   * Bytes that are staged under a name.
   *
   * @throws OciError where they are not
   */
  public Content staged(ArtifactName name, Digest digest) {
    return served(
        digest,
        () -> {
          Set<Digest> bundles = bundlesOf(name);
          return bundles.contains(digest)
              || isPartOf(
                  staged.of(
                      name,
                      () -> Optional.of(() -> bundles.equals(bundlesOf(name))),
                      () -> new Known(bundles, withWhatTheySpeakOf(bundles))),
                  digest);
        });
  }

  private Set<Digest> bundlesOf(ArtifactName name) {
    return Set.copyOf(registry.index().staged(name));
  }

  private Set<Digest> withWhatTheySpeakOf(Set<Digest> bundles) {
    Set<Digest> all = new HashSet<>(bundles);
    for (Digest bundle : bundles) {
      all.addAll(subjects(bundle));
      all.addAll(parts(bundle));
    }
    return all;
  }

  /** Whether the name's bundles lead to it, or are about it. */
  private boolean isPartOf(Known known, Digest digest) {
    return known.all().contains(digest)
        || registry.index().about(digest).stream().anyMatch(known.bundles()::contains);
  }

  private Content served(Digest digest, BooleanSupplier belongs) {
    OptionalLong size = registry.blobs().size(digest);
    if (size.isEmpty() || !belongs.getAsBoolean()) {
      throw new OciError(OciError.Code.BLOB_UNKNOWN, "no evidence %s here".formatted(digest));
    }
    return new Content.Stored(registry.blobs(), new Blob(digest, size.getAsLong()));
  }

  /** What a bundle says that it is of; unverified, for a list that is not believed either. */
  private List<Digest> subjects(Digest bundle) {
    return statement(bundle).stream()
        .flatMap(statement -> statement.subjects().stream())
        .map(Statement.Subject::digest)
        .toList();
  }

  /** The image that a statement speaks of, with what it is made of; nothing for any other. */
  private Set<Digest> image(Digest bundle) {
    Set<Digest> image = new LinkedHashSet<>();
    for (Statement statement : statement(bundle)) {
      if (statement.predicateType().equals(ImageClaim.PREDICATE_TYPE)) {
        statement.subjects().forEach(subject -> image.add(subject.digest()));
      }
    }
    image.addAll(parts(bundle));
    return image;
  }

  /** What the image is made of that a statement speaks of; unverified. */
  private List<Digest> parts(Digest bundle) {
    List<Digest> parts = new ArrayList<>();
    for (Statement statement : statement(bundle)) {
      if (statement.predicateType().equals(ImageClaim.PREDICATE_TYPE)) {
        statement.subjects().forEach(subject -> parts.addAll(partsOf(subject.digest())));
      }
    }
    return parts;
  }

  private List<Digest> partsOf(Digest manifest) {
    try {
      byte[] bytes = registry.blobs().read(manifest, Manifest.MOST_BYTES);
      return Manifest.parse(bytes, MediaTypes.MANIFEST).blobs();
    } catch (OciError e) {
      return List.of();
    } catch (Failure e) {
      if (e.code() != ExitCode.BAD_EVIDENCE) {
        throw e;
      }
      return List.of();
    }
  }

  /** What a promotion says that it rests on; unverified. */
  private Set<Digest> inputs(Digest promotion) {
    Set<Digest> inputs = new LinkedHashSet<>();
    for (Statement statement : statement(promotion)) {
      for (JsonNode input : statement.predicate().path("inputAttestations")) {
        String hex = input.path("digest").path("sha256").asText();
        if (HEX.matcher(hex).matches()) {
          inputs.add(Digest.ofSha256Hex(hex));
        }
      }
    }
    return inputs;
  }

  private List<Statement> statement(Digest bundle) {
    try {
      byte[] bytes = registry.blobs().read(bundle, Bundle.MAX_BYTES);
      return Bundle.parse(bytes, "blob " + bundle).content() instanceof Bundle.Attested attested
          ? List.of(Statement.parse(attested.envelope().payload()))
          : List.of();
    } catch (MalformedDocumentException e) {
      return List.of();
    } catch (Failure e) {
      if (e.code() != ExitCode.BAD_EVIDENCE) {
        throw e;
      }
      return List.of(); // Missing, altered or no bundle: whoever reads it finds out.
    }
  }

  /** Blobs for one list, within its bounds. */
  private final class Collected {
    private final List<Offer.Item> items = new ArrayList<>();
    private final Set<Digest> known = new HashSet<>();
    private long inline;

    /** A small blob, with its bytes while there is room. */
    void content(Digest digest) {
      add(digest, true);
    }

    /** That a blob is there. */
    void place(Digest digest) {
      add(digest, false);
    }

    private void add(Digest digest, boolean content) {
      OptionalLong size = registry.blobs().size(digest);
      if (size.isEmpty() || !known.add(digest)) {
        return;
      }
      long bytes = size.getAsLong();
      boolean fits = content && bytes <= Bundle.MAX_BYTES && inline + bytes <= MOST_INLINE;
      inline += fits ? bytes : 0;
      items.add(new Offer.Item(digest, bytes, fits ? bytes(new Blob(digest, bytes)) : null));
    }

    private byte[] bytes(Blob blob) {
      ByteArrayOutputStream out = new ByteArrayOutputStream((int) blob.size());
      try {
        registry.blobs().copyRange(blob.digest(), 0, blob.size(), out);
      } catch (IOException e) {
        throw new UncheckedIOException("a byte array takes everything", e);
      }
      return out.toByteArray();
    }
  }
}
