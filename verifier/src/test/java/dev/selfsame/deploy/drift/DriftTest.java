package dev.selfsame.deploy.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.status.Finding;
import dev.selfsame.status.Running;
import dev.selfsame.status.Status;
import dev.selfsame.status.StatusText;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DriftTest {
  private static final Instant NOW = Instant.parse("2026-11-26T09:00:00Z");
  private static final Digest GOOD = Digest.sha256("good".getBytes(StandardCharsets.UTF_8));
  private static final Digest EVIL = Digest.sha256("evil".getBytes(StandardCharsets.UTF_8));

  @TempDir Path folder;
  private HttpServer server;
  private final List<String> posted = new ArrayList<>();
  private volatile int status = 204;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/hook",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          synchronized (posted) {
            posted.add(new String(body, StandardCharsets.UTF_8));
          }
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private Webhook webhook() {
    return Webhook.parse("http://127.0.0.1:%d/hook".formatted(server.getAddress().getPort()));
  }

  private Told told() {
    return new Told(folder.resolve("told"));
  }

  private static Unknown unknown() {
    return Unknown.of(
        "viworks/agent", "production", Failure.undecided("the registry is away", "wait"), NOW);
  }

  @Test
  void looks_that_are_processes_of_their_own_tell_of_each_change_once_too() throws Exception {
    for (int i = 0; i < 2; i++) {
      Alarms alarms = new Alarms(Optional.of(webhook()), Optional.empty(), told());
      assertEquals(List.of(), alarms.tell(report(runs(EVIL)), NOW));
      assertEquals(1, posted.size());
    }
    Alarms blind = new Alarms(Optional.of(webhook()), Optional.empty(), told());
    blind.tellUnknown(unknown());
    blind.tellUnknown(unknown());
    assertEquals(2, posted.size());
    assertTrue(posted.getLast().contains("selfsame.status-unknown/1"), posted.getLast());
    assertTrue(posted.getLast().contains("the registry is away"), posted.getLast());
    new Alarms(Optional.of(webhook()), Optional.empty(), told()).tell(report(runs(GOOD)), NOW);
    assertEquals(3, posted.size(), "it is over");
  }

  @Test
  void an_answer_whose_body_never_ends_is_not_waited_for() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    server.createContext(
        "/endless",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write('x');
          exchange.getResponseBody().flush();
          await(over);
        });
    Webhook endless =
        Webhook.parse("http://127.0.0.1:%d/endless".formatted(server.getAddress().getPort()));
    try {
      assertEquals(
          Optional.empty(),
          assertTimeoutPreemptively(
              Duration.ofSeconds(20), () -> endless.post(new byte[] {'{', '}'})));
    } finally {
      over.countDown();
    }
  }

  private static void await(CountDownLatch over) {
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Running.Look runs(Digest digest, String... changes) {
    return new Running.Runs(digest, "process 7", NOW, List.of(changes), well());
  }

  private static Running.Instance well() {
    return new Running.Instance(
        new Finding.Holds("it answers"), new Finding.Holds("as it was deployed"), null);
  }

  private static Status report(Running.Look... looks) {
    List<Status.Target> targets = new ArrayList<>();
    for (int i = 0; i < looks.length; i++) {
      targets.add(new Status.Target("dir:/srv/" + i, "h", null, looks[i]));
    }
    return new Status(
        "viworks/agent",
        "production",
        new Status.Should(GOOD, 4, NOW, "paul", null, null, null),
        null,
        null,
        targets,
        List.of());
  }

  private static Running.Look blind() {
    return new Running.CouldNotTell("the engine is silent");
  }

  @Test
  void only_what_was_seen_and_matches_is_a_yes() {
    assertEquals(ExitCode.YES, report(runs(GOOD)).code());
    assertEquals(ExitCode.NO, report(runs(EVIL)).code());
    assertEquals(ExitCode.NO, report(runs(GOOD, "the file was changed")).code());
    assertEquals(ExitCode.UNDECIDED, report(runs(GOOD), blind()).code());
    assertTrue(Alarms.hasDrift(report(blind(), runs(EVIL))), "also beside what is unknown");
    assertFalse(Alarms.hasDrift(report(blind(), runs(GOOD))));
    assertTrue(
        StatusText.of(report(runs(GOOD, "the file was changed")))
            .contains("    changed    the file was changed\n"));
  }

  @Test
  void the_webhook_hears_of_each_change_once() throws Exception {
    Alarms alarms = new Alarms(Optional.of(webhook()), Optional.empty(), told());
    Status good = report(runs(GOOD));
    Status bad = report(runs(EVIL));
    alarms.tell(good, NOW);
    assertEquals(0, posted.size());
    alarms.tell(bad, NOW);
    alarms.tell(bad, NOW);
    assertEquals(1, posted.size());
    assertTrue(posted.getFirst().contains("\"should\""), posted.getFirst());
    assertTrue(posted.getFirst().contains("selfsame.status/1"), posted.getFirst());
    alarms.tell(report(runs(EVIL, "the file was changed")), NOW);
    assertEquals(2, posted.size());
    alarms.tell(good, NOW);
    assertEquals(3, posted.size(), "it is over");
  }

  @Test
  void the_webhook_does_not_hear_again_of_the_same_drift_under_another_process_number()
      throws Exception {
    Alarms alarms = new Alarms(Optional.of(webhook()), Optional.empty(), told());
    for (int pid : new int[] {7, 8, 4321}) {
      alarms.tell(
          report(
              runs(
                  EVIL,
                  "process %d executes other bytes than were deployed".formatted(pid),
                  "port 8080 is taken by process %d, /opt/other".formatted(pid + 1),
                  "another has port 8080: process %d, /opt/other".formatted(pid + 1),
                  "/opt/agent is gone, while process %d still runs it".formatted(pid),
                  "process %d has other bytes than process %d".formatted(pid, pid + 1))),
          NOW);
    }
    assertEquals(1, posted.size());
    alarms.tell(report(runs(EVIL, "port 8081 is taken by process 7, /opt/other")), NOW);
    assertEquals(2, posted.size(), "another port is another drift");
  }

  @Test
  void what_the_webhook_did_not_take_is_told_and_sent_again() throws Exception {
    Alarms alarms = new Alarms(Optional.of(webhook()), Optional.empty(), told());
    Status bad = report(runs(EVIL));
    status = 503;
    List<String> failed = alarms.tell(bad, NOW);
    assertEquals(2, posted.size(), "one retry");
    assertEquals(List.of("the webhook at 127.0.0.1 was not told: it answered with 503"), failed);
    status = 200;
    assertEquals(List.of(), alarms.tell(bad, NOW));
    assertEquals(3, posted.size());
    server.stop(0);
    assertEquals(1, alarms.tell(report(runs(GOOD)), NOW).size(), "nobody listens");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.org/hook",
        "http://127.0.0.1.example.org/",
        "ftp://127.0.0.1/",
        "https://user:pass@example.org/",
        "file:///etc/passwd",
        "//example.org",
        "https://example.org:99999/",
        "https://example.org:0/",
        "not an address"
      })
  void an_alarm_is_not_sent_in_the_clear_nor_to_what_is_no_address(String address) {
    assertEquals(ExitCode.USAGE, assertThrows(Failure.class, () -> Webhook.parse(address)).code());
  }

  @Test
  void metrics_are_replaced_whole_in_prometheus_own_form() throws Exception {
    MetricsFile file = new MetricsFile(folder.resolve("selfsame.prom"));
    file.write(report(runs(GOOD), runs(EVIL), blind()), NOW);
    assertEquals(
        """
        # HELP selfsame_status_known 1 where what should run could be told; where 0, the rest is as it was seen last.
        # TYPE selfsame_status_known gauge
        selfsame_status_known{name="viworks/agent",channel="production"} 1
        # HELP selfsame_status_promotion The promotion's place in the channel, 0 where nothing may run.
        # TYPE selfsame_status_promotion gauge
        selfsame_status_promotion{name="viworks/agent",channel="production",artifact="%s"} 4
        # HELP selfsame_status_drift 1 where a target runs something else than it should, or it is unwell or set otherwise.
        # TYPE selfsame_status_drift gauge
        selfsame_status_drift{name="viworks/agent",channel="production",target="dir:/srv/0",host="h"} 0
        selfsame_status_drift{name="viworks/agent",channel="production",target="dir:/srv/1",host="h"} 1
        selfsame_status_drift{name="viworks/agent",channel="production",target="dir:/srv/2",host="h"} 0
        # HELP selfsame_status_unknown 1 where a target could not be looked at.
        # TYPE selfsame_status_unknown gauge
        selfsame_status_unknown{name="viworks/agent",channel="production",target="dir:/srv/0",host="h"} 0
        selfsame_status_unknown{name="viworks/agent",channel="production",target="dir:/srv/1",host="h"} 0
        selfsame_status_unknown{name="viworks/agent",channel="production",target="dir:/srv/2",host="h"} 1
        # HELP selfsame_status_time_seconds When it was looked at last, seconds since 1970.
        # TYPE selfsame_status_time_seconds gauge
        selfsame_status_time_seconds{name="viworks/agent",channel="production"} 1795683600
        """
            .formatted(GOOD),
        Files.readString(file.file()));
  }

  @Test
  void that_nothing_could_be_told_ends_no_alarm_of_drift() throws Exception {
    MetricsFile file = new MetricsFile(folder.resolve("selfsame.prom"));
    file.write(report(runs(EVIL)), NOW);
    String seen = Files.readString(file.file());
    Unknown later =
        Unknown.of(
            "viworks/agent",
            "production",
            Failure.undecided("the registry is away", "try again"),
            NOW.plusSeconds(60));
    for (int i = 0; i < 2; i++) {
      file.writeUnknown(later);
      assertEquals(
          seen.replace("channel=\"production\"} 1\n", "channel=\"production\"} 0\n")
              .replace("1795683600", "1795683660"),
          Files.readString(file.file()));
    }
    Files.delete(file.file());
    file.writeUnknown(later);
    assertFalse(Files.readString(file.file()).contains("drift"), "nothing was ever seen");
  }

  @Test
  void metrics_that_cannot_be_written_are_told() throws Exception {
    MetricsFile file = new MetricsFile(Path.of("/proc/no/such.prom"));
    Alarms alarms = new Alarms(Optional.empty(), Optional.of(file), told());
    assertEquals(1, alarms.tell(report(runs(GOOD)), NOW).size());
    assertEquals(1, alarms.tellUnknown(unknown()).size());
  }

  @Test
  @Needs(Component.SYSTEMD_ANALYZE)
  void systemd_itself_finds_no_fault_in_the_timer() throws Exception {
    TimerUnits units =
        new TimerUnits(
            "selfsame-status",
            List.of("/bin/true", "status", "viworks/agent", "--to", "docker:a b", "100%"),
            Path.of("/opt/x"),
            60);
    units.write(folder);
    String service = Files.readString(folder.resolve("selfsame-status.service"));
    assertTrue(service.contains("\nEnvironmentFile=-/etc/selfsame/status.env\n"), service);
    assertTrue(
        service.contains(
            "ExecStart=\"/bin/true\" \"status\" \"viworks/agent\" \"--to\" \"docker:a b\""
                + " \"100%%\"\n"),
        service);
    Process verify =
        new ProcessBuilder(
                "systemd-analyze",
                "verify",
                "--man=no",
                folder.resolve("selfsame-status.timer").toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(verify.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, verify.waitFor(), said);
    assertFalse(said.contains("selfsame-status"), said);
  }
}
