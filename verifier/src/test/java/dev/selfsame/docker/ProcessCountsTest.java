package dev.selfsame.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessCountsTest {
  /** As Podman 4.3 answers on a machine with cgroup 1. */
  private static final String BELOW_ZERO =
      """
      {"pids_stats":{"current":70},"num_procs":0,"cpu_stats":{"cpu_usage":{\
      "total_usage":1326515651,"usage_in_usermode":18446744073660117552}}}
      """;

  @TempDir private Path folder;

  private static FakeDaemon.Answer answer(int status, String json) {
    return FakeDaemon.answer(
        status, Map.of("Content-Type", "application/json"), json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void processor_time_below_zero_does_not_hide_how_many_processes_there_are() throws Exception {
    try (FakeDaemon fake = FakeDaemon.start(folder.resolve("s"), _ -> answer(200, BELOW_ZERO));
        ProcessCounts counts = ProcessCounts.of(Daemon.docker(fake.environment()), "c")) {
      assertEquals(70, first(counts));
    }
  }

  @Test
  void a_daemon_that_breaks_off_or_answers_nonsense_is_asked_again() throws Exception {
    List<String> asked = new CopyOnWriteArrayList<>();
    FakeDaemon.Answer[] answers = {
      answer(500, "{\"message\":\"no cgroup\"}"), answer(200, "{\"pids_st"), answer(200, BELOW_ZERO)
    };
    try (FakeDaemon fake =
            FakeDaemon.start(
                folder.resolve("s"),
                line -> {
                  asked.add(line);
                  return answers[Math.min(asked.size(), answers.length) - 1];
                });
        ProcessCounts counts = ProcessCounts.of(Daemon.docker(fake.environment()), "c")) {
      assertEquals(70, first(counts));
      assertTrue(asked.getFirst().contains("/containers/c/stats"), asked.getFirst());
    }
  }

  private static long first(ProcessCounts counts) throws InterruptedException {
    for (int i = 0; i < 300 && counts.last() == 0; i++) {
      Thread.sleep(50);
    }
    return counts.last();
  }
}
