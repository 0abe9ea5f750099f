package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.access.Caller;
import dev.selfsame.access.Permission;
import dev.selfsame.access.Rules;
import dev.selfsame.files.UserFolders;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server's settings by the environment alone, as a container has them. */
final class ServeSettingsTest {
  private static final Map<String, String> ALL =
      Map.ofEntries(
          Map.entry("DATA", "data"),
          Map.entry("LISTEN", "0.0.0.0:5001"),
          Map.entry("TRUST_ROOT", "root.json"),
          Map.entry("URL", "https://registry.example.org"),
          Map.entry("TRUSTED_PROXIES", "10.1.0.0/16"),
          Map.entry("TLS_CERTIFICATE", "server.pem"),
          Map.entry("TLS_KEY", "server.key"),
          Map.entry("AUTH_PASSWORDS", "users"),
          Map.entry("AUTH_TOKENS", "tokens.json"),
          Map.entry("AUTH_TOKEN_KEY", "token.key"),
          Map.entry(
              "RULES", "ci,dev pull,push staging/viworks/**,staging/x; anonymous pull deploy/**"),
          Map.entry("LIMITS_BLOB_MIB", "1"),
          Map.entry("LIMITS_CONNECTIONS", "2"),
          Map.entry("LIMITS_REQUESTS_PER_SECOND", "3"),
          Map.entry("LIMITS_LEAST_BYTES_PER_SECOND", "4"),
          Map.entry("LIMITS_SLOW_AFTER_SECONDS", "5"),
          Map.entry("LIMITS_IDLE_SECONDS", "6"),
          Map.entry("LIMITS_DRAIN_SECONDS", "7"),
          Map.entry("LIMITS_DRAIN_DELAY_SECONDS", "11"),
          Map.entry("LOG_REQUESTS", "access.log"),
          Map.entry("LOG_AUDIT", "false"),
          Map.entry("DATABASE_URL", "postgresql://db.example.org/selfsame"),
          Map.entry("DATABASE_USER", "selfsame"),
          Map.entry("DATABASE_PASSWORD", "secret"),
          Map.entry("DATABASE_PASSWORD_FILE", "password"),
          Map.entry("DATABASE_WAIT_SECONDS", "8"),
          Map.entry("S3_BUCKET", "blobs"),
          Map.entry("S3_ENDPOINT", "https://s3.example.org"),
          Map.entry("S3_REGION", "eu-central-1"),
          Map.entry("S3_PREFIX", "selfsame/"),
          Map.entry("S3_PATH_STYLE", "true"),
          Map.entry("S3_CREDENTIALS", "credentials"),
          Map.entry("S3_REDIRECT", "true"),
          Map.entry("GC_EVERY_HOURS", "9"),
          Map.entry("GC_GRACE_HOURS", "10"));

  @TempDir private Path folder;

  private ServeSettingsReader reader(Map<String, String> variables) {
    Map<String, String> environment = new HashMap<>(Map.of("HOME", folder.toString()));
    variables.forEach((name, value) -> environment.put("SELFSAME_SERVE_" + name, value));
    PrintStream nowhere =
        new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Surroundings surroundings =
        new Surroundings(
            environment,
            Clock.systemUTC(),
            UserFolders.of(environment),
            folder,
            new Console(nowhere, nowhere, false, false));
    Path file = folder.resolve("settings.toml");
    return new ServeSettingsReader(surroundings, Files.exists(file) ? file : null, Map.of());
  }

  private ServeSettings read(Map<String, String> variables) {
    return reader(variables).read(folder.resolve("usual"));
  }

  @Test
  void every_setting_may_stand_in_the_environment() {
    ServeSettingsReader reader = reader(ALL);
    ServeSettings all = reader.read(folder.resolve("usual"));
    Set<String> asked =
        reader.variables().stream()
            .map(name -> name.substring("SELFSAME_SERVE_".length()))
            .collect(Collectors.toSet());
    assertEquals(ALL.keySet(), asked, "settings that the environment has, and those there are");
    assertEquals(folder.resolve("data"), all.data());
    assertEquals("0.0.0.0:5001", all.listen());
    assertEquals(folder.resolve("token.key"), all.tokenKey().orElseThrow());
    assertEquals(1 << 20, all.limits().blobBytes());
    assertEquals(Duration.ofSeconds(7), all.limits().drain());
    assertEquals(Duration.ofSeconds(8), all.patience());
    assertEquals("blobs", all.bucket().orElseThrow().bucket());
    assertEquals(Duration.ofHours(10), all.grace());
    Rules rules = new Rules(all.rules());
    assertTrue(rules.allow(Caller.user("dev"), Permission.PUSH, "staging/x"));
    assertTrue(rules.allow(Caller.ANONYMOUS, Permission.PULL, "deploy/viworks/agent"));
    assertTrue(!rules.allow(Caller.user("dev"), Permission.DELETE, "staging/x"));
    assertTrue(!rules.allow(Caller.user("eve"), Permission.PULL, "staging/x"));
  }

  @Test
  void rules_of_the_environment_stand_in_the_place_of_the_files() throws Exception {
    Files.writeString(
        folder.resolve("settings.toml"),
        """
        [[rule]]
        who = ["ci"]
        allow = ["pull"]
        repositories = ["**"]
        """);
    assertEquals(1, read(Map.of()).rules().size());
    ServeSettings other = read(Map.of("RULES", "dev pull a/*\n* pull b/*;"));
    assertEquals(2, other.rules().size());
    assertTrue(other.hasAuthentication());
    assertTrue(!new Rules(other.rules()).allow(Caller.user("ci"), Permission.PULL, "a/b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ci", "ci pull", "ci fly **", "ci pull a/**/b", "ci pull ** more", ", pull **"})
  void rules_that_are_none_are_told(String rules) {
    refused(Map.of("RULES", rules), "SELFSAME_SERVE_RULES: ");
  }

  @Test
  void servers_of_one_database_name_what_people_sign_in_by() {
    Map<String, String> some = new HashMap<>();
    some.put("DATABASE_URL", "postgresql://db.example.org/selfsame");
    read(some);
    some.put("RULES", "ci pull **");
    refused(some, "name auth.tokens and auth.token-key");
    some.put("AUTH_TOKENS", "tokens.json");
    refused(some, "name auth.tokens and auth.token-key");
    some.put("AUTH_TOKEN_KEY", "token.key");
    read(some);
  }

  @Test
  void what_is_pushed_just_now_is_not_collected() {
    refused(Map.of("GC_GRACE_HOURS", "0"), "gc.grace-hours is at least 1");
  }

  private void refused(Map<String, String> variables, String why) {
    Failure failure = assertThrows(Failure.class, () -> read(variables));
    assertEquals(ExitCode.USAGE, failure.code());
    assertTrue(String.valueOf(failure.getMessage()).contains(why), failure.getMessage());
  }
}
