package dev.selfsame.build.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DaemonCpusTest {
  @ParameterizedTest
  @CsvSource({"7, 8, 7", "7, 2, 1", "3, 8, 3", "1, 1, 1", "5, 4, 3"})
  void no_more_cpus_are_asked_for_than_the_daemons_machine_has(int wanted, int daemons, int asked) {
    assertEquals(asked, DockerRun.cpus(wanted, daemons));
  }

  @Test
  void a_daemon_that_does_not_tell_is_asked_as_before() {
    assertEquals(7, DockerRun.cpus(7, null));
  }
}
