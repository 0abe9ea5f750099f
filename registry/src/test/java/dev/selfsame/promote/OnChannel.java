package dev.selfsame.promote;

import static dev.selfsame.scenes.Stage.AGENT;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.claim.PromotionClaim;
import dev.selfsame.attest.claim.PromotionClaim.Action;
import dev.selfsame.attest.claim.PromotionClaim.Link;
import dev.selfsame.attest.claim.PromotionClaim.Verifier;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Channel.Promotion;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Channels.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A channel of a registry in a folder, what promoters may do to it, and what nobody should. */
abstract class OnChannel {
  static final ChannelName PRODUCTION = ChannelName.PRODUCTION;
  static final Rollback.To BEFORE = new Rollback.To.Before();

  @TempDir Path folder;
  Stage stage;

  @BeforeEach
  void set() {
    stage = new Stage(folder);
  }

  Channel channel() {
    return new ChannelReader(stage.evidence()).read(AGENT, PRODUCTION, stage.now);
  }

  ChannelReader.Grounds grounds() {
    return new ChannelReader(stage.evidence()).requireGrounds(channel(), stage.now);
  }

  Digest held() {
    grounds();
    return channel().head().orElseThrow().artifact();
  }

  Rollback.Plan plan(Rollback.To to) {
    return Rollback.plan(stage.evidence(), AGENT, PRODUCTION, to, stage.now);
  }

  Rollback.Result carryOut(Rollback.Plan plan, String who) {
    stage.now = stage.now.plusSeconds(1);
    return stage.writing((evidence, catalogue) ->
        new Rollback(Desk.at(evidence, catalogue), "0.1.0")
            .carryOut(plan, "it hangs", stage.people.signer(who), stage.now));
  }

  Promotion rollback(Rollback.To to) {
    return ((Rollback.Done) carryOut(plan(to), "pat")).record();
  }

  Freezing.Result freeze(String who) {
    stage.now = stage.now.plusSeconds(1);
    return stage.writing((evidence, catalogue) ->
        new Freezing(Desk.at(evidence, catalogue), "0.1.0")
            .freeze(AGENT, PRODUCTION, "inventory", stage.people.signer(who), stage.now));
  }

  Freezing.Result unfreeze(String who) {
    stage.now = stage.now.plusSeconds(1);
    return stage.writing((evidence, catalogue) ->
        new Freezing(Desk.at(evidence, catalogue), "0.1.0")
            .unfreeze(AGENT, PRODUCTION, "done", stage.people.signer(who), stage.now));
  }

  static void refused(ExitCode code, String because, Runnable work) {
    Failure failure = assertThrows(Failure.class, work::run);
    assertTrue(
        failure.code() == code && failure.getMessage().contains(because),
        failure.code() + " " + failure.getMessage());
  }

  static Digest bytes(String content) {
    return Records.of(content).artifact();
  }

  /** Signs a record that no command would. */
  Bundle sign(Promotion as, Action action, String who, OptionalLong restores) {
    Channel channel = channel();
    long last = channel.records().size();
    PromotionClaim claim = as.claim();
    return Bundle.attest(
        new PromotionClaim(
                claim.artifact(),
                claim.resource(),
                claim.policy(),
                claim.inputs(),
                new Verifier("https://selfsame.dev/operators/" + who, "0.1.0"),
                stage.now,
                new Link(
                    last + 1,
                    channel.bundleAt(last),
                    action,
                    claim.link().expires(),
                    Optional.of("because"),
                    restores))
            .statement(),
        stage.people.signer(who));
  }

  /** Puts it into the channel as one who may write to the folder can. */
  void plant(Bundle bundle, long seq) {
    stage.evidence().registry().blobs().put(bundle.bytes());
    stage
        .evidence()
        .registry()
        .channels()
        .append(AGENT, PRODUCTION, new Entry(seq, bundle.digest()));
  }

  void planted(Promotion as, Action action, String who, String because) {
    long seq = channel().records().size() + 1L;
    OptionalLong restores =
        action == Action.ROLLBACK ? OptionalLong.of(as.seq()) : OptionalLong.empty();
    plant(sign(as, action, who, restores), seq);
    refused(ExitCode.BAD_EVIDENCE, because, this::channel);
    try {
      Files.delete(stage.channelRecord("production", seq));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
