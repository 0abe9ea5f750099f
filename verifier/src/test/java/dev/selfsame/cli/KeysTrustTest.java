package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.files.UserFolders;
import dev.selfsame.suites.OwnJvm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The verbs of {@code keys} and {@code trust}. */
class KeysTrustTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-23T12:00:00Z"), ZoneOffset.UTC);

  @TempDir Path folder;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void home() {
    environment.put("HOME", folder.toString());
    environment.put("SELFSAME_PASSPHRASE", "pw");
  }

  private record Ran(int status, String out, String err) {}

  private Ran run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, false, StandardCharsets.UTF_8),
            false,
            false);
    var surroundings =
        new Surroundings(environment, CLOCK, UserFolders.of(environment), folder, console);
    int status = new Main(surroundings).run(args);
    return new Ran(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private Ran yes(String... args) {
    Ran ran = run(args);
    assertEquals(0, ran.status(), ran.err());
    return ran;
  }

  private void refused(int status, String reason, String... args) {
    Ran ran = run(args);
    assertEquals(status, ran.status(), ran.out() + ran.err());
    assertTrue(ran.err().contains(reason), ran.err());
    assertEquals(2, ran.err().lines().count(), ran.err());
    assertTrue(ran.err().startsWith("error: ") && ran.err().contains("\nhint: "), ran.err());
  }

  private List<String> listing() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static String fingerprint(Ran ran) {
    return ran.out().lines().filter(line -> line.startsWith("fingerprint")).findFirst().orElse("");
  }

  @ParameterizedTest
  @CsvSource({"ed25519, Ed25519", "p256, ECDSA P-256"})
  void a_generated_key_is_private_encrypted_and_shown_again(String type, String title)
      throws IOException {
    Ran made = yes("keys", "generate", "--type", type, "--out", "a.key");
    assertTrue(made.out().contains(title), made.out());
    assertEquals(List.of("a.key", "a.pub"), listing());
    Path key = folder.resolve("a.key");
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
    assertTrue(Files.readString(key).startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
    assertEquals(fingerprint(made), fingerprint(yes("keys", "show", "a.pub")));
    assertEquals(fingerprint(made), fingerprint(yes("keys", "show", "a.key")));
    assertEquals(Files.readString(folder.resolve("a.pub")), yes("keys", "public", "a.key").out());
  }

  @Test
  void without_out_the_key_goes_to_the_users_own_folder() {
    yes("keys", "generate", "--no-passphrase");
    assertTrue(Files.exists(folder.resolve(".config/selfsame/keys/signing.key")));
    assertTrue(Files.exists(folder.resolve(".config/selfsame/keys/signing.pub")));
  }

  @Test
  void no_key_is_ever_overwritten() throws IOException {
    yes("keys", "generate", "--out", "a.key");
    byte[] key = Files.readAllBytes(folder.resolve("a.key"));
    refused(2, "never overwritten", "keys", "generate", "--out", "a.key");
    Files.delete(folder.resolve("a.key"));
    refused(2, "a.pub is there already", "keys", "generate", "--out", "a.key");
    Files.write(folder.resolve("a.key"), key);
    refused(2, "never overwritten", "keys", "public", "a.key", "--out", "a.pub");
    refused(2, "never overwritten", "keys", "export", "a.key", "--out", "a.key");
    assertArrayEquals(key, Files.readAllBytes(folder.resolve("a.key")));
    assertEquals(List.of("a.key", "a.pub"), listing());
  }

  @Test
  void of_two_generations_at_once_exactly_one_wins_whole() throws Exception {
    try (var pool = Executors.newFixedThreadPool(4)) {
      Callable<Integer> generate =
          () -> run("keys", "generate", "--no-passphrase", "--out", "a.key").status();
      var results = pool.invokeAll(IntStream.range(0, 4).mapToObj(i -> generate).toList());
      long won = 0;
      for (var result : results) {
        won += result.get() == 0 ? 1 : 0;
      }
      assertEquals(1, won);
    }
    assertEquals(
        fingerprint(yes("keys", "show", "a.key")), fingerprint(yes("keys", "show", "a.pub")));
    assertEquals(List.of("a.key", "a.pub"), listing());
  }

  @Test
  void a_passphrase_file_goes_before_the_environment() throws IOException {
    Files.writeString(folder.resolve("pass"), "other\nsecond line\n");
    String pass = folder.resolve("pass").toString();
    yes("keys", "generate", "--out", "a.key", "--passphrase-file", pass);
    refused(2, "wrong passphrase for ", "keys", "show", "a.key");
    yes("keys", "show", "a.key", "--passphrase-file", pass);
    environment.put("SELFSAME_PASSPHRASE", "other");
    yes("keys", "show", "a.key");
    refused(2, "passphrase file", "keys", "show", "a.key", "--passphrase-file", "/nowhere");
  }

  @Test
  void where_nobody_types_a_missing_passphrase_is_said() {
    yes("keys", "generate", "--out", "a.key");
    environment.remove("SELFSAME_PASSPHRASE");
    refused(2, "no terminal to ask on", "keys", "show", "a.key");
    refused(2, "no terminal to ask on", "keys", "generate", "--out", "b.key");
    assertFalse(Files.exists(folder.resolve("b.key")));
  }

  @Test
  void an_empty_passphrase_is_refused() {
    environment.put("SELFSAME_PASSPHRASE", "");
    refused(2, "empty passphrase", "keys", "generate", "--out", "a.key");
    refused(2, "wrong passphrase", "keys", "show", cosignKey());
  }

  private static String cosignKey() {
    return Path.of(System.getProperty("selfsame.basedir", "."))
        .resolve("../registry/src/test/resources/trust/cosign-p256.key")
        .toAbsolutePath()
        .toString();
  }

  @Test
  void a_key_is_exported_in_another_form() throws IOException {
    Ran shown = yes("keys", "show", cosignKey());
    yes("keys", "export", cosignKey(), "--out", "b.key");
    yes("keys", "export", "b.key", "--format", "cosign", "--out", "c.key");
    yes("keys", "export", "c.key", "--no-passphrase", "--out", "d.key");
    assertEquals(fingerprint(shown), fingerprint(yes("keys", "show", "d.key")));
    assertTrue(Files.readString(folder.resolve("c.key")).contains("ENCRYPTED SIGSTORE"));
    assertTrue(Files.readString(folder.resolve("d.key")).contains("BEGIN PRIVATE KEY"));
    refused(
        2,
        "always encrypted",
        "keys",
        "export",
        "d.key",
        "--format",
        "cosign",
        "--no-passphrase",
        "--out",
        "e.key");
  }

  @Test
  void what_is_shown_as_json_is_json() {
    yes("keys", "generate", "--no-passphrase", "--out", "a.key");
    var json = dev.selfsame.evidence.Json.tree(utf8(yes("keys", "show", "--json", "a.pub").out()));
    assertEquals("Ed25519", json.get("type").asText());
    assertTrue(json.get("pem").asText().startsWith("-----BEGIN PUBLIC KEY-----"));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"keys", "trust"})
  void without_a_verb_it_is_wrong_usage_and_with_help_it_explains(String noun) {
    refused(2, "no verb was given", noun);
    refused(2, "frobnicate", noun, "frobnicate");
    assertTrue(yes(noun, "--help").out().contains("Exit codes:"));
  }

  @ParameterizedTest
  @CsvSource({
    "keys, generate",
    "keys, show",
    "keys, public",
    "keys, export",
    "trust, init",
    "trust, add",
    "trust, revoke",
    "trust, show",
  })
  void every_verb_explains_itself(String noun, String verb) {
    String help = yes(noun, verb, "--help").out();
    assertTrue(help.contains("Examples:") && help.contains("Exit codes:"), help);
  }

  private void root() {
    yes("keys", "generate", "--no-passphrase", "--out", "a.key");
    yes("trust", "init", "root.json");
    yes(addition("builder", "--builder-id", "https://example.org/a"));
  }

  private static String[] addition(String role, String... more) {
    return Stream.concat(
            Stream.of("trust", "add", "root.json", "--key", "a.pub", "--role", role),
            Stream.concat(Stream.of("--operator", "alice"), Stream.of(more)))
        .toArray(String[]::new);
  }

  @Test
  void a_trust_root_grows_by_versions() {
    root();
    String shown = yes("trust", "show", "root.json").out();
    assertTrue(shown.startsWith("version 2, 1 keys\nbuilder   alice"), shown);
    assertTrue(shown.contains("counts until 2027-11-23T12:00:00Z"), shown);
    yes("trust", "revoke", "root.json", "--key", "a.pub", "--reason", "retired");
    shown = yes("trust", "show", "root.json").out();
    assertTrue(shown.startsWith("version 3, ") && shown.contains("was retired"), shown);
    refused(
        2, "taken back", "trust", "revoke", "root.json", "--key", "a.pub", "--reason", "retired");
    yes("trust", "revoke", "root.json", "--key", "a.pub", "--reason", "compromised");
    assertTrue(yes("trust", "show", "--json", "root.json").out().contains("compromised"));
  }

  @Test
  void a_refused_change_leaves_the_file_as_it_was() throws IOException {
    root();
    byte[] before = Files.readAllBytes(folder.resolve("root.json"));
    refused(2, "stands twice", addition("promoter"));
    refused(2, "builder id belongs", addition("builder"));
    refused(
        2,
        "operator is not",
        "trust",
        "add",
        "root.json",
        "--key",
        "a.pub",
        "--role",
        "log",
        "--operator",
        "a b");
    refused(2, "--valid-until is no time", addition("promoter", "--valid-until", "soon"));
    refused(2, "valid until is not after", addition("promoter", "--valid-until", "2020-01-01"));
    refused(2, "1970 to 9999", addition("promoter", "--valid-until", "+12345-01-01T00:00:00Z"));
    refused(
        2,
        "exceeds",
        addition("promoter", "--valid-from", "+1000000000-12-31T23:59:59.999999999Z"));
    refused(2, "is there already", "trust", "init", "root.json");
    refused(
        2,
        "no key with fingerprint",
        "trust",
        "revoke",
        "root.json",
        "--fingerprint",
        "sha256:" + "0".repeat(64),
        "--reason",
        "retired");
    assertArrayEquals(before, Files.readAllBytes(folder.resolve("root.json")));
  }

  @Test
  void an_absent_root_is_usage_and_a_malformed_one_bad_evidence() throws IOException {
    refused(2, "no trust root", "trust", "show", "none.json");
    yes("keys", "generate", "--no-passphrase", "--out", "a.key");
    Files.writeString(folder.resolve("root.json"), "{\"schema\":\"x\"}");
    refused(4, "not a valid trust root", "trust", "show", "root.json");
    refused(4, "not a valid trust root", addition("promoter"));
  }

  @Test
  void additions_at_once_are_all_kept() throws Exception {
    yes("trust", "init", "root.json");
    for (int i = 0; i < 4; i++) {
      yes("keys", "generate", "--no-passphrase", "--out", i + ".key");
    }
    List<Process> additions = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      additions.add(
          process(
              "trust add root.json --role promoter --key %d.pub --operator o%d".formatted(i, i)));
    }
    for (Process addition : additions) {
      assertEquals(0, addition.waitFor());
    }
    assertTrue(yes("trust", "show", "root.json").out().startsWith("version 5, 4 keys"));
  }

  /** A process of its own: a file lock is the process's. */
  private Process process(String arguments) throws IOException {
    return new ProcessBuilder(OwnJvm.command(Main.class, arguments.split(" ")))
        .directory(folder.toFile())
        .inheritIO()
        .start();
  }
}
