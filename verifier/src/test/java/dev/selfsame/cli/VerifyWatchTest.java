package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.selfsame.audit.Audit;
import dev.selfsame.audit.Checked;
import dev.selfsame.digest.Digest;
import dev.selfsame.docker.FakeDaemon;
import dev.selfsame.docker.FakeDaemon.Answer;
import dev.selfsame.evidence.Json;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.scenes.Records;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code verify --watch}. */
@Timeout(120)
class VerifyWatchTest {
  private static final String ID = "0123456789abcdef".repeat(4);

  @TempDir Path folder;
  private RegistryScene scene;

  @BeforeEach
  void release() {
    scene = new RegistryScene(folder);
    Records records = Records.of("the promoted binary");
    scene.stage.release(records);
    scene.write("promoted", records.binary);
    scene.write("other", "other".getBytes());
  }

  @Test
  void what_does_not_change_is_told_once() {
    assertEquals(0, scene.verify("promoted", "--watch", "1", "--times", "3"), scene.said());
    assertEquals(
        1, scene.out.lines().filter(line -> line.startsWith("promoted: ")).count(), scene.out);
    assertEquals(9, scene.out.lines().count(), scene.out);
    assertEquals("", scene.err);
    assertEquals(
        1,
        scene.verify("promoted", "--binary", "other", "--watch", "1", "--for", "2s"),
        scene.said());
    assertTrue(scene.out.endsWith("2 binaries: 1 promoted, 1 unknown\n"), scene.out);
  }

  /** A container that has other answers from one look to the next; nothing where it is null. */
  private FakeDaemon daemon(String... states) throws IOException {
    AtomicInteger looks = new AtomicInteger();
    Path socket = folder.resolve("d.sock");
    return FakeDaemon.start(
        socket,
        request -> {
          int look = looks.get();
          String state = states[Math.min(look, states.length - 1)];
          boolean first = request.contains("/containers/") && !request.contains("/archive?");
          if (first) {
            looks.incrementAndGet();
          }
          if (state.isEmpty()) {
            return new Answer(new byte[0], 0);
          }
          return FakeDaemon.answer(
              first ? 200 : 404,
              Map.of("Content-Type", "application/json"),
              (first ? state : "{\"message\":\"No such image, no such container\"}")
                  .getBytes(StandardCharsets.UTF_8));
        });
  }

  private static String of(String program) {
    return """
    {"Id":"%s","Name":"/agent","Path":"%s","Args":[],
    "State":{"Status":"exited","Running":false,"Pid":0,"StartedAt":""},
    "Config":{"Image":"agent:1"}}
    """
        .formatted(ID, program);
  }

  @Test
  void a_daemon_that_goes_away_is_told_once_and_the_watch_goes_on() throws Exception {
    try (FakeDaemon daemon = daemon(of("agent"), "", "", of("agent"), of("agent"))) {
      scene.environment = daemon.environment();
      assertEquals(3, scene.verify("docker:agent", "--watch", "1", "--times", "5"), scene.said());
    }
    List<String> lines = scene.out.lines().toList();
    assertTrue(lines.get(0).contains("docker:agent is exited: nothing runs there"), scene.out);
    assertTrue(lines.get(1).startsWith("  next "), scene.out);
    assertTrue(
        lines.get(2).matches("2026-.*Z  could not tell: docker:agent: Docker .*"), scene.out);
    assertTrue(
        lines.get(3).contains("Z  could not tell: docker:agent: docker:agent is "), scene.out);
    assertEquals(4, lines.size(), scene.out);
    assertEquals(
        2, scene.err.lines().filter(line -> line.startsWith("error: ")).count(), scene.err);
  }

  private static final Checked BAD =
      new Checked.Told(
          "a", new Audit.BadEvidence(new Audit.Subject("a", 1, Digest.sha256(new byte[1])), "bad"));

  private static final Checked UNTOLD =
      new Checked.Untold("b", ExitCode.UNDECIDED, "not to be told", "ask again");

  private final ByteArrayOutputStream told = new ByteArrayOutputStream();
  private final ByteArrayOutputStream failed = new ByteArrayOutputStream();

  private ExitCode watched(VerifyWatch.Question question) {
    WatchOptions options =
        CommandLine.populateCommand(new WatchOptions(), "--watch=1", "--times=2");
    Console console =
        new Console(new PrintStream(told, true), new PrintStream(failed, true), false, false);
    return new VerifyWatch(question, console, Clock.systemUTC(), false).run(options);
  }

