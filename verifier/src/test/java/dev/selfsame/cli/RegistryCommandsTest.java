package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.Progress;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.file.RegistryFolder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryCommandsTest {
  @TempDir Path folder;
  private RegistryScene scene;
  private final Records records = Records.of("the binary");

  @BeforeEach
  void build() {
    scene = new RegistryScene(folder);
    scene.built(records);
  }

  private int submit(String... more) {
    return run(List.of("submit", "agent"), more);
  }

  private int submitBy(String who) {
    return submit("--record", "build-record.json", "--key", who + ".key");
  }

  private int promote(String... more) {
    return run(
        List.of("promote", "viworks/agent", "--policy", "policy.toml", "--key", "pat.key"), more);
  }

  private int run(List<String> head, String... more) {
    List<String> all = new java.util.ArrayList<>(head);
    all.addAll(List.of(more));
    return scene.run(all.toArray(String[]::new));
  }

  private void assertSaid(int status, int found, String what) {
    assertEquals(status, found, scene.said());
    assertTrue(scene.said().contains(what), scene.said());
    if (status > 1) {
      List<String> lines = scene.err.lines().toList();
      assertTrue(lines.size() > 1, scene.err);
      assertTrue(lines.get(lines.size() - 2).startsWith("error: "), scene.err);
      assertTrue(lines.getLast().startsWith("hint: "), scene.err);
    }
  }

  @Test
  void a_binary_goes_from_staging_to_production_and_out() throws IOException {
    assertSaid(0, submitBy("alice"), "staged: viworks/agent " + records.artifact());
    assertSaid(1, scene.verify("agent"), "not promoted: agent");
    assertEquals(0, promote(), scene.said());
    assertEquals(
        """
        promoted: %s is promotion 1 of viworks/agent into production
          yes  operators  1 of at least 1: alice
          yes  controls   at least two control builds, the same to the byte
          yes  varied     a varied build, the same to the byte
          yes  clean      a work tree equal to its commit
          yes  age        built before now
          yes  agreement  nobody got other bytes from the same request
        """
            .formatted(records.artifact()),
        scene.out.replaceAll(" {2}evidence .*\n", ""));
    assertSaid(0, scene.verify("agent"), "promoted: agent is viworks/agent, promotion 1");
    assertSaid(0, scene.run("pull", "viworks/agent", "-o", "out"), "pulled: out is promotion 1");
    assertArrayEquals(records.binary, Files.readAllBytes(folder.resolve("out")));
    assertEquals(
        "rwxr-xr-x",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("out"))));
    assertSaid(0, scene.verify("out"), "promoted: ");
  }

  @Test
  void promoting_again_changes_nothing_and_says_so() {
    submitBy("alice");
    promote();
    assertSaid(0, promote(), "promoted already: " + records.artifact() + " is promotion 1");
    assertSaid(0, promote("--binary", "agent"), "promoted already");
    assertFalse(Files.exists(scene.stage.channelRecord("production", 2)));
  }

  @Test
  void an_unmet_policy_prints_each_condition_and_changes_nothing() {
    records.variedIdentical = false;
    records.dirty = true;
    scene.built(records);
    assertSaid(0, submitBy("alice"), "remark     no varied build is proven to be the same");
    scene.write("policy.toml", "schema = 1\nminimum-operators = 2\npins = [\"x\"]\n".getBytes());
    for (int i = 0; i < 2; i++) {
      assertSaid(1, promote(), "not promoted: viworks/agent " + records.artifact());
      for (String line :
          List.of(
              "no   operators  0 of at least 2",
              "no   pin        one of x, but alice: trixie-rust-1.85.1",
              "no   varied",
              "no   clean")) {
        assertTrue(scene.out.contains("  " + line), scene.out);
      }
    }
    assertFalse(Files.exists(folder.resolve("registry/channels")));
    assertSaid(1, scene.run("pull", "viworks/agent", "-o", "out"), "error: nothing is promoted");
    assertFalse(Files.exists(folder.resolve("out")));
  }

  @Test
  void one_operator_with_two_keys_is_one() {
    submitBy("alice");
    submitBy("alice-2");
    scene.write("policy.toml", "schema = 1\nminimum-operators = 2\n".getBytes());
    assertSaid(1, promote(), "no   operators  1 of at least 2");
    submitBy("bob");
    assertSaid(0, promote(), "2 of at least 2: alice, bob");
  }

  @Test
  void a_trust_root_that_can_be_read_only_once_is_enough() throws IOException {
    assertSaid(0, submitWithPiped("alice"), "staged: viworks/agent " + records.artifact());
    assertSaid(4, submitWithPiped("stranger"), "unknown to the trust root");
  }

  /** As {@code --trust-root <(cat trust-root.json)}: whoever reads it again gets nothing. */
  private int submitWithPiped(String who) throws IOException {
    Process holder = new ProcessBuilder("sleep", "600").start();
    try {
      try (OutputStream pipe = holder.getOutputStream()) {
        pipe.write(Files.readAllBytes(folder.resolve("trust-root.json")));
      }
      return scene.runPlain(
          "submit",
          "agent",
          "--record",
          "build-record.json",
          "--key",
          who + ".key",
          "--registry",
          "registry",
          "--trust-root",
          "/proc/%d/fd/0".formatted(holder.pid()));
    } finally {
      holder.destroyForcibly();
    }
  }

  @Test
  void the_wrong_people_are_refused_every_time() {
    for (int i = 0; i < 2; i++) {
      assertSaid(4, submitBy("stranger"), "unknown to the trust root");
      assertSaid(4, submitBy("pat"), "may not sign builds");
      assertSaid(4, submitBy("old"), "expired at");
    }
    scene.registry = "mistyped";
    assertSaid(4, submitBy("stranger"), "unknown to the trust root");
    assertSaid(4, submitBy("old"), "expired at");
    assertTrue(Files.notExists(scene.folder.resolve("mistyped")));
    scene.registry = "registry";
    assertSaid(0, submitBy("alice"), "staged");
    for (int i = 0; i < 2; i++) {
      assertSaid(4, promoteBy("alice"), "may not promote");
      assertSaid(4, promoteBy("stranger"), "unknown to the trust root");
    }
    assertSaid(1, scene.verify("agent"), "not promoted");
  }

  private int promoteBy(String who) {
    return scene.run("promote", "viworks/agent", "--policy", "policy.toml", "--key", who + ".key");
  }

  @Test
  void evidence_that_was_signed_elsewhere_is_taken() {
    scene.write("agent.sigstore.json", records.signedBy(scene.stage.people, "bob").bytes());
    assertSaid(0, submit("--bundle", "agent.sigstore.json"), "by bob");
    scene.write("bad.json", records.signedBy(scene.stage.people, "stranger").bytes());
    assertSaid(4, submit("--bundle", "bad.json"), "unknown to the trust root");
    scene.write("bad.json", "{}".getBytes());
    assertSaid(4, submit("--bundle", "bad.json"), "is not a valid bundle");
    assertSaid(
        4, submit("--bundle", "agent.sigstore.json", "--name", "viworks/x"), "is of viworks/agent");
  }

  @Test
  void a_bundle_that_others_could_read_differently_is_refused_until_it_is_mended() {
    byte[] bundle = records.signedBy(scene.stage.people, "bob").bytes();
    String good = new String(bundle, StandardCharsets.UTF_8);
    String signature = good.substring(good.indexOf("{\"sig\""), good.indexOf("]}}"));
    assertBad(good, signature, signature + "," + signature, "2 signatures");
    assertBad(good, "{\"sig\"", "{\"keyid\":\"abc\",\"sig\"", "by keyid");
    assertBad(good, "vnd.in-toto+json", "vnd.other+json", "foreign payload type");
    assertBad(good, "{\"mediaType\"", "{\"mediaType\":\"x\",\"mediaType\"", "Duplicate field");
    assertTrue(Files.notExists(folder.resolve("registry")));
    scene.write("bundle.json", bundle);
    assertSaid(0, submit("--bundle", "bundle.json"), "by bob");
  }

  private void assertBad(String good, String from, String to, String reason) {
    String bad = good.replace(from, to);
    assertNotEquals(good, bad);
    scene.write("bundle.json", bad.getBytes(StandardCharsets.UTF_8));
    assertSaid(4, submit("--bundle", "bundle.json"), "bundle.json is not a valid bundle: ");
    assertEquals(2, scene.err.lines().count(), scene.err);
    assertTrue(scene.err.contains(reason), scene.err);
  }

  @Test
  void a_binary_that_is_no_output_is_refused() {
    scene.write("agent", "hand-made".getBytes());
    assertSaid(4, submitBy("alice"), "is no output of the build");
    scene.write("agent", new byte[0]);
    assertSaid(4, submitBy("alice"), "is no output of the build");
  }

  @Test
  void what_is_missing_or_malformed_is_a_usage_error() {
    assertSaid(2, submit(), "evidence is needed");
    assertSaid(2, submit("--record", "build-record.json"), "evidence is needed");
    assertSaid(
        2, submit("--record", "absent", "--key", "alice.key"), "cannot read the build record");
    scene.write("build-record.json", "{\"schema\":\"x\"}".getBytes());
    assertSaid(2, submitBy("alice"), "is not a build record");
    scene.built(records);
    assertSaid(
        2,
        submit("--record", "build-record.json", "--key", "alice.key", "--name", "viworks/other"),
        "the build record is of viworks/agent, not of viworks/other");
    assertSaid(
        2,
        run(List.of("submit", "absent"), "--record", "build-record.json", "--key", "alice.key"),
        "no file at");
    assertSaid(2, submit("--record", "build-record.json", "--key", "policy.toml"), "is not a key");
  }

  @Test
  void a_folder_with_other_files_does_not_become_a_registry() throws IOException {
    Files.createDirectories(folder.resolve("home/photos"));
    assertSaid(
        2,
        submit("--record", "build-record.json", "--key", "alice.key", "--registry", "home"),
        "holds other files");
    assertFalse(Files.exists(folder.resolve("home/format")));
  }

  @Test
  void which_bytes_must_be_clear() {
    assertSaid(3, promote(), "no registry at");
    submitBy("alice");
    Records second = Records.of("second");
    second.variedIdentical = false;
    scene.built(second);
    submitBy("bob");
    assertSaid(2, promote(), "2 different binaries are staged as viworks/agent");
    assertTrue(scene.err.contains(records.artifact() + "  built "), scene.err);
    assertTrue(scene.err.contains("by bob, not proven to be reproducible"), scene.err);
    assertSaid(0, promote("--digest", records.artifact().toString()), "promoted: ");
    assertSaid(1, promote(), "not promoted: viworks/agent " + second.artifact());
    assertSaid(2, promote("--digest", "x"), "not a digest");
    assertSaid(2, promote("--digest", "x", "--binary", "agent"), "two answers");
    assertSaid(
        1,
        scene.run("promote", "agent", "--policy", "policy.toml", "--key", "pat.key"),
        "did you mean viworks/agent?");
  }

  @Test
  void a_bad_policy_is_a_usage_error_with_its_place() {
    submitBy("alice");
    scene.write("policy.toml", "schema = 1\nminimum-operators = 1\nmin = 2\n".getBytes());
    assertSaid(2, promote(), "error: policy.toml:3:1: unknown condition min");
    assertSaid(
        2,
        scene.run("promote", "viworks/agent", "--policy", "absent", "--key", "pat.key"),
        "cannot read the policy");
  }

  @Test
  void pull_replaces_a_file_only_when_told_to() throws IOException {
    submitBy("alice");
    promote();
    scene.write("out", "precious".getBytes());
    assertSaid(2, scene.run("pull", "viworks/agent", "-o", "out"), "is there already");
    assertEquals("precious", Files.readString(folder.resolve("out")));
    assertSaid(0, scene.run("pull", "viworks/agent", "-o", "out", "--force"), "pulled");
    assertArrayEquals(records.binary, Files.readAllBytes(folder.resolve("out")));
    assertSaid(2, scene.run("pull", "viworks/agent", "-o", "registry", "--force"), "there already");
    assertSaid(3, scene.run("pull", "viworks/agent", "-o", "no/such/folder"), "cannot write");
  }

  @Test
  void pull_hands_over_nothing_that_does_not_hold() throws IOException {
    submitBy("alice");
    promote();
    Stage.flip(scene.stage.blob(records.artifact()), 2);
    assertSaid(4, scene.run("pull", "viworks/agent", "-o", "out"), "was altered");
    scene.write("out", "precious".getBytes());
    assertSaid(4, scene.run("pull", "viworks/agent", "-o", "out", "--force"), "was altered");
    assertEquals("precious", Files.readString(folder.resolve("out")));
    assertSaid(4, promote("--channel", "later"), "was altered");
    try (var files = Files.list(folder)) {
      assertTrue(files.noneMatch(file -> file.toString().endsWith(".part")));
    }
    submitBy("alice");
    assertSaid(0, scene.run("pull", "viworks/agent", "-o", "out", "--force"), "pulled");
  }

  @Test
  void pull_hands_over_no_ended_promotion() {
    submitBy("alice");
    scene.write("policy.toml", (Stage.POLICY + "promotion-lifetime-days = 1\n").getBytes());
    promote();
    scene.stage.now = scene.stage.now.plus(Duration.ofDays(2));
    assertSaid(1, scene.run("pull", "viworks/agent", "-o", "out"), "has ended");
    assertFalse(Files.exists(folder.resolve("out")));
  }

  @Test
  void rows_that_were_changed_decide_nothing() throws IOException {
    submitBy("alice");
    promote();
    Records evil = Records.of("evil");
    evil.dirty = true;
    scene.built(evil);
    submitBy("bob");
    String bad = evil.artifact().toString();
    scene.stage.sql("update promoted set artifact = '" + bad + "'");
    scene.stage.sql("update staged set artifact = '" + bad + "', reproducible = true");
    assertSaid(1, scene.verify("agent"), "not promoted: agent");
    assertSaid(0, scene.run("pull", "viworks/agent", "-o", "out"), records.artifact().toString());
    assertArrayEquals(records.binary, Files.readAllBytes(folder.resolve("out")));
    assertSaid(1, promote("--digest", bad), "no   clean");
  }

  @Test
  void a_deleted_or_damaged_database_is_made_again() throws IOException {
    submitBy("alice");
    Path database = folder.resolve("registry/catalogue.mv.db");
    Files.delete(database);
    assertSaid(0, promote(), "catalogue made again from the evidence, 1 rows");
    Files.writeString(database, "no database");
    assertSaid(0, promote("--channel", "later"), "moved aside to");
    assertTrue(Files.exists(folder.resolve("registry/catalogue.damaged-1.mv.db")));
  }

  @Test
  void a_second_writer_is_told_to_wait() {
    submitBy("alice");
    Progress notes = scene.stage.notes;
    RegistryFolder registry = RegistryFolder.open(folder.resolve("registry"));
    Thread promoting;
    try (var _ = registry.write(Duration.ZERO, notes)) {
      promoting = Thread.ofPlatform().start(this::promote);
      while (!scene.err.isEmpty() && promoting.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
      assertFalse(Files.exists(scene.stage.channelRecord("production", 1)));
    }
    try {
      promoting.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertTrue(scene.out.startsWith("promoted: "), scene.said());
  }

  @Test
  void help_shows_examples_and_exit_codes() {
    for (String verb : List.of("submit", "promote", "verify", "pull")) {
      assertEquals(0, scene.run(verb, "--help"), scene.said());
      assertTrue(scene.out.contains("Examples:") && scene.out.contains("Exit codes:"), scene.out);
    }
  }
}
