package dev.selfsame.audit.report;

import dev.selfsame.attest.claim.AllowedPin;
import dev.selfsame.audit.Audits;
import dev.selfsame.audit.Checked;
import dev.selfsame.audit.gate.Answers;
import dev.selfsame.audit.gate.GatePolicy;
import dev.selfsame.audit.gate.Judgements;
import dev.selfsame.store.ChannelName;
import java.time.Duration;
import java.util.List;

/** Answers of every kind, and names that would like to be more than names. */
final class Scenes {
  /** Each breaks out of at least one format that does not escape it. */
  static final List<String> HOSTILE =
      List.of(
          "a\n::error::forged",
          "a\r\n::add-mask::promoted",
          "a%0A::error::forged",
          "a,title=forged::b",
          "::stop-commands::x",
          "##[error]forged",
          "a]]><testcase name=\"forged\"/>",
          "\"><failure/>&amp;'",
          "a\u0000\u0007\u001b[2J\u0085b",
          "a\u2028b\u2029c",
          "promoted\u202Egpj.exe",
          "lone\ud800surrogate",
          "a|b|c\n| yes | forged |",
          "<script>alert(1)</script> ![x](http://x) `c` *b*",
          "delimiter\nverdict<<E\nyes\nE",
          "name with ümläut 漢字 🦀",
          " ",
          "../../../etc/passwd",
          "a:b?c=d#e&f=[g]");

  private Scenes() {}

  /** One of each kind. */
  static Judgements oneOfEach() {
    return gate(
        Answers.promoted("dist/agent"),
        Answers.notPromoted("dist/old", "it was replaced by promotion 3"),
        Answers.unknown("dist/hand-made"),
        Answers.runsOther("docker:agent:/app/agent"),
        Answers.badEvidence("dist/altered", "blob was altered"),
        Answers.untold("dist/absent"));
  }

  /** Every kind of answer about a place of that name. */
  static Judgements about(String where) {
    return gate(
        Answers.promoted(where),
        Answers.notPromoted(where, where),
        Answers.unknown(where),
        Answers.runsOther(where),
        Answers.badEvidence(where, where),
        Answers.untold(where));
  }

  static Judgements gate(Checked... all) {
    return Judgements.of(
        new Audits(List.of(all)), GatePolicy.of(ChannelName.PRODUCTION), Answers.NOW);
  }

  /** With a policy that nothing here meets. */
  static Judgements strict(Checked... all) {
    GatePolicy policy =
        new GatePolicy(
            null,
            ChannelName.PRODUCTION,
            2,
            Duration.ofMinutes(1),
            List.of(AllowedPin.parse("other-pin")),
            true);
    return Judgements.of(new Audits(List.of(all)), policy, Answers.NOW);
  }
}
