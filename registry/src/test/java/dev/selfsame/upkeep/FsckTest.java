package dev.selfsame.upkeep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.files.FileTree;
import dev.selfsame.oci.MediaTypes;
import dev.selfsame.oci.OciError;
import dev.selfsame.oci.Reference;
import dev.selfsame.oci.StagingRepositories;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.promote.Deployments;
import dev.selfsame.promote.Desk;
import dev.selfsame.promote.Freezing;
import dev.selfsame.promote.Promoter;
import dev.selfsame.promote.Rollback;
import dev.selfsame.scenes.DatabaseHolder;
import dev.selfsame.scenes.Deploys;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.AuditLog;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.TagName;
import dev.selfsame.store.file.FileAuditLog;
import dev.selfsame.store.file.RegistryFolder;
import dev.selfsame.store.jdbi.H2Repositories;
import dev.selfsame.store.jdbi.H2RowsCheck;
import dev.selfsame.suites.OwnJvm;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** A registry with pushes and promotions, damaged in each way, found out and mended. */
final class FsckTest {
  private static final RepositoryName APP = new RepositoryName("staging/app");

  @TempDir private Path folder;
  private Stage stage;
  private Promoter.Done first;
  private Promoter.Done second;
  private Digest layer;

  @BeforeEach
  void fill() throws IOException {
    stage = new Stage(folder);
    first = stage.release(Records.of("one"));
    second = stage.release(Records.of("two"));
    stage.submit(Records.of("dissent"), "bob");
    RegistryFolder registry = RegistryFolder.open(stage.registry());
    try (H2Repositories rows = rows(registry)) {
      StagingRepositories staging =
          new StagingRepositories(registry.registry().blobs(), registry.uploads(), rows);
      Digest config = push(staging, "{}");
      layer = push(staging, "layer");
      for (String tag : List.of("1", "2")) {
        staging.put(
            APP,
            new Reference.ByTag(new TagName(tag)),
            List.of(),
            "",
            bytes(
                "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":{\"digest\":\"%s\"},\"layers\":[{\"digest\":\"%s\"}],\"annotations\":{\"n\":\"%s\"}}"
                    .formatted(MediaTypes.MANIFEST, config, layer, tag)));
      }
      staging.delete(APP, new Reference.ByTag(new TagName("2")));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Digest push(StagingRepositories staging, String content) throws IOException {
    String id = staging.begin();
    staging.append(id, 0, -1, new ByteArrayInputStream(bytes(content)));
    return staging.finish(APP, id, Digest.sha256(bytes(content))).digest();
  }

  private static H2Repositories rows(RegistryFolder registry) {
    return H2Repositories.open(
        registry.path(), registry.changes(Clock.systemUTC()), Progress.SILENT);
  }

  private Fsck fsck() {
    RegistryFolder registry = RegistryFolder.open(stage.registry());
    Clock clock = Clock.systemUTC();
    return new Fsck(
        Examined.in(registry, new H2RowsCheck(registry, clock, Progress.SILENT), Progress.SILENT),
        Optional.of(stage.root),
        Progress.SILENT);
  }

  /** Entries of the audit log, with a change after each. */
  private List<String> audited(int entries) throws IOException {
    RegistryFolder registry = RegistryFolder.open(stage.registry());
    for (int i = 0; i < entries; i++) {
      try (FileAuditLog audit = registry.audit(Clock.systemUTC())) {
        audit.record(
            new AuditLog.Entry(
                "ci",
                "::1",
                "push blob",
                APP.value(),
                Optional.empty(),
                201,
                Optional.empty(),
                Optional.empty()));
      }
      try (FileAuditLog audit = registry.audit(Clock.systemUTC());
          H2Repositories rows =
              H2Repositories.open(
                  registry.path(),
                  registry.changes(Clock.systemUTC(), audit::synced),
                  Progress.SILENT)) {
        rows.unlink(APP, layer);
        rows.link(APP, layer);
      }
    }
    return Files.readAllLines(stage.registry().resolve("audit.log"));
  }

  @Test
  void an_audit_log_that_is_gone_or_ends_too_early_or_was_begun_anew_is_found() throws IOException {
    Path audit = stage.registry().resolve("audit.log");
    List<String> lines = audited(3);
    assertEquals(3, lines.size());
    found(ExitCode.YES);
    Files.writeString(audit, String.join("\n", lines.subList(0, 2)) + "\n");
    found(ExitCode.BAD_EVIDENCE, Finding.Kind.AUDIT);
    Files.delete(audit);
    found(ExitCode.BAD_EVIDENCE, Finding.Kind.AUDIT);
    assertEquals(4, audited(4).size());
    found(ExitCode.BAD_EVIDENCE, Finding.Kind.AUDIT);
  }

  private Path log() {
    return stage.registry().resolve("repositories.log");
  }

  private void sql(String statement) throws SQLException {
    try (var connection =
            DriverManager.getConnection(
                "jdbc:h2:file:" + stage.registry().resolve("repositories"), "sa", "");
        var run = connection.createStatement()) {
      run.execute(statement);
    }
  }

  /** Every file with its content; links by where they lead. */
  private Map<Path, String> state() throws IOException {
    Map<Path, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(stage.registry())) {
      for (Path file : files.toList()) {
        if (Files.isSymbolicLink(file)) {
          all.put(file, Files.readSymbolicLink(file).toString());
        } else if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          all.put(file, Digest.sha256(file).toString());
        }
      }
    }
    return all;
  }

  /** That looking finds just this, and changes nothing. */
  private void found(ExitCode code, Finding.Kind... kinds) throws IOException {
    Map<Path, String> before = state();
    Findings found = fsck().check();
    assertEquals(
        List.of(kinds),
        found.findings().stream().map(Finding::kind).distinct().toList(),
        found.findings().toString());
    assertEquals(code, found.code());
    assertEquals(before, state());
  }

  /** Mends, and that mending again changes nothing more. */
  private void mended(ExitCode code, Finding.Kind... left) throws IOException {
    Findings mending = fsck().repair();
    assertTrue(
        mending.findings().stream().anyMatch(finding -> finding.done().isPresent()),
        mending.findings().toString());
    found(code, left);
    Map<Path, String> before = state();
    fsck().repair();
    assertEquals(before, state());
  }

  @Test
  void rollbacks_freezes_and_deployments_are_known_and_missed() throws IOException {
    stage.now = stage.now.plusSeconds(1);
    Digest recorded =
        stage.writing((evidence, catalogue) -> {
          Desk desk = Desk.at(evidence, catalogue);
          new Rollback(desk, "0.1.0")
              .carryOut(
                  Rollback.plan(
                      evidence,
                      Stage.AGENT,
                      ChannelName.PRODUCTION,
                      new Rollback.To.Before(),
                      stage.now),
                  "it hangs",
                  stage.people.signer("pat"),
                  stage.now);
          new Freezing(desk, "0.1.0")
              .freeze(
                  Stage.AGENT,
                  ChannelName.PRODUCTION,
                  "inventory",
                  stage.people.signer("carol"),
                  stage.now);
          return new Deployments(desk)
              .keep(
                  new Deploys(second.promotion(), stage.now).claim(),
                  stage.people.signer("dora"),
                  stage.now)
              .bundle();
        });
    found(ExitCode.YES);
    FileTree.delete(stage.registry().resolve("deployments"));
    found(ExitCode.NO, Finding.Kind.INDEX);
    mended(ExitCode.YES);
    assertEquals(List.of(recorded), stage.evidence().registry().index().deployments(Stage.AGENT));
    stage.evidence().registry().index().addDeployment(new ArtifactName("other"), recorded);
    found(ExitCode.NO, Finding.Kind.INDEX);
    FileTree.delete(stage.registry().resolve("deployments/other"));
    Files.delete(stage.channelRecord("production", 4));
    found(ExitCode.BAD_EVIDENCE, Finding.Kind.CHANNEL);
  }

  @Test
  void a_sound_registry_is_read_whole_and_left_as_it_is() throws IOException {
    found(ExitCode.YES);
    Findings found = fsck().check();
    assertEquals(fsck().check(), found);
    assertTrue(found.blobs() > 10, found.toString());
    assertEquals(5, found.changes());
    assertEquals(5, found.bundles());
    Map<Path, String> before = state();
    fsck().repair();
    assertEquals(before, state());
  }

  @Test
  void an_altered_blob_is_put_aside_and_then_missing() throws IOException {
    Stage.flip(stage.blob(layer), 2);
    found(ExitCode.BAD_EVIDENCE, Finding.Kind.ALTERED_BLOB);
    mended(ExitCode.BAD_EVIDENCE, Finding.Kind.MISSING_BLOB);
    try (Stream<Path> aside = Files.list(stage.registry().resolve("quarantine"))) {
      assertEquals(1, aside.count());
    }
  }

  @Test
  void a_manifest_that_names_what_was_put_aside_is_refused_until_it_is_pushed_again()
      throws IOException {
    Stage.flip(stage.blob(layer), 2);
    fsck().repair();
    RegistryFolder registry = RegistryFolder.open(stage.registry());
    try (H2Repositories rows = rows(registry)) {
      StagingRepositories staging =
          new StagingRepositories(registry.registry().blobs(), registry.uploads(), rows);
      Reference tag = new Reference.ByTag(new TagName("3"));
      byte[] manifest =
          bytes(
              "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":{\"digest\":\"%s\"},\"layers\":[{\"digest\":\"%s\"}]}"
                  .formatted(MediaTypes.MANIFEST, Digest.sha256(bytes("{}")), layer));
      OciError refused =
          assertThrows(
              OciError.class,
              () -> staging.put(APP, tag, List.of(), MediaTypes.MANIFEST, manifest));
      assertEquals(OciError.Code.MANIFEST_BLOB_UNKNOWN, refused.code());
      assertTrue(refused.getMessage().contains(layer.toString()), refused.getMessage());
      assertThrows(OciError.class, () -> staging.manifest(APP, tag));
      push(staging, "layer");
      staging.put(APP, tag, List.of(), MediaTypes.MANIFEST, manifest);
      assertEquals(Digest.sha256(manifest), staging.manifest(APP, tag).digest());
    }
    found(ExitCode.YES);
  }

  @Test
  void altered_evidence_is_told_as_bytes_and_as_evidence() throws IOException {
    Stage.flip(stage.blob(second.promotion().bundle()), 40);
    Findings found = fsck().check();
    assertEquals(ExitCode.BAD_EVIDENCE, found.code());
    List<Finding.Kind> kinds = found.findings().stream().map(Finding::kind).distinct().toList();
    assertTrue(kinds.contains(Finding.Kind.ALTERED_BLOB), kinds.toString());
    assertTrue(kinds.contains(Finding.Kind.EVIDENCE), kinds.toString());
    assertTrue(kinds.contains(Finding.Kind.CHANNEL), kinds.toString());
  }

  @Test
  void a_blob_that_is_gone_is_missing_where_it_is_readable_and_where_it_was_promoted()
      throws IOException {
    Files.delete(stage.blob(layer));
    found(ExitCode.BAD_EVIDENCE, Finding.Kind.MISSING_BLOB);
    Files.delete(stage.blob(Records.of("one").artifact()));
    assertEquals(2, fsck().check().findings().size());
  }

  @Test
  void rows_that_were_altered_are_made_again_from_the_log() throws Exception {
    for (String damage :
        List.of(
            "delete from tag",
            "delete from need",
            "update link set blob = X'01"
                + "00".repeat(32)
                + "' where blob = X'01"
                + layer.hex()
                + "'",
            "update manifest set length = length - 1",
            "insert into repository values (99, 'staging/ghost')",
            "drop table tag")) {
      sql(damage);
      found(ExitCode.NO, Finding.Kind.ROWS);
      mended(ExitCode.YES);
    }
  }

  @Test
  void rows_that_cannot_be_read_are_made_again_and_absent_ones_are_no_finding() throws Exception {
    Path rows = stage.registry().resolve("repositories.mv.db");
    Files.write(rows, bytes("nothing that H2 knows"));
    found(ExitCode.NO, Finding.Kind.ROWS);
    mended(ExitCode.YES);
    Files.delete(rows);
    found(ExitCode.YES);
  }

  @Test
  void rows_that_another_process_has_open_are_not_called_damaged() throws Exception {
    Map<Path, String> before = state();
    Process other =
        new ProcessBuilder(
                OwnJvm.command(DatabaseHolder.class, stage.registry().toString(), "repositories"))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertEquals('!', other.getInputStream().read());
      for (Executable asked : List.<Executable>of(() -> fsck().check(), () -> fsck().repair())) {
        assertEquals(ExitCode.UNDECIDED, assertThrows(Failure.class, asked).code());
      }
    } finally {
      other.destroyForcibly().waitFor();
    }
    assertFalse(Files.exists(stage.registry().resolve("quarantine")));
    assertEquals(before.keySet(), state().keySet());
    found(ExitCode.YES);
  }

  @Test
  void rows_are_not_put_aside_under_a_server_that_was_started_meanwhile() throws Exception {
    RegistryFolder registry = RegistryFolder.open(stage.registry());
    H2RowsCheck check = new H2RowsCheck(registry, Clock.systemUTC(), Progress.SILENT);
    try (H2Repositories rows = rows(registry)) {
      Failure failure = assertThrows(Failure.class, () -> check.rebuild(true));
      assertEquals(ExitCode.UNDECIDED, failure.code());
      assertTrue(rows.exists(APP));
    }
    assertTrue(Files.exists(stage.registry().resolve("repositories.mv.db")));
    assertFalse(Files.exists(stage.registry().resolve("quarantine")));
  }

  @Test
  void a_log_that_lost_its_end_is_found_by_the_rows() throws IOException {
    List<String> lines = Files.readAllLines(log());
    Files.writeString(log(), String.join("\n", lines.subList(0, lines.size() - 1)) + "\n");
    found(ExitCode.BAD_EVIDENCE, Finding.Kind.LOG_CUT);
    mended(ExitCode.YES);
    assertFalse(FileTreeNames.in(stage.registry().resolve("quarantine")).isEmpty());
  }

  @Test
  void a_line_of_the_log_that_was_altered_is_found_and_not_mended() throws IOException {
    Files.writeString(log(), Files.readString(log()).replaceFirst("staging/app", "staging/apq"));
    found(ExitCode.BAD_EVIDENCE, Finding.Kind.LOG);
    Map<Path, String> before = state();
    fsck().repair();
    assertEquals(before, state());
  }

  @Test
  void half_a_line_at_the_end_of_the_log_is_cut_off() throws IOException {
    Files.writeString(log(), "{\"seq\":6,", StandardOpenOption.APPEND);
    found(ExitCode.NO, Finding.Kind.HALF_A_LINE);
    mended(ExitCode.YES);
  }

  @Test
  void a_channel_whose_records_were_swapped_or_taken_away_is_found() throws IOException {
    Path one = stage.channelRecord("production", 1);
    Path two = stage.channelRecord("production", 2);
    byte[] ones = Files.readAllBytes(one);
    byte[] twos = Files.readAllBytes(two);
    Stage.replace(one, twos);
    Stage.replace(two, ones);
    assertEquals(ExitCode.BAD_EVIDENCE, fsck().check().code());
    Stage.replace(one, ones);
    Files.delete(two);
    found(ExitCode.BAD_EVIDENCE, Finding.Kind.CHANNEL);
    Stage.replace(Files.write(two, ones), bytes("{\"bundle\":\"nonsense\"}\n"));
    assertEquals(ExitCode.BAD_EVIDENCE, fsck().check().code());
    assertTrue(first.promotion().seq() < second.promotion().seq());
  }

  @Test
  void what_the_index_lacks_is_noted_again() throws IOException {
    FileTree.delete(
        stage.registry().resolve("subjects/sha256").resolve(Records.of("one").artifact().hex()));
    found(ExitCode.NO, Finding.Kind.INDEX);
    mended(ExitCode.YES);
    FileTree.delete(stage.registry().resolve("subjects"));
    FileTree.delete(stage.registry().resolve("staging"));
    found(ExitCode.NO, Finding.Kind.INDEX);
    mended(ExitCode.YES);
    assertEquals(3, stage.evidence().registry().index().staged(Stage.AGENT).size());
  }

  @Test
  void evidence_of_somebody_unknown_is_found() throws IOException {
    stage.root = stage.people.rootIgnorantOf("bob");
    found(ExitCode.BAD_EVIDENCE, Finding.Kind.EVIDENCE);
  }

  @Test
  void strays_are_put_aside() throws IOException {
    Path blobs = stage.registry().resolve("blobs/sha256");
    Files.writeString(stage.blob(layer).resolveSibling("notes.txt"), "?");
    Files.createSymbolicLink(blobs.resolve("zz"), Path.of("/etc"));
    Files.createSymbolicLink(
        stage.blob(layer).resolveSibling(layer.hex().substring(0, 2) + "0".repeat(62)),
        Path.of("/etc/passwd"));
    Files.writeString(stage.registry().resolve("staging/viworks+agent/README"), "?");
    Files.createDirectories(stage.registry().resolve("channels/Not A Name/x"));
    Files.writeString(stage.registry().resolve("channels/viworks+agent/production/x.json"), "?");
    Findings found = fsck().check();
    assertEquals(7, found.findings().size(), found.findings().toString());
    assertEquals(ExitCode.NO, found.code());
    // What stands beside them is read all the same.
    Stage.flip(stage.blob(layer), 1);
    assertEquals(ExitCode.BAD_EVIDENCE, fsck().check().code());
    Stage.flip(stage.blob(layer), 1);
    mended(ExitCode.YES);
  }

  /** Names in a folder. */
  private static final class FileTreeNames {
    static List<String> in(Path folder) throws IOException {
      try (Stream<Path> files = Files.list(folder)) {
        return files.map(file -> String.valueOf(file.getFileName())).toList();
      }
    }
  }
}
