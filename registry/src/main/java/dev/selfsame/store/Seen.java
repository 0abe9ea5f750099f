package dev.selfsame.store;

import dev.selfsame.digest.Digest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What this user was shown before. A registry cannot show by itself that its newest promotions were
 * taken away, or that it shows an old copy: whoever saw them can tell.
 */
public interface Seen {

  /** Remembers nothing. */
  Seen NOTHING =
      new Seen() {
        @Override
        public Optional<Remembered> newest(
            String registry, ArtifactName name, ChannelName channel) {
          return Optional.empty();
        }

        @Override
        public void note(
            String registry,
            ArtifactName name,
            ChannelName channel,
            Channels.Entry entry,
            Digest believing) {}

        @Override
        public List<ArtifactName> names(String registry, ChannelName channel) {
          return List.of();
        }

        @Override
        public Optional<String> registryAt(String origin) {
          return Optional.empty();
        }

        @Override
        public void noteRegistry(String origin, String registry) {}

        @Override
        public void requireNewest(Path trustRoot, long version, Digest bytes) {}

        @Override
        public void beginAnew(Path trustRoot) {}

        @Override
        public String forgetting(String registry, ArtifactName name, ChannelName channel) {
          return "";
        }

        @Override
        public String forgetting(String origin) {
          return "";
        }
      };

  /**
   * A promotion that was verified.
   *
   * @param entry its place, and its bundle
   * @param believing who was believed then ({@link dev.selfsame.attest.TrustRoot#signers}); empty
   *     where an older version of this program did not keep it
   */
  record Remembered(Channels.Entry entry, Optional<Digest> believing) {
    /** Whether the same were believed then. */
    public boolean by(Digest signers) {
      return believing.equals(Optional.of(signers));
    }

    /** Whether another is worth remembering in its place: one further on, or of other signers. */
    public boolean isOlderThan(Remembered other) {
      return entry.seq() < other.entry.seq()
          || (entry.equals(other.entry) && !believing.equals(other.believing));
    }
  }

  /**
   * The newest promotion of a channel that was ever verified.
   *
   * @param registry the registry's lasting name
   * @throws dev.selfsame.outcome.Failure exit 3 where it is kept and cannot be read
   */
  Optional<Remembered> newest(String registry, ArtifactName name, ChannelName channel);

  /**
   * Remembers a promotion that was verified, unless a newer one is remembered. That it cannot be
   * kept is told, and stops nobody: the answer of today does not rest on it.
   *
   * @param believing who was believed when it, and all before it, were verified
   */
  void note(
      String registry,
      ArtifactName name,
      ChannelName channel,
      Channels.Entry entry,
      Digest believing);

  /** The names of which a channel was seen, sorted. */
  List<ArtifactName> names(String registry, ChannelName channel);

  /**
   * The lasting name of the registry that was found at an address.
   *
   * @param origin such as {@code https://registry.example.org}
   */
  Optional<String> registryAt(String origin);

  /** Remembers which registry stands at an address. */
  void noteRegistry(String origin, String registry);

  /**
   * Holds a trust root against the newest that was read from the same file, and remembers it: a
   * revocation must not end because an old copy was put back.
   *
   * @param trustRoot the file
   * @param version its version
   * @param bytes SHA-256 of the file
   * @throws dev.selfsame.outcome.Failure exit 4 where it is older than one that was read before, or
   *     another one of the same version; exit 3 where what is remembered cannot be read
   */
  void requireNewest(Path trustRoot, long version, Digest bytes);

  /** Forgets what was read from a trust root's file: it was made anew on purpose. */
  void beginAnew(Path trustRoot);

  /** How what is remembered of a channel is forgotten on purpose, one line; empty for nothing. */
  String forgetting(String registry, ArtifactName name, ChannelName channel);

  /** How what is remembered of an address is forgotten on purpose, one line; empty for nothing. */
  String forgetting(String origin);
}
