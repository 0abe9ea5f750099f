package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.TrustedKey;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.Json;
import dev.selfsame.files.FileTree;
import dev.selfsame.promote.Promoter;
import dev.selfsame.scenes.People;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Channels;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.OwnJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {
  @TempDir Path folder;
  private RegistryScene scene;
  private final Records records = Records.of("the promoted binary");
  private Promoter.Done released;

  @BeforeEach
  void release() {
    scene = new RegistryScene(folder);
    released = scene.stage.release(records);
    scene.write("promoted", records.binary);
  }

  private void assertSays(int status, String first, String... words) {
    assertEquals(status, scene.verify(words), scene.said());
    assertTrue(scene.out.startsWith(first), scene.said());
    assertEquals("", scene.err);
  }

  private void assertFails(int status, String error, String... words) {
    assertEquals(status, scene.verify(words), scene.said());
    assertTrue(scene.err.startsWith("error: " + error), scene.said());
    assertEquals("", scene.out);
    assertEquals(2, scene.err.lines().count(), scene.err);
  }

  @Test
  void promoted_bytes_are_a_yes_with_all_that_is_known() {
    assertSays(0, "promoted: promoted is viworks/agent, promotion 1 into production\n", "promoted");
    String policy = Digest.sha256(Stage.POLICY.getBytes()).toString();
    assertEquals(
        """
        promoted: promoted is viworks/agent, promotion 1 into production
          file         %s, 19 bytes
          built by     alice (https://builders.example.org/alice) at 2026-11-23T11:00:00Z
          source       https://git.example.org/agent commit 0123456789abcdef0123456789abcdef01234567
          rustc        rustc 1.85.1 (4eb161250 2025-03-15) in trixie-rust-1.85.1
          strip state  stripped
          repeated     two controls and a varied build gave the same bytes
          promoted     2026-11-23T12:01:00Z by pat
          policy       %s
        """
            .formatted(records.artifact(), policy),
        scene.out);
    assertSays(0, "promoted: ", "promoted", "--name", "viworks/agent", "--channel", "production");
  }

  @Test
  void json_says_the_same() {
    assertEquals(0, scene.verify("promoted", "--json"));
    var json = Json.tree(scene.out.getBytes());
    assertEquals("promoted", json.path("verdict").asText());
    assertEquals("selfsame.audit/1", json.path("schema").asText());
    assertEquals(records.artifact().toString(), json.at("/subject/digest").asText());
    assertEquals(1, json.at("/promotion/seq").asInt());
    assertEquals("alice", json.at("/builds/0/operator").asText());
    scene.write("other", "other".getBytes());
    assertEquals(1, scene.verify("other", "--json"));
    assertEquals("unknown", Json.tree(scene.out.getBytes()).path("verdict").asText());
  }

  @Test
  void one_flipped_byte_is_a_no_that_counts_it() {
    byte[] flipped = records.binary.clone();
    flipped[4] ^= 1;
    scene.write("tampered", flipped);
    assertSays(1, "unknown to the registry: tampered\n", "tampered", "--name", "viworks/agent");
    assertTrue(
        scene.out.contains("1 bytes are not those of the promoted viworks/agent"), scene.out);
    assertTrue(scene.out.contains("the first at offset 4"), scene.out);
    assertSays(1, "unknown to the registry: tampered\n", "tampered");
    assertTrue(scene.out.contains("offset 4"), scene.out);
  }

  @Test
  void every_truncation_and_the_empty_file_are_a_no() {
    for (int length = 0; length < records.binary.length; length++) {
      scene.write("cut", Arrays.copyOf(records.binary, length));
      assertSays(1, "unknown to the registry: cut\n", "cut");
      assertTrue(
          scene.out.contains(
              "%d bytes fewer than the promoted".formatted(records.binary.length - length)),
          scene.out);
    }
    scene.write("longer", Arrays.copyOf(records.binary, records.binary.length + 7));
    assertSays(1, "unknown to the registry: longer\n", "longer");
    assertTrue(scene.out.contains("7 bytes more"), scene.out);
  }

  @Test
  void staged_bytes_are_a_no_that_names_their_builder() {
    Records staged = Records.of("not decided yet");
    scene.stage.submit(staged, "bob");
    scene.write("staged", staged.binary);
    assertSays(
        1,
        "not promoted: staged: it was submitted as viworks/agent and never promoted into"
            + " production\n",
        "staged");
    assertTrue(scene.out.contains("built by     bob"), scene.out);
  }

  @Test
  void replaced_bytes_are_a_no_that_says_so() {
    scene.stage.release(Records.of("the next one"));
    assertSays(
        1,
        "not promoted: promoted: it was promotion 1 of viworks/agent into production and is"
            + " replaced by promotion 2",
        "promoted");
    scene.write("next", Records.of("the next one").binary);
    assertSays(0, "promoted: next is viworks/agent, promotion 2", "next");
  }

  @Test
  void an_ended_promotion_is_a_no() {
    Records brief = Records.of("brief");
    scene.stage.submit(brief, "alice");
    scene.stage.promote(
        brief.artifact(), "production", Stage.POLICY + "promotion-lifetime-days = 1\n", "pat");
    scene.write("brief", brief.binary);
    assertSays(0, "promoted: ", "brief");
    assertTrue(scene.out.contains("until        2026-11-24T12:01:00Z"), scene.out);
    scene.stage.now = scene.stage.now.plus(Duration.ofDays(1));
    assertSays(
        1,
        "not promoted: brief: its promotion 2 of viworks/agent into production ended at 2",
        "brief");
  }

  @Test
  void another_name_or_channel_is_a_no() {
    assertSays(
        1,
        "not promoted: promoted: it is known as viworks/agent, not as viworks/other\n",
        "promoted",
        "--name",
        "viworks/other");
    assertSays(
        1,
        "not promoted: promoted: it was submitted as viworks/agent and never promoted into"
            + " staging\n",
        "promoted",
        "--channel",
        "staging");
  }

  @Test
  void a_promotion_for_staging_does_not_count_in_production() {
    Records tested = Records.of("only tested");
    scene.stage.submit(tested, "alice");
    var done =
        (Promoter.Done) scene.stage.promote(tested.artifact(), "staging", Stage.POLICY, "pat");
    scene.write("tested", tested.binary);
    assertSays(
        0,
        "promoted: tested is viworks/agent, promotion 1 into staging\n",
        "tested",
        "--channel",
        "staging");
    assertSays(1, "not promoted: tested", "tested");
    scene
        .stage
        .evidence()
        .registry()
        .channels()
        .append(
            Stage.AGENT, ChannelName.PRODUCTION, new Channels.Entry(2, done.promotion().bundle()));
    assertSays(
        4,
        "evidence is bad: tested: promotion 2 of viworks/agent into production was made"
            + " for selfsame://",
        "tested");
  }

  @Test
  void altered_evidence_is_bad() throws IOException {
    for (Digest bundle :
        List.of(released.promotion().bundle(), released.decision().inputs().getFirst().bundle())) {
      Path blob = scene.stage.blob(bundle);
      byte[] whole = Files.readAllBytes(blob);
      Stage.flip(blob, whole.length / 2);
      assertSays(4, "evidence is bad: promoted: blob " + bundle + " was altered", "promoted");
      Stage.replace(blob, Arrays.copyOf(whole, whole.length / 2));
      assertSays(4, "evidence is bad: promoted: blob " + bundle + " was altered", "promoted");
      Files.delete(blob);
      assertSays(4, "evidence is bad: promoted: blob " + bundle + " is missing", "promoted");
      Files.write(blob, whole);
      assertSays(0, "promoted: ", "promoted");
    }
  }

  @Test
  void a_promotion_that_was_taken_out_of_the_channel_is_bad_evidence() throws IOException {
    Files.delete(scene.stage.channelRecord("production", 1));
    assertSays(
        4,
        "evidence is bad: promoted: promotion 1 of viworks/agent into production was signed, but"
            + " the channel does not hold it\n",
        "promoted");
  }

  @Test
  void an_older_record_put_back_as_the_newest_is_bad_evidence() throws IOException {
    scene.stage.release(Records.of("two"));
    byte[] first = Files.readAllBytes(scene.stage.channelRecord("production", 1));
    Stage.replace(scene.stage.channelRecord("production", 2), first);
    assertSays(4, "evidence is bad: promoted: promotion 2", "promoted");
    scene.write("nobody's", "nobody's".getBytes());
    assertSays(4, "evidence is bad: nobody's", "nobody's", "--name", "viworks/agent");
    assertSays(1, "unknown to the registry", "nobody's");
  }

  @Test
  void a_signer_who_is_not_believed_is_bad_evidence() {
    scene.stage.root = scene.stage.people.rootIgnorantOf("pat");
    scene.trust();
    assertSays(4, "evidence is bad: promoted: evidence ", "promoted");
    scene.stage.root = scene.stage.people.rootIgnorantOf("alice");
    scene.trust();
    assertSays(4, "evidence is bad: promoted: evidence ", "promoted");
    for (String who : List.of("pat", "alice")) {
      scene.stage.root =
          scene.stage.people.rootWithout(who, TrustedKey.Reason.COMPROMISED, People.NOW);
      scene.trust();
      assertSays(4, "evidence is bad: promoted: evidence ", "promoted");
      assertTrue(scene.out.contains("compromised"), scene.out);
    }
  }

  @Test
  void a_builder_who_retired_after_the_promotion_is_still_believed_of_it() {
    scene.stage.root =
        scene.stage.people.rootWithout(
            "alice", TrustedKey.Reason.RETIRED, scene.stage.now.plusSeconds(1));
    scene.trust();
    scene.stage.now = scene.stage.now.plus(Duration.ofDays(1));
    assertSays(0, "promoted: ", "promoted");
  }

  @Test
  void a_trust_root_that_was_set_back_is_no_yes() throws IOException {
    Path file = folder.resolve("trust-root.json");
    byte[] old = Files.readAllBytes(file);
    assertSays(0, "promoted: ", "promoted");
    scene.stage.root =
        scene.stage.people.rootWithout("bob", TrustedKey.Reason.COMPROMISED, People.NOW);
    scene.trust();
    assertSays(0, "promoted: ", "promoted");
    Files.write(file, old);
    String which = "the trust root " + file;
    assertFails(4, which + " is of version 1, and was read as version 2 before", "promoted");
    scene.stage.root = scene.stage.people.root();
    scene.trust(2);
    assertFails(4, which + " is of version 2 with another content", "promoted");
    scene.trust(3);
    assertSays(0, "promoted: ", "promoted");
    Files.delete(file);
    assertEquals(0, scene.runPlain("trust", "init", "trust-root.json"), scene.said());
    scene.trust(1);
    assertSays(0, "promoted: ", "promoted");
  }

  /** As {@code <(cat a.json)}, then {@code <(cat b.json)}: a shell calls both /dev/fd/63. */
  @Test
  void trust_roots_that_come_under_the_same_passing_name_are_not_held_against_each_other()
      throws IOException {
    Path file = folder.resolve("trust-root.json");
    Process holder = new ProcessBuilder("sleep", "600").redirectInput(file.toFile()).start();
    try {
      String passing = "/proc/%d/fd/0".formatted(holder.pid());
      for (long version : new long[] {5, 2}) {
        scene.trust(version);
        assertEquals(
            0,
            scene.runPlain(
                "verify",
                "--binary",
                "promoted",
                "--registry",
                scene.registry,
                "--trust-root",
                passing),
            scene.said());
      }
    } finally {
      holder.destroyForcibly();
    }
  }

  @Test
  void a_malformed_or_absent_trust_root_is_no_yes() throws IOException {
    scene.write("trust-root.json", "{}".getBytes());
    assertFails(4, "", "promoted");
    Files.delete(folder.resolve("trust-root.json"));
    assertFails(2, "no trust root at ", "promoted");
  }

  @Test
  void the_database_does_not_matter() throws IOException {
    Path database = folder.resolve("registry/catalogue.mv.db");
    scene.stage.sql("update promoted set artifact = 'sha256:0', channel = 'x', seq = 9");
    scene.stage.sql("update staged set artifact = 'sha256:0', operator = 'x'");
    assertSays(0, "promoted: ", "promoted");
    Files.writeString(database, "no database");
    assertSays(0, "promoted: ", "promoted");
    Files.delete(database);
    assertSays(0, "promoted: ", "promoted");
    assertFalse(Files.exists(database), "verify made a database");
  }

  @Test
  void verify_writes_nothing() throws IOException {
    List<String> before = listing();
    scene.verify("promoted");
    scene.verify("policy.toml");
    assertEquals(before, listing());
  }

  private List<String> listing() throws IOException {
    try (var files = Files.walk(folder.resolve("registry"))) {
      return files.map(Path::toString).sorted().toList();
    }
  }

  @Test
  void a_registry_that_is_not_there_is_no_answer() throws IOException {
    assertFails(3, "no registry at ", "promoted", "--registry", "elsewhere");
    assertFails(3, "no registry at ", "promoted", "--registry", "policy.toml");
    FileTree.delete(folder.resolve("registry"));
    assertFails(3, "no registry at ", "promoted");
  }

  @Test
  void a_file_that_cannot_be_read_is_no_answer() {
    assertFails(3, "no file at ", "absent");
    assertFails(3, "not a file: ", "registry");
    assertFails(3, "not a file: ", "/dev/zero");
    assertFails(3, "no file at ", "a\nerror: forged");
  }

  @Test
  @Needs(Component.ORDINARY_USER)
  void a_file_that_this_user_may_not_read_is_no_answer() throws Exception {
    Files.setPosixFilePermissions(
        folder.resolve("promoted"), PosixFilePermissions.fromString("---------"));
    Process process =
        new ProcessBuilder(
                OwnJvm.under(
                    List.of( // Root without its privilege over other people's files.
                        "setpriv",
                        "--bounding-set=-dac_override,-dac_read_search",
                        "--inh-caps=-dac_override,-dac_read_search"),
                    OwnJvm.command(
                        Main.class,
                        "verify",
                        "--binary",
                        folder.resolve("promoted").toString(),
                        "--registry",
                        folder.resolve("registry").toString(),
                        "--trust-root",
                        folder.resolve("trust-root.json").toString())))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes());
    assertEquals(3, process.waitFor(), said);
    assertTrue(said.contains("permission denied"), said);
  }

  @Test
  void bad_names_and_channels_are_usage_errors() {
    assertFails(2, "not an artifact name", "promoted", "--name", "../x");
    assertFails(2, "not a channel name", "promoted", "--channel", "a/b");
    assertFails(2, "--binary names no file", "");
  }

  @Test
  void a_link_is_followed_to_the_bytes() throws IOException {
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("promoted"));
    assertSays(0, "promoted: link is", "link");
  }

  @Test
  void of_many_names_the_right_one_is_found() {
    for (int i = 0; i < 6; i++) {
      int number = i;
      scene.stage.writing((evidence, _) -> {
        evidence
            .registry()
            .channels()
            .append(
                new dev.selfsame.store.ArtifactName("other-" + number),
                ChannelName.PRODUCTION,
                new Channels.Entry(1, released.promotion().bundle()));
        return true;
      });
    }
    assertSays(0, "promoted: promoted is viworks/agent", "promoted");
  }
}
