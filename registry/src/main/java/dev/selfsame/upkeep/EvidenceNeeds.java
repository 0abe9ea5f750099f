package dev.selfsame.upkeep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.claim.DeployClaim;
import dev.selfsame.attest.claim.ImageClaim;
import dev.selfsame.attest.claim.PromotionClaim;
import dev.selfsame.attest.claim.Provenance;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Evidence;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.Blob;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Channels;
import dev.selfsame.store.Needs;
import dev.selfsame.store.Registry;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What evidence needs: every bundle that the index or a channel has, and every blob that one of
 * them names anywhere in its statement. So a binary stays with what was signed of it, and so do
 * build records, policies and the bundles that a promotion rests on, whatever the statement's type.
 * Of an image that a statement is about, what its manifest names stays too.
 *
 * <p>Signatures are not asked for: a key that is not believed today may be tomorrow.
 */
public final class EvidenceNeeds implements Needed {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_MANIFEST = 4 << 20;
  private static final Pattern SHA256 = Pattern.compile("(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])");

  private final Registry registry;
  private final Set<Digest> seen = new HashSet<>();
  private final Set<Digest> needed = new HashSet<>();

  public EvidenceNeeds(Registry registry) {
    this.registry = registry;
  }

  @Override
  public boolean needs(Digest blob) {
    return needed.contains(blob);
  }

  @Override
  public void refresh() {
    for (Digest artifact : registry.index().artifacts()) {
      needed.add(artifact);
      registry.index().about(artifact).forEach(this::add);
    }
    for (ArtifactName name : registry.index().names()) {
      registry.index().staged(name).forEach(this::add);
    }
    for (ArtifactName name : registry.index().deployed()) {
      registry.index().deployments(name).forEach(this::add);
    }
    Channels channels = registry.channels();
    for (ArtifactName name : channels.names()) {
      for (ChannelName channel : channels.channels(name)) {
        channels.entries(name, channel).forEach(entry -> add(entry.bundle()));
      }
    }
  }

  /**
   * Evidence that the index has lost is evidence still, and can be noted there again. A blob that
   * was altered stays too: whoever mends the registry may want to see it.
   */
  @Override
  public void look(Blob blob) {
    try {
      if (Evidence.mayBeBundle(registry.blobs(), blob)
          && isOurs(registry.blobs().read(blob.digest(), Bundle.MAX_BYTES))) {
        add(blob.digest());
      }
    } catch (Failure e) {
      if (e.code() != ExitCode.BAD_EVIDENCE) {
        throw e;
      }
      needed.add(blob.digest());
    }
  }

  /** Whether it has the form of a bundle that is submitted, promotes or records a deployment. */
  private static boolean isOurs(byte[] bytes) {
    Bundle.Content content;
    try {
      content = Bundle.parse(bytes, "a blob").content();
    } catch (Failure another) {
      return false;
    }
    if (!(content instanceof Bundle.Attested attested)) {
      return false;
    }
    JsonNode statement = json(attested.envelope().payload());
    return switch (statement.path("predicateType").asText()) {
      case PromotionClaim.PREDICATE_TYPE, ImageClaim.PREDICATE_TYPE, DeployClaim.PREDICATE_TYPE ->
          true;
      case Provenance.PREDICATE_TYPE ->
          statement
              .at("/predicate/buildDefinition/buildType")
              .asText()
              .equals(Provenance.BUILD_TYPE);
      default -> false;
    };
  }

  /** A bundle, and those that it rests on. */
  private void add(Digest bundle) {
    Deque<Digest> open = new ArrayDeque<>();
    open.add(bundle);
    while (!open.isEmpty()) {
      Digest next = open.remove();
      if (seen.contains(next)) {
        continue;
      }
      switch (parse(next).content()) {
        case Bundle.Attested attested -> {
          JsonNode statement = json(attested.envelope().payload());
          addNamed(statement);
          if (isImage(statement)) {
            statement
                .path("subject")
                .forEach(subject -> addImage(subject.at("/digest/sha256").asText()));
          }
          statement
              .at("/predicate/inputAttestations")
              .forEach(input -> bundleIn(input.at("/digest/sha256").asText(), open));
        }
        case Bundle.SignedFile file -> file.digest().ifPresent(needed::add);
      }
      needed.add(next);
      seen.add(next);
    }
  }

  private static boolean isImage(JsonNode statement) {
    return statement.path("predicateType").asText().equals(ImageClaim.PREDICATE_TYPE);
  }

  /** The parts of an image that a statement is about; where it is not here, nothing is. */
  private void addImage(String hex) {
    if (!SHA256.matcher(hex).matches()) {
      return;
    }
    Digest manifest = Digest.ofSha256Hex(hex);
    if (registry.blobs().size(manifest).isPresent()) {
      Needs parts = Needs.of(read(manifest, MOST_MANIFEST));
      needed.addAll(parts.blobs());
      needed.addAll(parts.manifests());
    }
  }

  private Bundle parse(Digest digest) {
    byte[] bytes = read(digest, Bundle.MAX_BYTES);
    try {
      return Bundle.parse(bytes, "blob " + digest);
    } catch (Failure e) {
      throw cannotTell(e);
    }
  }

  private byte[] read(Digest digest, int limit) {
    try {
      return registry.blobs().read(digest, limit);
    } catch (Failure e) {
      throw cannotTell(e);
    }
  }

  private static Failure cannotTell(Failure e) {
    return new Failure(
        e.code(),
        "what evidence needs cannot be told: " + e.getMessage(),
        e.code() == ExitCode.BAD_EVIDENCE
            ? "nothing is collected until that is put right; selfsame registry fsck shows all"
            : e.hint(),
        e);
  }

  private static JsonNode json(byte[] payload) {
    try {
      return JSON.readTree(payload);
    } catch (IOException e) {
      return JSON.missingNode(); // It names nothing that anybody could read.
    }
  }

  /** What a promotion rests on is a bundle too, if it is here. */
  private void bundleIn(String hex, Deque<Digest> open) {
    if (SHA256.matcher(hex).matches()) {
      Digest input = Digest.ofSha256Hex(hex);
      if (registry.blobs().size(input).isPresent()) {
        open.add(input);
      }
    }
  }

  private void addNamed(JsonNode node) {
    if (node.isTextual()) {
      Matcher digest = SHA256.matcher(node.asText());
      while (digest.find()) {
        needed.add(Digest.ofSha256Hex(digest.group()));
      }
    }
    node.forEach(this::addNamed);
  }
}
