package dev.selfsame.agent;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import org.junit.jupiter.api.Test;

@Needs(Component.CARGO)
@Needs(Component.RUST_2024)
final class AgentOwnTestsIT {
  @Test
  void the_agents_own_tests_pass_with_its_lock_file() throws Exception {
    String said = Cargo.run("test", "--locked");
    assertTrue(said.contains("test result: ok. "), said);
  }
}
