package dev.selfsame.status;

import static dev.selfsame.scenes.Stage.AGENT;
import static java.util.Objects.requireNonNull;
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
import org.jspecify.annotations.Nullable;
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

  private static final Running.Instance WELL =
      new Running.Instance(
          new Finding.Holds("it answers"),
          new Finding.Holds("as deployed"),
          Digest.sha256("settings".getBytes()));

  private static Running seeing(Digest artifact) {
    return seeing(artifact, WELL);
  }

  private static Running seeing(Digest artifact, Running.Instance instance) {
    return _ -> new Running.Runs(artifact, "container agent", null, List.of(), instance);
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
    says(
        ExitCode.NO,
        status(_ -> new Running.Nothing("no such container")),
        "nothing runs where it should: ");
    boolean[] first = {true};
    Running oneOfTwo =
        _ -> {
          if (first[0]) {
            first[0] = false;
            return new Running.Runs(other, "container agent", null, List.of(), WELL);
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
  void one_that_is_unwell_or_of_other_settings_is_no_and_what_is_not_known_is_not_proven() {
    keep(on("h1", one));
    Finding yes = new Finding.Holds("it answers");
    Digest settings = Digest.sha256("settings".getBytes());
    says(
        ExitCode.NO,
        instance(new Finding.Differs("/ready answers with 503"), yes, settings),
        "what should run is not as it was deployed",
        "health     no: /ready answers with 503",
        "settings   yes: those of the record");
    says(
        ExitCode.NO,
        instance(yes, yes, Digest.sha256("other".getBytes())),
        "settings   no: they are ",
        "and the record says " + settings.abbreviated());
    says(
        ExitCode.UNDECIDED,
        instance(new Finding.CouldNotTell("no way there"), yes, settings),
        "not proven to run",
        "health     could not tell: no way there");
    says(
        ExitCode.UNDECIDED,
        instance(new Finding.NoEvidence("nothing was declared"), yes, settings),
        "health     no evidence: nothing was declared");
    says(
        ExitCode.UNDECIDED,
        instance(yes, new Finding.NoEvidence("somebody else made it"), null),
        "settings   no evidence: somebody else made it");
    says(
        ExitCode.NO,
        instance(new Finding.CouldNotTell("no way there"), new Finding.Differs("changed"), null));
  }

  private Status instance(Finding health, Finding settings, @Nullable Digest fingerprint) {
    return status(seeing(one.artifact(), new Running.Instance(health, settings, fingerprint)));
  }

  @Test
  void what_nobody_recorded_is_judged_by_its_bytes_and_by_what_it_says_of_itself() {
    says(
        ExitCode.YES,
        status(seeing(one.artifact(), Running.Instance.unknown("by hand")), "docker:new"),
        "health     no evidence: by hand");
    says(
        ExitCode.NO,
        status(
            seeing(
                one.artifact(),
                new Running.Instance(new Finding.Differs("503"), new Finding.Holds("own"), null)),
            "docker:new"));
  }

  @Test
  void after_one_that_went_back_the_settings_are_those_of_the_one_before() {
    keep(on("h1", one));
    Deploys failing = on("h1", stage.release(Records.of("two")).promotion());
    failing.outcome = Outcome.ROLLED_BACK;
    failing.previous = Optional.of(one.artifact());
    keep(failing);
    assertEquals(Digest.sha256("settings".getBytes()), recordedSettings());
    failing = on("h1", stage.release(Records.of("three")).promotion());
    failing.outcome = Outcome.ROLLED_BACK;
    failing.previous = Optional.of(Digest.sha256("unknown".getBytes()));
    keep(failing);
    assertEquals(null, recordedSettings());
  }

  private @Nullable Digest recordedSettings() {
    return requireNonNull(status(Running.NOT_ASKED).targets().getFirst().recorded()).settings();
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
    String seen = new String(Json.write(status(seeing(one.artifact()))), StandardCharsets.UTF_8);
    assertTrue(seen.contains("\"state\" : \"holds\""), seen);
    assertTrue(seen.contains("\"said\" : \"those of the record, "), seen);
    for (String part :
        List.of("\"selfsame.status/1\"", "\"seen\" : \"not-looked\"", "\"host\" : \"h1\"")) {
      assertTrue(json.contains(part) || json.contains(part.replace(" : ", ": ")), json);
    }
  }
}
