package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.TrustedKey;
import dev.selfsame.digest.Digest;
import dev.selfsame.files.FileTree;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.file.RegistryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each command is run on a registry's folder, and on a server of another folder in which the same
 * was done before: what it prints and how it exits has to be the same. Both registries have one
 * name, so that both have the same signatures under the same digests.
 */
@Timeout(300)
final class TwoModesTest {
  private static final String AGENT = "viworks/agent";

  @TempDir Path folder;
  private RegistryScene scene;
  private Hosted server;
  private final Records records = Records.of("the binary");
  private final Records next = Records.of("the next");

  @BeforeEach
  void start() throws IOException {
    scene = new RegistryScene(folder);
    RegistryFolder.create(folder.resolve("registry"));
    RegistryFolder.create(folder.resolve("served"));
    Stage.replace(
        folder.resolve("served/format"), Files.readAllBytes(folder.resolve("registry/format")));
    for (String home : List.of("folder's", "url's")) {
      Files.createDirectories(folder.resolve(home));
    }
    server = new Hosted(folder.resolve("served"), scene.stage);
    scene.built(records);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** Runs a command in both modes; both must say and give the same. */
  private String both(int status, String... words) {
    scene.registry = "registry";
    scene.home = folder.resolve("folder's");
    int byFolder = scene.run(words);
    String said = scene.out;
    String complained = scene.err;
    Path pulled = folder.resolve("out");
    byte[] bytes = read(pulled);
    scene.registry = server.url();
    scene.home = folder.resolve("url's");
    int byUrl = scene.run(words);
    String both = "DIR %d%n%s%s%nURL %d%n%s%s";
    String all = both.formatted(byFolder, said, complained, byUrl, scene.out, scene.err);
    assertEquals(said, scene.out, all);
    assertEquals(byFolder, byUrl, all);
    assertEquals(status, byUrl, all);
    assertArrayEquals(bytes, read(pulled), all);
    return said + complained + scene.err;
  }

  /** What a pull wrote, which goes, so that the next one finds its place free. */
  private static byte[] read(Path file) {
    try {
      byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
      Files.deleteIfExists(file);
      return bytes;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Does to both folders what a command does not do. */
  private void tamper(Consumer<Path> work) {
    work.accept(folder.resolve("registry"));
    work.accept(folder.resolve("served"));
  }

  private static Path blob(Path registry, Digest digest) {
    return registry
        .resolve("blobs/sha256")
        .resolve(digest.hex().substring(0, 2))
        .resolve(digest.hex());
  }

  private static Path record(Path registry, int seq) {
    return registry.resolve("channels/viworks+agent/production/%d.json".formatted(seq));
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private String submit(int status, Records what, String who) {
    scene.built(what);
    return both(status, "submit", "agent", "--record", "build-record.json", "--key", who + ".key");
  }

  private String promote(int status, String... more) {
    List<String> all =
        new java.util.ArrayList<>(
            List.of("promote", AGENT, "--policy", "policy.toml", "--key", "pat.key"));
    all.addAll(List.of(more));
    return both(status, all.toArray(String[]::new));
  }

  private String verify(int status, String... more) {
    List<String> all = new java.util.ArrayList<>(List.of("verify", "--binary"));
    all.addAll(List.of(more));
    return both(status, all.toArray(String[]::new));
  }

  private String pull(int status) {
    return both(status, "pull", AGENT, "-o", "out");
  }

  private void release(Records what) {
    submit(0, what, "alice");
    scene.stage.now = scene.stage.now.plusSeconds(60);
    promote(0, "--digest", what.artifact().toString());
  }

  @Test
  void the_whole_journey() {
    verify(1, "agent");
    assertTrue(submit(0, records, "alice").contains("staged: "));
    submit(0, records, "alice");
    verify(1, "agent");
    verify(1, "agent", "--json");
    pull(1);
    assertTrue(promote(0).contains("promoted: "));
    assertTrue(promote(0).contains("promoted already"));
    verify(0, "agent");
    verify(0, "agent", "--name", AGENT, "--json");
    pull(0);
    release(next);
    verify(0, "agent");
    scene.write("older", records.binary);
    assertTrue(verify(1, "older").contains("is replaced by promotion 2"));
    verify(1, "older", "--name", AGENT);
    verify(1, "agent", "--channel", "staging");
    verify(1, "agent", "--name", "viworks/other");
    promote(0, "--channel", "staging", "--digest", records.artifact().toString());
    verify(0, "older", "--channel", "staging");
    pull(0);
  }

  @Test
  void what_the_channels_hold_is_listed_alike() {
    assertTrue(both(0, "list").contains("nothing is promoted in this registry"));
    assertEquals("[]\n", both(0, "list", "--json").replace(" ", ""));
    assertTrue(both(1, "list", AGENT).contains("nothing was ever promoted as viworks/agent"));
    both(2, "list", "No/Name");
    release(records);
    promote(0, "--channel", "beta", "--digest", records.artifact().toString());
    Records other = Records.of("another");
    other.name = "viworks/z";
    submit(0, other, "alice");
    both(0, "promote", "viworks/z", "--policy", "policy.toml", "--key", "pat.key");
    both(0, "freeze", "viworks/z", "--reason", "stop", "--key", "pat.key");
    String all = both(0, "list");
    String since = "  since 2026-11-23T12:01:00Z  promotion 1";
    assertEquals(
        List.of(
            "viworks/agent  beta        " + records.artifact() + since,
            "viworks/agent  production  " + records.artifact() + since,
            "viworks/z      production  "
                + other.artifact()
                + since
                + ", frozen by pat at 2026-11-23T12:01:00Z: stop"),
        all.lines().toList());
    assertEquals(2, both(0, "list", AGENT).lines().count());
    String json = both(0, "list", "viworks/z", "--json");
    assertTrue(json.contains("\"state\" : \"promoted\""), json);
    assertTrue(json.contains("\"digest\" : \"" + other.artifact() + "\""), json);
    scene.stage.root = scene.stage.people.rootIgnorantOf("pat");
    scene.trust();
    String refused = both(4, "list");
    assertEquals(3, refused.lines().filter(line -> line.contains("refused: ")).count(), refused);
  }

  @Test
  void a_channel_that_was_seen_and_is_kept_back_is_listed_as_such() {
    release(records);
    both(0, "list");
    tamper(registry -> delete(record(registry, 1)));
    String gone = both(4, "list");
    assertTrue(gone.contains("which now ends at promotion 0"), gone);
    both(4, "list", AGENT);
    both(1, "list", "viworks/other", "--json");
  }

  @Test
  void bytes_that_nobody_knows() {
    release(records);
    byte[] flipped = records.binary.clone();
    flipped[4] ^= 1;
    scene.write("flipped", flipped);
    assertTrue(verify(1, "flipped").contains("the first at offset 4"));
    verify(1, "flipped", "--name", AGENT);
    verify(1, "flipped", "--json");
    scene.write("nothing", new byte[0]);
    verify(1, "nothing");
    scene.write("policy.toml", (Stage.POLICY + "promotion-lifetime-days = 1\n").getBytes());
    release(next);
    scene.stage.now = scene.stage.now.plus(Duration.ofDays(2));
    assertTrue(verify(1, "agent").contains("ended at"));
    pull(1);
  }

  @Test
  void what_may_be_promoted_is_decided_alike() {
    assertTrue(promote(1).contains("nothing that is believed is staged"));
    records.variedIdentical = false;
    submit(0, records, "alice");
    assertTrue(promote(1).contains("not promoted"));
    submit(0, next, "bob");
    assertTrue(promote(2).contains("2 different binaries are staged"));
    promote(0, "--digest", next.artifact().toString());
    promote(1);
    promote(1, "--digest", Digest.sha256("nobody's".getBytes()).toString());
    assertTrue(
        both(1, "promote", "agent", "--policy", "policy.toml", "--key", "pat.key")
            .contains("did you mean viworks/agent?"));
    scene.write("policy.toml", "schema = 1\nminimum-operators = 2\n".getBytes());
    promote(1, "--digest", next.artifact().toString());
    submit(0, next, "alice");
    submit(0, next, "alice-2");
    promote(0, "--digest", next.artifact().toString());
  }

  @Test
  void dissent_is_kept_and_told() {
    submit(0, records, "alice");
    Records other = Records.of("the binary");
    other.binary = "other bytes".getBytes();
    assertTrue(submit(0, other, "bob").contains("it differs from the build"));
    assertTrue(promote(1, "--digest", records.artifact().toString()).contains("bob got sha256:"));
  }

  @Test
  void the_wrong_people_are_refused_alike() {
    for (String who : List.of("stranger", "pat", "old")) {
      submit(4, records, who);
    }
    scene.write("agent", "hand-made".getBytes());
    both(4, "submit", "agent", "--record", "build-record.json", "--key", "alice.key");
    submit(0, records, "alice");
    for (String who : List.of("alice", "stranger")) {
      both(4, "promote", AGENT, "--policy", "policy.toml", "--key", who + ".key");
    }
    promote(0);
    for (String who : List.of("pat", "alice")) {
      scene.stage.root = scene.stage.people.rootIgnorantOf(who);
      scene.trust();
      verify(4, "agent");
      pull(4);
    }
    scene.stage.root =
        scene.stage.people.rootWithout(
            "pat", TrustedKey.Reason.COMPROMISED, scene.stage.now.minusSeconds(5));
    scene.trust();
    verify(4, "agent");
    pull(4);
    both(0, "promote", AGENT, "--policy", "policy.toml", "--key", "paul.key");
    verify(0, "agent");
  }

  @Test
  void a_server_may_believe_fewer_than_its_client() {
    release(records);
    scene.stage.root = scene.stage.people.rootIgnorantOf("alice");
    verify(0, "agent");
    pull(0);
    scene.registry = server.url();
    scene.built(next);
    assertEquals(
        4, scene.run("submit", "agent", "--record", "build-record.json", "--key", "alice.key"));
    assertTrue(scene.err.contains("unknown to the trust root"), scene.said());
  }

  @Test
  void altered_and_missing_bytes_are_found_alike() {
    release(records);
    verify(0, "agent");
    List<Digest> evidence = scene.stage.evidence().registry().index().about(records.artifact());
    assertEquals(2, evidence.size());
    for (Digest each : evidence) {
      byte[] whole = bytes(blob(folder.resolve("registry"), each));
      tamper(registry -> Stage.flip(blob(registry, each), 30));
      assertTrue(verify(4, "agent").contains("was altered"));
      pull(4);
      promote(4, "--digest", records.artifact().toString());
      tamper(registry -> delete(blob(registry, each)));
      assertTrue(verify(4, "agent").contains("is missing"));
      pull(4);
      tamper(registry -> write(blob(registry, each), whole));
      verify(0, "agent");
    }
    tamper(registry -> Stage.flip(blob(registry, records.artifact()), 1));
    verify(0, "agent");
    assertTrue(pull(4).contains("was altered"));
    promote(4, "--channel", "later");
    tamper(registry -> delete(blob(registry, records.artifact())));
    verify(0, "agent");
    assertTrue(pull(4).contains("is missing"));
    submit(0, records, "alice");
    pull(0);
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void write(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_channel_that_was_tampered_with_is_found_alike() {
    release(records);
    release(next);
    Records third = Records.of("the third");
    release(third);
    tamper(registry -> delete(record(registry, 2)));
    assertTrue(verify(4, "agent").contains("has no promotion 2"));
    pull(4);
    promote(4, "--digest", records.artifact().toString());
    tamper(registry -> write(record(registry, 2), bytes(record(registry, 1))));
    verify(4, "agent");
    pull(4);
  }

  @Test
  void a_channel_that_ends_earlier_than_it_did_is_found_alike() {
    release(records);
    release(next);
    scene.write("older", records.binary);
    tamper(registry -> delete(record(registry, 2)));
    // Whoever has seen the second promotion knows that it is gone, whatever they ask.
    for (String said :
        List.of(
            verify(4, "agent"),
            verify(4, "older"),
            pull(4),
            promote(4, "--digest", records.artifact().toString()))) {
      assertTrue(said.contains("was seen in this registry, which now ends at promotion 1"), said);
    }
    String file = "seen/channels/%s/viworks+agent/production";
    String name = scene.stage.evidence().registry().name();
    for (String home : List.of("folder's", "url's")) {
      delete(folder.resolve(home + "/.local/share/selfsame/" + file.formatted(name)));
    }
    // Who has not, is shown an older channel that holds; but where it is told of the newest
    // promotion by its artifact, or by the rows, it finds out.
    verify(0, "older");
    assertTrue(verify(4, "agent").contains("the channel does not hold it"));
    assertTrue(
        promote(4, "--digest", next.artifact().toString())
            .contains("was signed, but the channel ends at 1"));
  }

  @Test
  void what_was_seen_is_remembered_once_it_was_verified() throws IOException {
    release(records);
    for (String home : List.of("folder's", "url's")) {
      FileTree.delete(folder.resolve(home + "/.local"));
    }
    verify(0, "agent");
    String name = scene.stage.evidence().registry().name();
    for (String home : List.of("folder's", "url's")) {
      Path file =
          folder
              .resolve(home)
              .resolve(
                  ".local/share/selfsame/seen/channels/%s/viworks+agent/production"
                      .formatted(name));
      assertTrue(Files.exists(file), file.toString());
      write(file, "x".getBytes());
    }
    assertTrue(verify(3, "agent").contains("what was seen before is malformed"));
    assertFalse(Files.exists(folder.resolve("out")));
  }

  @Test
  void evidence_that_was_signed_elsewhere_is_taken_alike() {
    scene.write("agent.sigstore.json", records.signedBy(scene.stage.people, "bob").bytes());
    both(0, "submit", "agent", "--bundle", "agent.sigstore.json");
    both(4, "submit", "agent", "--bundle", "agent.sigstore.json", "--name", "viworks/x");
    scene.write("bad.json", records.signedBy(scene.stage.people, "stranger").bytes());
    both(4, "submit", "agent", "--bundle", "bad.json");
    promote(0);
    verify(0, "agent");
  }
}
