package dev.selfsame.scenes;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Progress;
import dev.selfsame.promote.EvidenceAtHand;
import dev.selfsame.promote.PolicyFile;
import dev.selfsame.promote.Promoter;
import dev.selfsame.promote.Restoration;
import dev.selfsame.promote.Staging;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.file.RegistryFolder;
import dev.selfsame.store.jdbi.H2Catalogue;
import dev.selfsame.store.jdbi.H2File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A registry on disk and the people who use it, each step as a command would do it. */
public final class Stage {
  public static final ArtifactName AGENT = new ArtifactName("viworks/agent");
  public static final String POLICY = "schema = 1\nminimum-operators = 1\n";

  public final Path folder;
  public final People people;
  public final Notes notes = new Notes();
  public TrustRoot root;
  public Instant now = People.NOW;

  public Stage(Path folder) {
    this.folder = folder;
    this.people = People.usual();
    this.root = people.root();
  }

  public Path registry() {
    return folder.resolve("registry");
  }

  public EvidenceAtHand evidence() {
    return new EvidenceAtHand(RegistryFolder.create(registry()).registry(), root);
  }

  /** What one does with the write lock and the catalogue in hand. */
  public interface Work<T> {
    T with(EvidenceAtHand evidence, H2Catalogue catalogue) throws IOException;
  }

  public <T> T writing(Work<T> work) {
    RegistryFolder registry = RegistryFolder.create(registry());
    EvidenceAtHand evidence = new EvidenceAtHand(registry.registry(), root);
    try (var _ = registry.write(Duration.ofSeconds(30), Progress.SILENT);
        H2Catalogue catalogue =
            new H2File(registry.path(), Duration.ofSeconds(30), notes)
                .open(new Restoration(evidence, notes)::rows)) {
      return work.with(evidence, catalogue);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  public Staging.Submission submit(Records records, String who) {
    return writing((evidence, catalogue) ->
        new Staging(evidence, catalogue)
            .submit(
                Files.write(folder.resolve("submitted"), records.binary),
                records.signedBy(people, who),
                Optional.of(records.json()),
                Optional.empty(),
                now));
  }

  public Promoter.Result promote(Digest artifact, String channel, String policy, String who) {
    return promote(AGENT, artifact, channel, policy, who);
  }

  private Promoter.Result promote(
      ArtifactName name, Digest artifact, String channel, String policy, String who) {
    return writing((evidence, catalogue) ->
        new Promoter(evidence, catalogue, "0.1.0")
            .promote(
                new Promoter.Request(
                    name,
                    new ChannelName(channel),
                    artifact,
                    PolicyFile.parse(policy.getBytes(StandardCharsets.UTF_8), "policy.toml"),
                    policy),
                people.signer(who),
                now));
  }

  public Promoter.Result promote(Records records) {
    return promote(new ArtifactName(records.name), records.artifact(), "production", POLICY, "pat");
  }

  /** Submits by alice and promotes by pat. */
  public Promoter.Done release(Records records) {
    submit(records, "alice");
    now = now.plusSeconds(60);
    return (Promoter.Done) promote(records);
  }

  public void sql(String statement) {
    try (var connection =
            DriverManager.getConnection(
                "jdbc:h2:file:" + registry().resolve("catalogue"), "sa", "");
        var run = connection.createStatement()) {
      run.execute(statement);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  public Path blob(Digest digest) {
    return registry()
        .resolve("blobs/sha256")
        .resolve(digest.hex().substring(0, 2))
        .resolve(digest.hex());
  }

  public Path channelRecord(String channel, long seq) {
    return registry().resolve("channels/viworks+agent").resolve(channel).resolve(seq + ".json");
  }

  /** Puts other bytes in a file's place, as one who may write to the folder can. */
  public static void replace(Path file, byte[] bytes) {
    try {
      Files.delete(file);
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Flips one bit of a file. */
  public static void flip(Path file, int at) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      bytes[at] ^= 1;
      replace(file, bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
