package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.selfsame.digest.Digest;
import dev.selfsame.files.UserFolders;
import dev.selfsame.oci.MediaTypes;
import dev.selfsame.oci.OciError;
import dev.selfsame.oci.Reference;
import dev.selfsame.oci.StagingRepositories;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.promote.PolicyFile;
import dev.selfsame.promote.Promoter;
import dev.selfsame.promote.Staging;
import dev.selfsame.scenes.People;
import dev.selfsame.scenes.PostgresServer;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.AuditLog;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.TagName;
import dev.selfsame.store.file.FileAuditLog;
import dev.selfsame.store.file.RegistryFolder;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code registry fsck, gc, export, import} on a real PostgreSQL and a real S3 server. */
@Needs(Component.POSTGRES_USER)
@Needs(Component.S3PROXY)
final class SharedUpkeepTest extends OnPostgresAndS3 {
  private static final RepositoryName APP = new RepositoryName("staging/app");

  private Stage stage;
  private Digest layer;
  private Digest promotion;
  private String said = "";

  @BeforeEach
  void fill() throws Exception {
    stage = new Stage(folder);
    Files.write(folder.resolve("trust-root.json"), stage.root.json());
    Files.writeString(folder.resolve("serve.toml"), settings(database, prefix));
    RegistryFolder own = RegistryFolder.create(folder.resolve("server"));
    try (Backing backing = Backing.open(read(), own, Clock.systemUTC(), Progress.SILENT)) {
      promotion = release(backing);
      layer = pushImage(backing.staging());
    }
    recordEntries(own);
  }

  private static void recordEntries(RegistryFolder own) {
    try (FileAuditLog audit = own.audit(Clock.systemUTC())) {
      for (String action : List.of("push blob", "push manifest", "promote")) {
        audit.record(
            new AuditLog.Entry(
                "ci",
                "127.0.0.1",
                action,
                APP.value(),
                Optional.empty(),
                201,
                Optional.empty(),
                Optional.empty()));
      }
    }
  }

  private static String settings(String database, String prefix) {
    return "data = \"server\"\n" + places(database, prefix);
  }

  private ServeSettings read() {
    return new ServeSettingsReader(surroundings(System.out), folder.resolve("serve.toml"), Map.of())
        .read(folder.resolve("nowhere"));
  }

  private Digest release(Backing backing) throws IOException {
    Records records = Records.of("one");
    Path binary = Files.write(folder.resolve("submitted"), records.binary);
    return backing
        .writing()
        .exclusively(
            stage.root,
            (evidence, catalogue) -> {
              new Staging(evidence, catalogue)
                  .submit(
                      binary,
                      records.signedBy(stage.people, "alice"),
                      Optional.of(records.json()),
                      Optional.empty(),
                      People.NOW);
              Promoter.Result result =
                  new Promoter(evidence, catalogue, "0.1.0")
                      .promote(
                          new Promoter.Request(
                              Stage.AGENT,
                              ChannelName.PRODUCTION,
                              records.artifact(),
                              PolicyFile.parse(
                                  Stage.POLICY.getBytes(StandardCharsets.UTF_8), "policy.toml"),
                              Stage.POLICY),
                          stage.people.signer("pat"),
                          People.NOW.plusSeconds(60));
              return ((Promoter.Done) result).promotion().bundle();
            });
  }

  private static Digest pushImage(StagingRepositories staging) throws IOException {
    Digest config = push(staging, "{}");
    Digest pushed = push(staging, "layer");
    for (String tag : List.of("1", "2")) {
      putImage(staging, config, pushed, tag);
    }
    staging.delete(APP, new Reference.ByTag(new TagName("2")));
    return pushed;
  }

