package dev.selfsame.oci.http;

import dev.selfsame.access.Permission;
import dev.selfsame.digest.Digest;
import dev.selfsame.oci.OciError;
import dev.selfsame.oci.OciError.Code;
import dev.selfsame.oci.Reference;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import java.util.Optional;

/**
 * What a path under {@code /selfsame/v1/} asks for; {@link dev.selfsame.store.wire} has the list.
 * Whatever has a fixed number of segments stands before the artifact's name, which may have slashes
 * and ends the path.
 */
sealed interface EvidenceRoute {
  /** Where all of them begin. */
  String ROOT = "/selfsame/v1/";

  /** Which registry this is. */
  record Identity() implements EvidenceRoute {}

  /** A page of names. */
  record Names(boolean promoted) implements EvidenceRoute {}

  /** The bundles about an artifact. */
  record About(Digest artifact) implements EvidenceRoute {}

  /** One of the bundles about an artifact. */
  record OneAbout(Digest artifact, Digest bundle) implements EvidenceRoute {}

  /** The channels of a name. */
  record ChannelsOf(ArtifactName name) implements EvidenceRoute {}

  /** A channel. */
  record AChannel(ArtifactName name, ChannelName channel) implements EvidenceRoute {}

  /** What is staged under a name. */
  record Submissions(ArtifactName name) implements EvidenceRoute {}

  /** Records of deployments. */
  record Deployments(ArtifactName name) implements EvidenceRoute {}

  /** Bytes that a channel holds, or rests on. */
  record Deployed(ArtifactName name, Digest digest) implements EvidenceRoute {}

  /** Bytes that are staged. */
  record Staged(ArtifactName name, Digest digest) implements EvidenceRoute {}

  /**
   * What a request with this method needs. What is asked for by digest alone, or for names, needs
   * the right to pull {@code evidence}. Which registry this is may be asked by everybody.
   */
  default Optional<Gate.Need> need(String method) {
    boolean reads = method.equals("GET") || method.equals("HEAD");
    return switch (this) {
      case Identity() -> Optional.empty();
      case Names _, About _, OneAbout _ -> Optional.of(new Gate.Need(Permission.PULL, "evidence"));
      case ChannelsOf(ArtifactName name) ->
          Optional.of(new Gate.Need(Permission.PULL, "deploy/" + name));
      case AChannel(ArtifactName name, ChannelName _) ->
          Optional.of(
              new Gate.Need(reads ? Permission.PULL : Permission.PROMOTE, "deploy/" + name));
      case Submissions(ArtifactName name) ->
          Optional.of(new Gate.Need(reads ? Permission.PULL : Permission.PUSH, "staging/" + name));
      case Deployments(ArtifactName name) ->
          Optional.of(new Gate.Need(reads ? Permission.PULL : Permission.DEPLOY, "deploy/" + name));
      case Deployed(ArtifactName name, Digest _) ->
          Optional.of(new Gate.Need(Permission.PULL, "deploy/" + name));
      case Staged(ArtifactName name, Digest _) ->
          Optional.of(new Gate.Need(Permission.PULL, "staging/" + name));
    };
  }

  /**
   * Reads what follows {@link #ROOT}.
   *
   * @return empty where it is none of them
   * @throws OciError where it has a name or digest that is none
   */
  static Optional<EvidenceRoute> parse(String rest) {
    if (rest.isEmpty()) {
      return Optional.of(new Identity());
    }
    int slash = rest.indexOf('/');
    if (slash < 0) {
      return Optional.empty();
    }
    String value = rest.substring(slash + 1);
    return switch (rest.substring(0, slash)) {
      case "names" -> names(value);
      case "about" -> Optional.of(about(value));
      case "channels" -> Optional.of(new ChannelsOf(name(value)));
      case "deployments" -> Optional.of(new Deployments(name(value)));
      case "submissions" -> Optional.of(new Submissions(name(value)));
      case "channel" -> named(value, (first, name) -> new AChannel(name, channel(first)));
      case "blob" -> blob(value);
      default -> Optional.empty();
    };
  }

  private static Optional<EvidenceRoute> names(String which) {
    return switch (which) {
      case "staged" -> Optional.of(new Names(false));
      case "promoted" -> Optional.of(new Names(true));
      default -> Optional.empty();
    };
  }

  private static EvidenceRoute about(String value) {
    int slash = value.indexOf('/');
    return slash < 0
        ? new About(Reference.digest(value))
        : new OneAbout(
            Reference.digest(value.substring(0, slash)),
            Reference.digest(value.substring(slash + 1)));
  }

  private static Optional<EvidenceRoute> blob(String value) {
    int slash = value.indexOf('/');
    String rest = value.substring(slash + 1);
    return switch (value.substring(0, Math.max(0, slash))) {
      case "deploy" -> named(rest, (digest, name) -> new Deployed(name, Reference.digest(digest)));
      case "staging" -> named(rest, (digest, name) -> new Staged(name, Reference.digest(digest)));
      default -> Optional.empty();
    };
  }

  /** Makes a route of one segment and a name. */
  interface Maker {
    EvidenceRoute of(String first, ArtifactName name);
  }

  private static Optional<EvidenceRoute> named(String value, Maker maker) {
    int slash = value.indexOf('/');
    return slash < 0
        ? Optional.empty()
        : Optional.of(maker.of(value.substring(0, slash), name(value.substring(slash + 1))));
  }

  private static ArtifactName name(String text) {
    try {
      return new ArtifactName(text);
    } catch (IllegalArgumentException e) {
      throw new OciError(Code.NAME_INVALID, String.valueOf(e.getMessage()));
    }
  }

  private static ChannelName channel(String text) {
    try {
      return new ChannelName(text);
    } catch (IllegalArgumentException e) {
      throw new OciError(Code.NAME_INVALID, String.valueOf(e.getMessage()));
    }
  }
}
