package dev.selfsame.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.selfsame.agent.AgentProcess.Answer;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The promoted binary with a real PostgreSQL and a real Redis, from first start to clean stop. */
@Needs(Component.POSTGRES_USER)
@Needs(Component.REDIS)
@Needs(Component.BWRAP)
final class AgentEndToEndIT {
  private static final String REPORT = "{\"host\":\"Web-1\",\"load\":0.5,\"memory_used_bytes\":%d}";

  private static Path binary;

  @TempDir private Path folder;
  private PostgresServer postgres;
  private RedisServer redis;

  @BeforeAll
  static void take_the_promoted_binary() throws Exception {
    binary = PromotedAgent.binary();
  }

  @BeforeEach
  void prepare_stores() throws Exception {
    postgres = new PostgresServer(folder);
    redis = new RedisServer(folder);
  }

  @AfterEach
  void stop_stores() throws Exception {
    redis.close();
    postgres.close();
  }

  @Test
  void it_starts_without_its_stores_and_becomes_ready_when_they_come() throws Exception {
    try (AgentProcess agent = start()) {
      assertEquals(200, agent.get("/health").status());
      JsonNode checks = agent.readiness(503).path("checks");
      assertTrue(reason(checks, "postgres").contains("refused"), checks.toString());
      assertTrue(reason(checks, "redis").contains("refused"), checks.toString());
      postgres.start();
      Eventually.answer(
          () -> agent.get("/ready").body().at("/checks/postgres/ok").asBoolean(),
          Boolean::booleanValue);
      assertEquals(503, agent.get("/ready").status());
      redis.start();
      assertTrue(agent.readiness(200).path("ready").asBoolean());
      assertEquals("2", postgres.ask("SELECT max(step) FROM report_schema"));
      assertEquals(0, agent.terminate());
    }
  }

  @Test
  void readiness_follows_redis_down_and_up_again() throws Exception {
    start_stores();
    try (AgentProcess agent = start()) {
      agent.readiness(200);
      redis.stop();
      JsonNode down = agent.readiness(503).path("checks");
      assertTrue(down.at("/postgres/ok").asBoolean(), down.toString());
      assertFalse(reason(down, "redis").isEmpty(), down.toString());
      assertEquals(200, agent.get("/health").status());
      assertTrue(
          agent.metrics().contains("selfsame_agent_store_up{store=\"redis\"} 0"),
          "the counter says so too");
      redis.start();
      agent.readiness(200);
      assertEquals(0, agent.terminate());
    }
  }

  @Test
  void a_report_makes_the_round_trip_through_both_stores() throws Exception {
    start_stores();
    try (AgentProcess agent = start()) {
      agent.readiness(200);
      assertEquals(404, agent.get("/v1/reports/web-1").status());
      Answer stored = agent.post("/v1/reports", REPORT.formatted(1));
      assertEquals(201, stored.status(), stored.toString());
      assertEquals("web-1", stored.body().path("host").asText());
      assertEquals(answer(stored, "hit"), agent.get("/v1/reports/web-1"));
      assertEquals("1", postgres.ask("SELECT memory_used_bytes FROM report WHERE host = 'web-1'"));
      Answer newer = agent.post("/v1/reports", REPORT.formatted(2));
      assertEquals(answer(newer, "hit"), agent.get("/v1/reports/WEB-1"));
      // An emptied cache is filled again from the table.
      redis.stop();
      redis.start();
      agent.readiness(200);
      assertEquals(answer(newer, "miss"), agent.get("/v1/reports/web-1"));
      assertEquals(answer(newer, "hit"), agent.get("/v1/reports/web-1"));
      List<String> metrics = agent.metrics();
      for (String line :
          List.of(
              "selfsame_agent_reports_stored_total 2",
              "selfsame_agent_cache_lookups_total{result=\"hit\"} 3",
              "selfsame_agent_cache_lookups_total{result=\"miss\"} 2",
              "# EOF")) {
        assertTrue(metrics.contains(line), () -> "no " + line + " in " + metrics);
      }
    }
  }