  private static void putImage(
      StagingRepositories staging, Digest config, Digest pushed, String tag) {
    staging.put(
        APP,
        new Reference.ByTag(new TagName(tag)),
        List.of(),
        "",
        bytes(
            "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":{\"digest\":\"%s\"},\"layers\":[{\"digest\":\"%s\"}],\"annotations\":{\"n\":\"%s\"}}"
                .formatted(MediaTypes.MANIFEST, config, pushed, tag)));
  }

  private static Digest push(StagingRepositories staging, String content) throws IOException {
    String id = staging.begin();
    staging.append(id, 0, -1, new ByteArrayInputStream(bytes(content)));
    return staging.finish(APP, id, Digest.sha256(bytes(content))).digest();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Surroundings surroundings(PrintStream out) {
    Map<String, String> environment =
        Map.of(
            "HOME", folder.toString(), "SELFSAME_SERVE_DATABASE_PASSWORD", PostgresServer.PASSWORD);
    return new Surroundings(
        environment,
        Clock.offset(Clock.systemUTC(), Duration.ofDays(2)),
        UserFolders.of(environment),
        folder,
        new Console(out, out, false, false));
  }

  private int run(String words, String... more) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    List<String> all = new ArrayList<>(List.of("registry"));
    all.addAll(Arrays.asList(words.split(" ")));
    all.addAll(List.of("--settings", "serve.toml"));
    all.addAll(Arrays.asList(more));
    int status =
        new Main(surroundings(new PrintStream(out, true, StandardCharsets.UTF_8)))
            .run(all.toArray(String[]::new));
    said = out.toString(StandardCharsets.UTF_8);
    return status;
  }

  private void requireSaid(int status, String what, String words, String... more) {
    assertEquals(status, run(words, more), said);
    assertTrue(said.contains(what), said);
  }

  private void fsck(int status, String what) {
    requireSaid(status, what, "fsck --trust-root trust-root.json");
  }

  private void mend(int status, String what) {
    requireSaid(status, what, "fsck --repair --trust-root trust-root.json");
  }

  private String key(Digest blob) {
    return "%sblobs/sha256/%s/%s".formatted(prefix, blob.hex().substring(0, 2), blob.hex());
  }

  @Test
  void a_sound_registry_is_read_whole_while_a_server_works_on_it() throws IOException {
    RegistryFolder own = RegistryFolder.open(folder.resolve("server"));
    try (Backing backing = Backing.open(read(), own, Clock.systemUTC(), Progress.SILENT);
        FileAuditLog _ = own.audit(Clock.systemUTC())) {
      fsck(0, "nothing is wrong: ");
      assertTrue(said.contains("5 changes, 2 bundles, 3 lines of the audit log read"), said);
      mend(0, "nothing is wrong: ");
      assertTrue(backing.repositories().linked(APP, layer));
    }
    assertEquals(0, run("fsck --json"), said);
    JsonNode document = new ObjectMapper().readTree(said.substring(said.indexOf('{')));
    List<String> lines = Files.readAllLines(folder.resolve("server/audit.log"));
    assertEquals(
        Digest.sha256(bytes(lines.getLast() + "\n")).hex(),
        document.at("/audit/lastSha256").asText());
  }

  @Test
  void an_altered_blob_of_the_bucket_is_put_aside_and_then_missing() {
    s3.put(key(layer), bytes("lager"));
    fsck(4, "altered-blob");
    mend(4, "moved to " + prefix + "quarantine/blobs+sha256+");
    assertEquals(1, s3.keys(prefix + "quarantine/").size());
    fsck(4, "missing-blob");
    assertFalse(said.contains("altered-blob"), said);
  }

  @Test
  void a_manifest_that_names_what_was_put_aside_is_refused_until_it_is_pushed_again()
      throws IOException {
    s3.put(key(layer), bytes("lager"));
    mend(4, "moved to " + prefix + "quarantine/blobs+sha256+");
    Digest config = Digest.sha256(bytes("{}"));
    RegistryFolder own = RegistryFolder.open(folder.resolve("server"));
    try (Backing backing = Backing.open(read(), own, Clock.systemUTC(), Progress.SILENT)) {
      StagingRepositories staging = backing.staging();
      OciError refused = assertThrows(OciError.class, () -> putImage(staging, config, layer, "3"));
      assertEquals(OciError.Code.MANIFEST_BLOB_UNKNOWN, refused.code());
      assertTrue(refused.getMessage().contains(layer.toString()), refused.getMessage());
      push(staging, "layer");
      putImage(staging, config, layer, "3");
    }
    fsck(0, "nothing is wrong");
  }

  @Test
  void a_blob_that_is_gone_and_an_object_that_is_no_blob_are_found() {
    s3.put(prefix + "blobs/notes.txt", bytes("?"));
    fsck(1, "blobs/notes.txt");
    mend(1, "moved to " + prefix + "quarantine/blobs+notes.txt");
    fsck(0, "nothing is wrong");
    s3.delete(key(layer));
    fsck(4, "missing-blob");
    s3.delete(key(promotion));
    fsck(4, "channel");
  }

  @Test
  void rows_that_were_altered_are_made_again_from_the_log_and_kept_aside() throws SQLException {
    sql("delete from need");
    fsck(1, "rows");
    int number = 0;
    for (String damage :
        List.of(
            "delete from tag",
            "delete from link where blob = '%s'".formatted(layer),
            "update manifest set bytes = 'x'",
            "insert into tag select repository, 'ghost', digest from manifest limit 1",
            "insert into repository values ('staging/ghost')")) {
      sql(damage);
      number++;
      mend(1, "made again from the log; the old ones moved to selfsame.quarantine_" + number);
      fsck(0, "nothing is wrong");
    }
    assertEquals(
        "0",
        postgres.ask(
            database, "select count(*) from selfsame.quarantine_1_tag union all select 9 limit 1"));
  }

  @Test
  void a_log_that_was_altered_or_cut_off_is_found_and_not_mended() throws SQLException {
    sql("alter table change disable trigger all");
    String last = postgres.ask(database, "select line from selfsame.change where seq = 5");
    for (String damage :
        List.of(
            "update change set line = replace(line, 'staging/app', 'staging/apq') where seq = 2",
            "delete from change where seq = 3",
            "delete from change where seq = 5",
            "update head set seq = 4, place = place - length('%s'), chain = (select"
                    .formatted(last.replace("'", "''"))
                + " substring(line from '\"after\":\"([0-9a-f]+)\"') from change where seq = 5)")) {
      sql("create table kept_change as table change");
      sql("create table kept_head as table head");
      sql(damage);
      mend(4, "log ");
      fsck(4, "log ");
      sql("delete from change; insert into change table kept_change; drop table kept_change");
      sql("delete from head; insert into head table kept_head; drop table kept_head");
    }
    fsck(0, "nothing is wrong");
  }

  @Test
  void evidence_and_channels_in_the_database_are_held_against_signatures() throws SQLException {
    sql("delete from about");
    fsck(1, "index");
    mend(1, "what the bundles say is noted again");
    fsck(0, "nothing is wrong");
    sql("update channel set seq = 2");
    fsck(4, "channel");
    sql("update channel set seq = 1, bundle = '" + layer + "'");
    fsck(4, "channel");
    sql("update channel set bundle = 'nonsense'");
    fsck(4, "malformed");
  }

  @Test
  void the_audit_log_is_read_whole() throws IOException {
    Path log = folder.resolve("server/audit.log");
    List<String> lines = Files.readAllLines(log);
    for (List<String> forged :
        List.of(
            List.of(lines.get(0).replace("push blob", "pull blob"), lines.get(1), lines.get(2)),
            List.of(lines.get(0), lines.get(2)),
            List.of(lines.get(1), lines.get(2)),
            List.of(lines.get(0), lines.get(0)))) {
      Files.writeString(log, String.join("\n", forged) + "\n");
      mend(4, "audit ");
      assertEquals(String.join("\n", forged) + "\n", Files.readString(log));
    }
    Files.writeString(log, String.join("\n", lines) + "\n");
    Files.writeString(log, "{\"seq\":4,", StandardOpenOption.APPEND);
    fsck(1, "half-a-line");
    mend(1, "(cut off)");
    fsck(0, "3 lines of the audit log");
    Files.delete(log);
    fsck(0, "no audit log");
  }

  @Test
  void an_audit_log_that_is_gone_or_ends_too_early_or_was_begun_anew_is_found_by_the_changes()
      throws Exception {
    RegistryFolder own = RegistryFolder.open(folder.resolve("server"));
    try (FileAuditLog audit = own.audit(Clock.systemUTC());
        Backing backing =
            Backing.open(read(), own, Optional.of(audit), Clock.systemUTC(), Progress.SILENT)) {
      push(backing.staging(), "more");
      push(backing.staging(), "and more");
    }
    assertEquals(
        "1",
        postgres.ask(
            database, "select count(*) from selfsame.change where line like '%\"audit\":{%'"));
    fsck(0, "3 lines of the audit log");
    Path log = folder.resolve("server/audit.log");
    List<String> lines = Files.readAllLines(log);
    Files.writeString(log, String.join("\n", lines.subList(0, 2)) + "\n");
    mend(4, "was cut off");
    assertEquals(lines.subList(0, 2), Files.readAllLines(log));
    Files.delete(log);
    fsck(4, "was cut off");
    recordEntries(own);
    recordEntries(own);
    fsck(4, "knows another line there");
    // The log of another server is another.
    RegistryFolder other = RegistryFolder.create(folder.resolve("other"));
    recordEntries(other);
    Files.writeString(
        folder.resolve("serve.toml"),
        settings(database, prefix).replace("\"server\"", "\"other\""));
    fsck(0, "3 lines of the audit log");
  }

  @Test
  void unneeded_blobs_go_and_a_repository_goes_out_and_back() throws IOException {
    RegistryFolder own = RegistryFolder.open(folder.resolve("server"));
    try (Shared shared =
        Shared.open(read(), own, Optional.empty(), Clock.systemUTC(), Progress.SILENT)) {
      shared.blobs().put(bytes("orphan"));
    }
    requireSaid(0, "0 links, 1 blobs, 0 uploads, 0 leftovers; 6 bytes", "gc --dry-run");
    requireSaid(0, "0 links, 1 blobs, 0 uploads, 0 leftovers; 6 bytes free", "gc");
    requireSaid(0, "0 links, 0 blobs", "gc");
    requireSaid(0, "layout is 1 tags, 1 manifests", "export staging/app:1 --to layout");
    requireSaid(0, "staging/copy has 1 tags", "import layout --to staging/copy");
    requireSaid(
        0,
        "exported: agent is 1 tags",
        "export deploy/viworks/agent:production --trust-root trust-root.json --to agent");
    fsck(0, "nothing is wrong");
  }

  private void refused(String what) {
    RegistryFolder own = RegistryFolder.create(read().data());
    Failure failure =
        assertThrows(
            Failure.class,
            () -> Backing.open(read(), own, Clock.systemUTC(), Progress.SILENT).close());
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertTrue(failure.getMessage().contains(what), failure.getMessage());
  }

  @Test
  void a_database_and_a_bucket_that_do_not_belong_together_are_refused() throws Exception {
    String another = postgres.newDatabase();
    Path toml = folder.resolve("serve.toml");
    Files.writeString(toml, settings(another, prefix));
    refused("of registry r-");
    Files.writeString(toml, settings(database, another.replace('_', '-') + "/"));
    refused("holds no registry's bytes, not the bytes b-");
    // Both have belonged to others.
    Files.writeString(toml, settings(another, another.replace('_', '-') + "/"));
    Backing.open(
            read(),
            RegistryFolder.open(folder.resolve("server")),
            Clock.systemUTC(),
            Progress.SILENT)
        .close();
    Files.writeString(toml, settings(database, another.replace('_', '-') + "/"));
    refused("holds the bytes b-");
    fsck(3, "holds the bytes b-");
    Files.writeString(toml, settings(database, prefix).replaceFirst("(?s)\\[s3\\].*", ""));
    refused("are in a bucket, and none is named");
    Files.writeString(toml, settings(database, prefix));
    fsck(0, "nothing is wrong");
  }

  private void inFolder(String of, String data) throws IOException {
    Files.writeString(
        folder.resolve("serve.toml"),
        settings(of, prefix)
            .replaceFirst("(?s)\\[s3\\].*", "")
            .replace("\"server\"", "\"" + data + "\""));
  }

  @Test
  void a_database_and_a_folder_that_do_not_belong_together_are_refused() throws Exception {
    String first = postgres.newDatabase();
    String second = postgres.newDatabase();
    for (String[] pair : new String[][] {{first, "one"}, {second, "two"}}) {
      inFolder(pair[0], pair[1]);
      RegistryFolder own = RegistryFolder.create(read().data());
      try (Backing backing = Backing.open(read(), own, Clock.systemUTC(), Progress.SILENT)) {
        pushImage(backing.staging());
      }
      fsck(0, "nothing is wrong");
    }
    inFolder(first, "two");
    refused("holds the blobs of registry r-");
    fsck(3, "holds the blobs of registry r-");
    inFolder(first, "three");
    refused("are in the folder r-");
    // Its own folder, and a bucket that nobody has taken.
    Files.writeString(
        folder.resolve("serve.toml"),
        settings(first, second.replace('_', '-') + "/").replace("\"server\"", "\"one\""));
    refused("and a bucket is named");
    inFolder(first, "one");
    sql(first, "update registry set folder = null");
    Backing.open(read(), RegistryFolder.open(read().data()), Clock.systemUTC(), Progress.SILENT)
        .close();
    inFolder(first, "three");
    refused("are in the folder r-");
    inFolder(first, "one");
    fsck(0, "nothing is wrong");
  }

  @Test
  void a_folder_with_blobs_is_not_given_to_a_database_that_holds_nothing() throws Exception {
    RegistryFolder own = RegistryFolder.create(folder.resolve("one"));
    own.registry().blobs().put(bytes("pushed without a database"));
    inFolder(postgres.newDatabase(), "one");
    refused("the database holds nothing that they could be of");
    own.requireRows();
    // What an older version has filled belongs to each other from now on.
    String older = postgres.newDatabase();
    inFolder(older, "two");
    RegistryFolder two = RegistryFolder.create(read().data());
    try (Backing backing = Backing.open(read(), two, Clock.systemUTC(), Progress.SILENT)) {
      pushImage(backing.staging());
    }
    Files.delete(two.path().resolve("owner"));
    sql(older, "update registry set folder = null");
    fsck(0, "nothing is wrong");
    assertFalse(Files.exists(two.path().resolve("owner")));
    Backing.open(read(), two, Clock.systemUTC(), Progress.SILENT).close();
    inFolder(postgres.newDatabase(), "two");
    refused("holds the blobs of registry r-");
  }

  @Test
  void those_of_an_older_version_are_bound_to_each_other_once() throws Exception {
    s3.delete(prefix + "owner");
    sql("update registry set bucket = null");
    fsck(0, "nothing is wrong");
    assertFalse(s3.keys(prefix).contains(prefix + "owner"));
    // By a mistake in the settings: with a new database all of them would be unneeded.
    Files.writeString(folder.resolve("serve.toml"), settings(postgres.newDatabase(), prefix));
    refused("the database holds nothing that they could be of");
    Files.writeString(folder.resolve("serve.toml"), settings(database, prefix));
    RegistryFolder own = RegistryFolder.open(folder.resolve("server"));
    Backing.open(read(), own, Clock.systemUTC(), Progress.SILENT).close();
    Files.writeString(folder.resolve("serve.toml"), settings(postgres.newDatabase(), prefix));
    refused("of registry r-");
  }

  @Test
  void where_there_is_no_registry_none_is_made() throws Exception {
    String empty = postgres.newDatabase();
    Files.writeString(folder.resolve("serve.toml"), settings(empty, prefix));
    fsck(3, "no registry in the database");
    assertEquals(
        "0", postgres.ask(empty, "select count(*) from pg_namespace where nspname = 'selfsame'"));
    Files.writeString(folder.resolve("serve.toml"), settings(database, "nothing-here/"));
    fsck(3, "no registry's bytes in");
    assertEquals(List.of(), s3.keys("nothing-here/"));
  }

  @Test
  void a_database_or_bucket_that_is_not_reachable_is_no_verdict() throws IOException {
    String settings = settings(database, prefix);
    Files.writeString(
        folder.resolve("serve.toml"), settings.replace(":" + postgres.port() + "/", ":1/"));
    fsck(3, "PostgreSQL");
    Files.writeString(
        folder.resolve("serve.toml"),
        settings.replace(s3.endpoint().toString(), "http://127.0.0.1:1"));
    requireSaid(3, "127.0.0.1:1", "fsck");
  }
}
