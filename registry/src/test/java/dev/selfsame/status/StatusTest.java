package dev.selfsame.status;

import static dev.selfsame.scenes.Stage.AGENT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.TrustedKey.Reason;
import dev.selfsame.attest.claim.DeployClaim;
import dev.selfsame.attest.claim.DeployClaim.Outcome;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.Json;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Channel.Promotion;
import dev.selfsame.promote.Deployments;
import dev.selfsame.promote.Desk;
import dev.selfsame.promote.Freezing;
import dev.selfsame.promote.Rollback;
import dev.selfsame.scenes.Deploys;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ChannelName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What should run, what is recorded and what was seen are three answers. */
class StatusTest {
  private static final ChannelName PRODUCTION = ChannelName.PRODUCTION;

  @TempDir Path folder;
  private Stage stage;
  private Promotion one;

  @BeforeEach
  void set() {
    stage = new Stage(folder);
    one = stage.release(Records.of("one")).promotion();
  }

  private Status status(Running running, String... asked) {
    try {
      return new StatusReader(stage.evidence(), running, stage.now)
          .read(AGENT, PRODUCTION, List.of(asked));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Deploys on(String host, Promotion what) {
    stage.now = stage.now.plusSeconds(10);
    Deploys deploys = new Deploys(what, stage.now);
    deploys.target = new DeployClaim.Target("docker", host, "agent", "Docker 26.1.5");
    return deploys;
  }

  private void keep(Deploys deploys) {
    stage.writing((evidence, catalogue) ->
        new Deployments(Desk.at(evidence, catalogue))
            .keep(deploys.claim(), stage.people.signer("dora"), stage.now));
  }

  private static Running seeing(Digest artifact) {
    return _ -> new Running.Runs(artifact, "container agent");
  }

  private static void says(ExitCode code, Status status, String... whats) {
    String text = StatusText.of(status);
    assertEquals(code, status.code(), text);
    for (String what : whats) {
      assertTrue(text.contains(what), text);
    }
  }

  @Test
  void no_target_is_no_yes() {
    says(
        ExitCode.UNDECIDED,
        status(Running.NOT_ASKED),
        "no target is recorded: production of viworks/agent",
        "should run   %s, promotion 1 by pat at".formatted(one.artifact()));
  }

  @Test
  void a_target_that_nobody_looked_at_is_recorded_and_not_proven() {
    keep(on("h1", one));
    says(
        ExitCode.UNDECIDED,
        status(Running.NOT_ASKED),
        "not proven to run",
        "not proven   docker:agent on h1",
        "recorded   what should run, since 2026-11-23T12:01:10Z by dora (healthy of promotion 1,"
            + " Docker 26.1.5)",
        "not looked at: only the registry was asked");
  }

  @Test
  void yes_is_that_every_target_was_seen_to_run_it() {
    keep(on("h1", one));
    keep(on("h2", one));
    says(ExitCode.YES, status(seeing(one.artifact())), "runs everywhere", "  yes          docker");
    Digest other = Digest.sha256("other".getBytes());
    says(ExitCode.NO, status(seeing(other)), "something else runs");
    says(ExitCode.NO, status(_ -> new Running.Nothing("no such container")), "nothing runs");
    boolean[] first = {true};
    Running oneOfTwo =
        _ -> {
          if (first[0]) {
            first[0] = false;
            return new Running.Runs(other, "container agent");
          }
          throw Failure.undecided("no engine", "start it");
        };
    says(
        ExitCode.UNDECIDED, status(oneOfTwo), "could not tell: no engine", "  no           docker");
  }

  @Test
  void a_target_that_was_asked_for_is_shown_without_a_record_too() {
    says(
        ExitCode.YES,
        status(seeing(one.artifact()), "docker:new"),
        "yes          docker:new",
        "recorded   never deployed there");
    keep(on("h1", one));
    assertEquals(1, status(Running.NOT_ASKED, "docker:agent").targets().size());
    assertEquals("h1", status(Running.NOT_ASKED, "docker:agent").targets().getFirst().host());
  }

  @Test
  void the_newest_record_of_a_target_counts_however_it_went() {
    keep(on("h1", one));
    Promotion two = stage.release(Records.of("two")).promotion();
    Deploys failing = on("h1", two);
    failing.outcome = Outcome.ROLLED_BACK;
    failing.previous = Optional.of(one.artifact());
    keep(failing);
    says(
        ExitCode.UNDECIDED,
        status(Running.NOT_ASKED),
        "%s, which is not what should run".formatted(one.artifact()),
        "(rolled-back of promotion 2, Docker 26.1.5: it hangs)");
    Deploys lost = on("h1", two);
    lost.outcome = Outcome.FAILED;
    keep(lost);
    says(ExitCode.UNDECIDED, status(Running.NOT_ASKED), "nothing that is known");
    Deploys removed = on("h1", two);
    removed.outcome = Outcome.REMOVED;
    keep(removed);
    assertEquals(List.of(), status(Running.NOT_ASKED).targets());
    assertEquals(1, status(Running.NOT_ASKED, "docker:agent").targets().size());
  }

  @Test
  void a_rollback_and_a_freeze_are_told() {
    stage.release(Records.of("two"));
    stage.writing((evidence, catalogue) -> {
      Desk desk = Desk.at(evidence, catalogue);
      new Rollback(desk, "0.1.0")
          .carryOut(
              Rollback.plan(evidence, AGENT, PRODUCTION, new Rollback.To.Before(), stage.now),
              "it hangs",
              stage.people.signer("pat"),
              stage.now);
      return new Freezing(desk, "0.1.0")
          .freeze(AGENT, PRODUCTION, "inventory", stage.people.signer("carol"), stage.now);
    });
    says(
        ExitCode.UNDECIDED,
        status(Running.NOT_ASKED),
        one.artifact() + ", promotion 1 again, rolled back by pat at ",
        ": it hangs",
        "frozen       by carol at ",
        ": inventory");
  }

  @Test
  void nothing_may_run_where_nothing_is_promoted_or_it_has_ended() throws Exception {
    Status none =
        new StatusReader(stage.evidence(), Running.NOT_ASKED, stage.now)
            .read(AGENT, new ChannelName("staging"), List.of());
    says(ExitCode.NO, none, "nothing may run", "nothing was ever promoted");
    stage.submit(Records.of("two"), "alice");
    stage.promote(
        Records.of("two").artifact(),
        "production",
        Stage.POLICY + "promotion-lifetime-days = 1\n",
        "pat");
    stage.now = stage.now.plus(Duration.ofDays(2));
    says(
        ExitCode.NO,
        status(seeing(Records.of("two").artifact()), "docker:agent"),
        "promotion 2 ended at");
  }

  @Test
  void what_is_not_believed_is_not_counted() {
    keep(on("h1", one));
    stage.root = stage.people.rootWithout("dora", Reason.COMPROMISED, stage.now);
    says(ExitCode.UNDECIDED, status(Running.NOT_ASKED), "no target is recorded", "not counted");
    stage.root = stage.people.rootWithout("pat", Reason.COMPROMISED, stage.now);
    Failure failure = assertThrows(Failure.class, () -> status(Running.NOT_ASKED));
    assertEquals(ExitCode.BAD_EVIDENCE, failure.code());
  }

  @Test
  void the_answer_is_written_as_json() {
    keep(on("h1", one));
    String json = new String(Json.write(status(Running.NOT_ASKED)), StandardCharsets.UTF_8);
    for (String part :
        List.of("\"selfsame.status/1\"", "\"seen\" : \"not-looked\"", "\"host\" : \"h1\"")) {
      assertTrue(json.contains(part) || json.contains(part.replace(" : ", ": ")), json);
    }
  }
}
