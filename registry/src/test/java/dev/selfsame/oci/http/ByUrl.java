package dev.selfsame.oci.http;

import static dev.selfsame.scenes.Stage.AGENT;

import dev.selfsame.promote.Channel.Promotion;
import dev.selfsame.promote.ChannelModel.Wish;
import dev.selfsame.promote.DerivedListing;
import dev.selfsame.promote.Desk;
import dev.selfsame.promote.Evidence;
import dev.selfsame.promote.Freezing;
import dev.selfsame.promote.PolicyFile;
import dev.selfsame.promote.Promoter;
import dev.selfsame.promote.Rollback;
import dev.selfsame.promote.Staging;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Seen;
import dev.selfsame.store.remote.Credentials;
import dev.selfsame.store.remote.Endpoint;
import dev.selfsame.store.remote.RemoteRegistry;
import dev.selfsame.store.remote.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** The people of a stage at a server, each step as a command with its URL would do it. */
final class ByUrl {
  private final Stage stage;
  private final RemoteRegistry remote;

  ByUrl(Stage stage, int port) {
    this.stage = stage;
    this.remote =
        RemoteRegistry.open(
            Transport.to(Endpoint.parse("http://127.0.0.1:" + port), Optional.empty()),
            new Credentials.None(""),
            Seen.NOTHING);
  }

  private Desk desk(Instant now) {
    Evidence evidence = new Evidence(remote.registry(), stage.root);
    return new Desk(evidence, new DerivedListing(evidence, now), remote.intake());
  }

  /** By alice. */
  void submit(Records what, Instant now) {
    try {
      Path binary = Files.write(stage.folder.resolve(what.artifact().hex()), what.binary);
      new Staging(desk(now))
          .submit(
              binary,
              what.signedBy(stage.people, "alice"),
              Optional.of(what.json()),
              Optional.empty(),
              now);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * By pat, into production.
   *
   * @return the record that was acknowledged; empty where the channel was so already
   */
  Optional<Promotion> promote(Records what, Instant now) {
    byte[] policy = Stage.POLICY.getBytes(StandardCharsets.UTF_8);
    Promoter.Request request =
        new Promoter.Request(
            new ArtifactName(what.name),
            ChannelName.PRODUCTION,
            what.artifact(),
            PolicyFile.parse(policy, "policy.toml"),
            Stage.POLICY);
    Promoter.Result result =
        new Promoter(desk(now), "0.1.0").promote(request, stage.people.signer("pat"), now);
    return switch (result) {
      case Promoter.Done done -> Optional.of(done.promotion());
      case Promoter.Stands _ -> Optional.empty();
      case Promoter.NotMet not -> throw new AssertionError(not.decision());
    };
  }

  /** Does that to production of the agent. */
  Optional<Promotion> carryOut(Wish wish, Records what, Instant now) {
    return switch (wish) {
      case PROMOTE -> promote(what, now);
      case ROLLBACK -> rollback(now);
      case FREEZE, UNFREEZE -> freezing(wish, now);
    };
  }

  private Optional<Promotion> rollback(Instant now) {
    Desk desk = desk(now);
    Rollback.Plan plan =
        Rollback.plan(
            desk.evidence(), AGENT, ChannelName.PRODUCTION, new Rollback.To.Before(), now);
    Rollback.Result result =
        new Rollback(desk, "0.1.0").carryOut(plan, "it hangs", stage.people.signer("paul"), now);
    return result instanceof Rollback.Done done ? Optional.of(done.record()) : Optional.empty();
  }

  private Optional<Promotion> freezing(Wish wish, Instant now) {
    Freezing freezing = new Freezing(desk(now), "0.1.0");
    Freezing.Result result =
        wish == Wish.FREEZE
            ? freezing.freeze(
                AGENT, ChannelName.PRODUCTION, "stop", stage.people.signer("pat"), now)
            : freezing.unfreeze(
                AGENT, ChannelName.PRODUCTION, "go on", stage.people.signer("carol"), now);
    return result instanceof Freezing.Done done ? Optional.of(done.record()) : Optional.empty();
  }
}
