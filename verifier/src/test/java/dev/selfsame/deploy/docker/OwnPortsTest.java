package dev.selfsame.deploy.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may look at the sockets of a container's program. */
class OwnPortsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0, 65532, 65532, true",
    "0, 1000, 65532, 65532, true",
    "1000, 1000, 1000, 1000, true",
    "1000, 1000, 1000, 65532, false",
    "1000, 1000, 1001, 1000, false",
    "1000, 0, 0, 0, false"
  })
  void a_user_sees_those_of_the_same_user_and_group_and_root_sees_all(
      long ownUser, long ownGroup, long user, long group, boolean tellable) {
    assertEquals(tellable, OwnPorts.isTellable(ownUser, ownGroup, user, group));
  }
}
