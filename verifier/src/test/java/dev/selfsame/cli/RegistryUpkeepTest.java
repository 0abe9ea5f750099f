package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.selfsame.attest.TrustRoot;
import dev.selfsame.digest.Digest;
import dev.selfsame.files.FileTree;
import dev.selfsame.files.UserFolders;
import dev.selfsame.outcome.Progress;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.file.RegistryFolder;
import dev.selfsame.store.jdbi.H2Repositories;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code registry gc, fsck, export, import} on a folder. */
final class RegistryUpkeepTest {
  @TempDir private Path folder;
  private Stage stage;
  private String said = "";

  @BeforeEach
  void fill() throws IOException {
    stage = new Stage(folder);
    stage.release(Records.of("one"));
    Files.write(folder.resolve("trust-root.json"), stage.root.json());
  }

  private int run(String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream both = new PrintStream(out, true, StandardCharsets.UTF_8);
    Map<String, String> environment = Map.of("HOME", folder.toString());
    int status =
        new Main(
                new Surroundings(
                    environment,
                    Clock.offset(Clock.systemUTC(), Duration.ofDays(2)),
                    UserFolders.of(environment),
                    folder,
                    new Console(both, both, false, false)))
            .run(words);
    said = out.toString(StandardCharsets.UTF_8);
    return status;
  }

  private void assertRuns(int status, String what, String... words) {
    assertEquals(status, run(words), said);
    assertTrue(said.contains(what), said);
  }

  @Test
  void a_deployed_repository_goes_out_and_into_staging_and_unneeded_blobs_go() throws IOException {
    assertRuns(
        0,
        "exported: layout is 1 tags, 3 manifests",
        "registry",
        "export",
        "deploy/viworks/agent:production",
        "--registry",
        "registry",
        "--trust-root",
        "trust-root.json",
        "--to",
        "layout");
    assertRuns(
        0,
        "imported: staging/copy has 1 tags, 3 manifests",
        "registry",
        "import",
        "layout",
        "--registry",
        "registry",
        "--to",
        "staging/copy");
    RegistryFolder registry = RegistryFolder.open(stage.registry());
    registry.registry().blobs().put("orphan".getBytes(StandardCharsets.UTF_8));
    assertRuns(
        0,
        "would be collected: 0 links, 1 blobs, 0 uploads, 0 leftovers; 6 bytes",
        "registry",
        "gc",
        "--registry",
        "registry",
        "--dry-run");
    assertRuns(
        0,
        "collected: 0 links, 1 blobs, 0 uploads, 0 leftovers; 6 bytes free",
        "registry",
        "gc",
        "--registry",
        "registry");
    assertRuns(
        0,
        "nothing is wrong",
        "registry",
        "fsck",
        "--registry",
        "registry",
        "--trust-root",
        "trust-root.json");
  }

  @Test
  void a_folder_that_a_server_has_open_is_left_alone_and_it_is_said_what_to_do() {
    RegistryFolder registry = RegistryFolder.open(stage.registry());
    try (H2Repositories served =
        H2Repositories.open(
            registry.path(), registry.changes(Clock.systemUTC()), Progress.SILENT)) {
      served.names(null, 1);
      for (String[] words :
          new String[][] {
            {"gc"},
            {"fsck"},
            {"export", "staging/a", "--to", "x"},
            {"import", "x", "--to", "staging/a"}
          }) {
        String[] all = new String[words.length + 3];
        all[0] = "registry";
        System.arraycopy(words, 0, all, 1, words.length);
        all[words.length + 1] = "--registry";
        all[words.length + 2] = "registry";
        assertRuns(3, "a server has the registry open", all);
        assertTrue(said.contains("hint: end the server"), said);
      }
    }
  }

  @Test
  void where_a_database_tells_what_is_needed_the_folder_alone_is_not_collected() {
    RegistryFolder registry = RegistryFolder.open(stage.registry());
    registry.registry().blobs().put("pushed".getBytes(StandardCharsets.UTF_8));
    registry.noteRowsElsewhere();
    registry.noteRowsElsewhere();
    assertRuns(3, "stands in a database", "registry", "gc", "--registry", "registry");
    assertRuns(3, "stands in a database", "registry", "fsck", "--registry", "registry");
    assertRuns(3, "stands in a database", "registry", "gc", "--registry", "registry", "--dry-run");
    assertEquals(
        6,
        registry
            .registry()
            .blobs()
            .size(Digest.sha256("pushed".getBytes(StandardCharsets.UTF_8)))
            .orElseThrow());
  }

  @Test
  void a_trust_root_that_was_set_back_exports_and_checks_nothing() throws IOException {
    String[] export = {
      "registry",
      "export",
      "deploy/viworks/agent:production",
      "--registry",
      "registry",
      "--trust-root",
      "trust-root.json",
      "--to",
      "layout",
    };
    String[] fsck = {
      "registry", "fsck", "--registry", "registry", "--trust-root", "trust-root.json",
    };
    for (String[] command : new String[][] {export, fsck}) {
      Path file = folder.resolve("trust-root.json");
      Files.write(file, new TrustRoot(2, stage.root.keys()).json());
      assertEquals(0, run(command), said);
      FileTree.delete(folder.resolve("layout"));
      Files.write(file, new TrustRoot(1, stage.root.keys()).json());
      assertRuns(4, "is of version 1, and was read as version 2 before", command);
      assertTrue(Files.notExists(folder.resolve("layout")));
    }
  }

  @Test
  void damage_is_told_as_json_and_mended() throws IOException {
    Stage.flip(stage.blob(Records.of("one").artifact()), 1);
    assertEquals(4, run("registry", "fsck", "--registry", "registry", "--json"), said);
    String document = said.substring(said.indexOf('{'));
    assertEquals(
        "altered-blob",
        new ObjectMapper().readTree(document).at("/findings/0/kind").asText(),
        document);
    assertRuns(4, "moved to quarantine/", "registry", "fsck", "--registry", "registry", "--repair");
  }

  @Test
  void wrong_words_are_usage() throws Exception {
    assertRuns(2, "not a time", "registry", "gc", "--grace", "soon");
    Files.writeString(
        folder.resolve("shared.toml"), "[database]\nurl = \"postgresql://127.0.0.1:1/none\"\n");
    assertRuns(
        2, "under 20 minutes", "registry", "gc", "--settings", "shared.toml", "--grace", "19m");
    assertRuns(2, "no verb was given", "registry");
    assertRuns(
        2,
        "pushes go to staging/",
        "registry",
        "import",
        "x",
        "--registry",
        "registry",
        "--to",
        "deploy/a");
    assertRuns(3, "no registry at", "registry", "gc", "--registry", "nowhere");
  }
}