  @Test
  void what_a_round_had_answered_when_it_was_ended_counts_and_is_told() {
    assertEquals(
        ExitCode.BAD_EVIDENCE,
        watched(answers -> {
          answers.add(BAD);
          Thread.currentThread().interrupt();
          answers.add(UNTOLD);
          throw new AssertionError("asked on");
        }));
    assertEquals("evidence is bad: a: bad", told.toString().lines().findFirst().orElse(""));
    assertFalse(told.toString().contains("not to be told"), told.toString());
    told.reset();
    assertEquals(
        ExitCode.BAD_EVIDENCE,
        watched(answers -> {
          answers.add(BAD);
          throw new InterruptedException();
        }));
    assertTrue(told.toString().startsWith("evidence is bad: a: bad\n"), told.toString());
    assertFalse(Thread.currentThread().isInterrupted());
  }

  @Test
  void a_later_rounds_failure_is_told_and_joins_what_was_answered() {
    AtomicInteger rounds = new AtomicInteger();
    assertEquals(
        ExitCode.BAD_EVIDENCE,
        watched(answers -> {
          if (rounds.getAndIncrement() > 0) {
            throw Failure.undecided("the trust root is gone", "put it back");
          }
          answers.add(BAD);
        }));
    assertTrue(failed.toString().contains("error: the trust root is gone"), failed.toString());
    assertThrows(
        Failure.class,
        () ->
            watched(_ -> {
              throw Failure.usage("no trust root", "name one");
            }));
  }

  @Test
  void json_is_a_line_for_each_change() {
    assertEquals(
        0, scene.verify("promoted", "--watch", "1", "--times", "2", "--json"), scene.said());
    assertEquals(1, scene.out.lines().count(), scene.out);
    JsonNode json = Json.tree(scene.out.strip().getBytes());
    assertEquals("selfsame.audit-change/1", json.path("schema").asText());
    assertEquals("promoted", json.at("/audit/verdict").asText());
    assertTrue(json.path("at").asText().endsWith("Z"), scene.out);
  }

  @Test
  void a_registry_that_goes_away_is_what_cannot_be_told() {
    assertEquals(
        3,
        scene.verify("promoted", "--watch", "1", "--times", "1", "--registry", "elsewhere"),
        scene.said());
    assertTrue(scene.out.startsWith("could not tell: promoted: no registry at "), scene.said());
  }

  @Test
  void a_server_that_goes_away_after_the_first_look_is_told_once_and_ends_no_watch() {
    Hosted server = new Hosted(scene.stage.registry(), scene.stage);
    scene.registry = server.url();
    scene.when("promoted: ", server::close);
    assertEquals(3, scene.verify("promoted", "--watch", "1", "--times", "3"), scene.said());
    assertTrue(scene.out.startsWith("promoted: promoted is viworks/agent"), scene.out);
    String error = "cannot reach the registry " + scene.registry;
    List<String> told = scene.out.lines().filter(line -> line.contains("could not tell")).toList();
    assertEquals(1, told.size(), scene.out);
    assertTrue(told.getFirst().contains("Z  could not tell: promoted: " + error), scene.out);
    assertEquals(
        1, scene.err.lines().filter(line -> line.startsWith("error: " + error)).count(), scene.err);
  }

  @Test
  void what_makes_no_sense_is_wrong_usage() {
    for (String[] words :
        new String[][] {
          {"promoted", "--times", "2"},
          {"promoted", "--for", "2s"},
          {"promoted", "--watch", "0"},
          {"promoted", "--watch", "1", "--times", "0"},
          {"promoted", "--watch", "1", "--for", "soon"},
          {"-", "--watch", "1"}
        }) {
      assertEquals(2, scene.verify(words), scene.said());
    }
  }

  private int terminated(String file) throws Exception {
    ProcessBuilder program =
        OwnProcess.of(
            folder,
            "verify",
            "--binary",
            file,
            "--watch",
            "1",
            "--registry",
            "registry",
            "--trust-root",
            "trust-root.json");
    return OwnProcess.terminated(program, folder.resolve("out-" + file), "\n  file ");
  }

  @Test
  void a_signal_ends_it_with_the_worst_that_was_seen() throws Exception {
    assertEquals(0, terminated("promoted"));
    assertEquals(1, terminated("other"));
  }
}
