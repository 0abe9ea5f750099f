package dev.selfsame.promote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.Role;
import dev.selfsame.digest.Digest;
import dev.selfsame.scenes.People;
import dev.selfsame.scenes.Records;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class DecisionTest {
  private final People people = People.usual();
  private final List<Build> builds = new ArrayList<>();
  private final Digest artifact = new Records().artifact();

  private void build(String who, Consumer<Records> change) {
    Records records = new Records();
    change.accept(records);
    builds.add(
        Build.of(people.root().verify(records.signedBy(people, who), Role.BUILDER, People.NOW)));
  }

  private Decision decide(String conditions, int operators) {
    String text = "schema = 1\nminimum-operators = %d\n%s\n".formatted(operators, conditions);
    Policy policy = PolicyFile.parse(text.getBytes(StandardCharsets.UTF_8), "policy.toml");
    return Decision.of(policy, artifact, builds, builds, People.NOW);
  }

  /** The one check of this id says no, the count of operators with it, and no other. */
  private void assertNo(String id, String because, Decision decision) {
    assertFalse(decision.passed());
    assertEquals(
        List.of("operators", id),
        decision.checks().stream().filter(check -> !check.met()).map(Check::id).toList());
    String reason =
        decision.checks().stream()
            .filter(check -> check.id().equals(id))
            .findFirst()
            .orElseThrow()
            .reason();
    assertTrue(reason.contains(because), reason);
  }

  @Test
  void a_good_build_passes_every_condition() {
    build("alice", _ -> {});
    Decision decision =
        decide(
            """
            builders = ["https://builders.example.org/alice"]
            pins = ["trixie-rust-1.85.1"]
            strip-states = ["stripped"]
            sources = ["https://git.example.org/agent"]
            max-evidence-age-days = 1
            """,
            1);
    assertTrue(decision.passed(), decision.toString());
    assertEquals(10, decision.checks().size());
    assertEquals(1, decision.inputs().size());
  }

  @Test
  void no_evidence_is_a_no() {
    Decision decision = decide("", 1);
    assertFalse(decision.passed());
    assertEquals("nobody has signed a build of these bytes", decision.checks().getFirst().reason());
    build("alice", records -> records.binary = "other bytes".getBytes());
    assertFalse(decide("", 1).passed());
  }

  @Test
  void each_condition_says_no_by_itself() {
    build("alice", _ -> {});
    assertNo("builder", "alice: https://b", decide("builders = ['https://x.example/']", 1));
    assertNo("pin", "alice: trixie", decide("pins = ['bookworm']", 1));
    assertNo(
        "pin",
        "alice: trixie-rust-1.85.1@" + Digest.sha256("root".getBytes()),
        decide(
            "pins = ['trixie-rust-1.85.1@%s']".formatted(Digest.sha256("locked anew".getBytes())),
            1));
    assertTrue(decide("pins = ['%s']".formatted(Digest.sha256("root".getBytes())), 1).passed());
    assertNo("strip", "alice: stripped", decide("strip-states = ['full']", 1));
    assertNo("source", "alice: https://git", decide("sources = ['https://x.example/']", 1));
  }

  @Test
  void a_build_without_a_repository_has_no_allowed_one() {
    build("alice", records -> records.repository = null);
    assertNo("source", "no repository", decide("sources = ['https://x.example/']", 1));
    assertTrue(decide("", 1).passed());
  }

  @Test
  void controls_must_be_two_and_the_same() {
    build("alice", records -> records.controlsIdentical = false);
    assertNo("controls", "they differ", decide("", 1));
    assertTrue(decide("controls-identical = false", 1).passed());
    builds.clear();
    build("alice", records -> records.controls = 1);
    assertNo("controls", "1 made", decide("", 1));
  }

  @Test
  void a_varied_build_must_be_there_and_the_same() {
    build("alice", records -> records.variedIdentical = false);
    assertNo("varied", "it differs", decide("", 1));
    assertTrue(decide("varied-identical = false", 1).passed());
    builds.clear();
    build("alice", records -> records.varied = 0);
    assertNo("varied", "none", decide("", 1));
  }

  @Test
  void a_dirty_work_tree_is_a_no() {
    build("alice", records -> records.dirty = true);
    assertNo("clean", "0123456789abcdef", decide("", 1));
    assertTrue(decide("clean-source = false", 1).passed());
  }

  @Test
  void old_evidence_and_evidence_from_the_future_are_a_no() {
    build("alice", records -> records.finishedAt = People.NOW.minusSeconds(2 * 86_400));
    assertTrue(decide("", 1).passed());
    assertTrue(decide("max-evidence-age-days = 2", 1).passed());
    assertNo("age", "it ended", decide("max-evidence-age-days = 1", 1));
    builds.clear();
    build("alice", records -> records.finishedAt = People.NOW.plusSeconds(600));
    assertNo("age", "it ended", decide("", 1));
    builds.clear();
    build("alice", records -> records.finishedAt = People.NOW.plusSeconds(60));
    assertTrue(decide("", 1).passed());
  }

  @Test
  void operators_are_counted_and_not_signatures() {
    build("alice", _ -> {});
    build("alice-2", _ -> {});
    build("alice", records -> records.finishedAt = People.NOW.minusSeconds(5));
    Decision decision = decide("", 2);
    assertFalse(decision.passed());
    assertTrue(
        decision.checks().getFirst().reason().startsWith("1 of at least 2"), decision.toString());
    build("bob", _ -> {});
    assertTrue(decide("", 2).passed());
    assertEquals(4, decide("", 2).inputs().size());
  }

  @Test
  void what_one_operator_lacks_another_does_not_make_up() {
    build("alice", records -> records.pin = "bookworm");
    build("bob", records -> records.dirty = true);
    Decision decision = decide("pins = ['trixie-rust-1.85.1']", 1);
    assertEquals(
        List.of("operators"),
        decision.checks().stream().filter(check -> !check.met()).map(Check::id).toList());
  }

  @Test
  void a_bad_build_does_not_stand_in_the_way_of_good_ones() {
    build("alice", _ -> {});
    build("bob", records -> records.dirty = true);
    Decision decision = decide("", 1);
    assertTrue(decision.passed());
    assertEquals("alice", decision.inputs().getFirst().operator());
    assertEquals(1, decision.inputs().size());
  }

  @Test
  void other_bytes_from_the_same_request_are_a_no() {
    build("alice", _ -> {});
    build("bob", records -> records.binary = "what bob got".getBytes());
    Decision decision = decide("", 1);
    assertFalse(decision.passed());
    Check agreement = decision.checks().getLast();
    assertEquals("agreement", agreement.id());
    assertTrue(agreement.reason().startsWith("bob got sha256:"), agreement.reason());
  }

  @Test
  void a_builders_words_stay_on_the_line_of_their_condition() {
    build("alice", records -> records.pin = "x\n  yes  pin  \u001b[2J\npromoted: all");
    Check pin =
        decide("pins = ['bookworm']", 1).checks().stream()
            .filter(check -> check.id().equals("pin"))
            .findFirst()
            .orElseThrow();
    assertTrue(pin.reason().contains("promoted: all"), pin.reason());
    assertTrue(pin.reason().chars().noneMatch(Character::isISOControl), pin.reason());
  }

  @Test
  void dissent_is_seen_whatever_address_its_builder_cloned_from() {
    build("alice", _ -> {});
    for (String address :
        new String[] {"git@git.example.org:agent.git", "https://git.example.org/agent.git", null}) {
      build(
          "bob",
          records -> {
            records.repository = address;
            records.binary = "what bob got".getBytes();
          });
      Check agreement = decide("", 1).checks().getLast();
      assertFalse(agreement.met(), String.valueOf(address));
      builds.removeLast();
    }
    assertTrue(decide("", 1).passed());
  }

  @Test
  void other_bytes_from_another_request_are_no_dissent() {
    build("alice", _ -> {});
    build(
        "bob",
        records -> {
          records.binary = "a later version".getBytes();
          records.source = "a later source";
        });
    build(
        "bob",
        records -> {
          records.binary = "a debug build".getBytes();
          records.profile = "dev";
        });
    assertTrue(decide("", 1).passed(), decide("", 1).toString());
  }
}