  @Test
  void each_store_covers_for_the_other_where_it_can() throws Exception {
    start_stores();
    try (AgentProcess agent = start()) {
      agent.readiness(200);
      Answer stored = agent.post("/v1/reports", REPORT.formatted(3));
      postgres.stop();
      JsonNode down = agent.readiness(503).path("checks");
      assertFalse(reason(down, "postgres").isEmpty(), down.toString());
      assertEquals(answer(stored, "hit"), agent.get("/v1/reports/web-1"));
      Answer refused = agent.post("/v1/reports", REPORT.formatted(4));
      assertEquals(503, refused.status(), refused.toString());
      postgres.start();
      agent.readiness(200);
      redis.stop();
      assertEquals(answer(stored, "bypass"), agent.get("/v1/reports/web-1"));
      assertEquals(201, agent.post("/v1/reports", REPORT.formatted(5)).status());
      assertEquals(0, agent.terminate());
    }
  }

  @Test
  void the_schema_of_a_newer_agent_is_left_alone() throws Exception {
    start_stores();
    try (AgentProcess agent = start()) {
      agent.readiness(200);
      assertEquals(0, agent.terminate());
    }
    postgres.ask("INSERT INTO report_schema (step) VALUES (99) RETURNING step");
    try (AgentProcess agent = start()) {
      String why = reason(agent.readiness(503).path("checks"), "postgres");
      assertEquals("the schema is at step 99, this agent knows 2", why);
    }
  }

  @Test
  void the_environment_overrides_the_file() throws Exception {
    Path file = folder.resolve("agent.toml");
    Files.writeString(file, "[http]\nlisten = \"192.0.2.1:1\"\n[log]\nlevel = \"debug\"\n");
    try (AgentProcess agent = start("--config", file.toString())) {
      assertTrue(agent.address("api").startsWith("127.0.0.1:"), agent.address("api"));
      assertEquals(200, agent.get("/health").status());
      Eventually.answer(
          () -> agent.logged().stream().anyMatch(l -> l.path("level").asText().equals("DEBUG")),
          Boolean::booleanValue);
      assertEquals(0, agent.terminate());
      assertEquals("stopped", agent.logged().getLast().path("message").asText());
    }
  }

  @Test
  void a_bad_configuration_is_one_line_and_exit_2() throws Exception {
    Path file = folder.resolve("bad.toml");
    Files.writeString(file, "[redis]\ncache-seconds = 0\n");
    try (AgentProcess agent = start("--config", file.toString())) {
      assertEquals(2, agent.exit());
      assertEquals(
          List.of("selfsame-agent: " + file + ":2:17: must be from 1 to 86400, not 0"),
          agent.errors());
    }
    try (AgentProcess agent = start("--config", "/nonexistent/agent.toml", "--check-config")) {
      assertEquals(2, agent.exit());
      assertEquals(1, agent.errors().size(), agent.errors().toString());
    }
  }

  @Test
  void its_version_is_the_version_alone() throws Exception {
    try (AgentProcess agent = start("--version")) {
      assertEquals(0, agent.exit());
      String manifest = Files.readString(Cargo.project().resolve("Cargo.toml"));
      String version = agent.output().strip().replace("selfsame-agent ", "");
      assertTrue(manifest.contains("\nversion = \"" + version + "\"\n"), agent.output());
    }
  }

  @Test
  void a_port_that_is_taken_is_exit_1() throws Exception {
    try (AgentProcess first = start()) {
      Map<String, String> environment = new HashMap<>(environment());
      environment.put("SELFSAME_AGENT_HTTP_LISTEN", first.address("api"));
      try (AgentProcess second = AgentProcess.start(binary, folder, environment)) {
        assertEquals(1, second.exit());
        List<String> errors = second.errors();
        assertTrue(errors.getLast().contains("(http.listen): "), errors.toString());
      }
    }
  }

  private void start_stores() throws Exception {
    postgres.start();
    redis.start();
  }

  private AgentProcess start(String... arguments) throws Exception {
    return AgentProcess.start(binary, folder, environment(), arguments);
  }

  private Map<String, String> environment() {
    return Map.of(
        "SELFSAME_AGENT_HTTP_LISTEN",
        "127.0.0.1:0",
        "SELFSAME_AGENT_METRICS_LISTEN",
        "127.0.0.1:0",
        "SELFSAME_AGENT_POSTGRES_URL",
        postgres.url(),
        "SELFSAME_AGENT_REDIS_URL",
        redis.url());
  }

  private static Answer answer(Answer stored, String cache) {
    return new Answer(200, stored.body(), Optional.of(cache));
  }

  private static String reason(JsonNode checks, String store) {
    return checks.path(store).path("reason").asText();
  }
}
