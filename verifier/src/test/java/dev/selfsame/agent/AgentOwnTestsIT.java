package dev.selfsame.agent;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

@Needs(Component.CARGO)
@Needs(Component.RUST_2024)
final class AgentOwnTestsIT {
  private static final Pattern TEST =
      Pattern.compile("#\\[(?:tokio::)?test\\]\\s+(?:async )?fn (\\w+)");

  /** Cargo ends well too where it has found no tests, so each is looked for by its name. */
  @Test
  void the_agents_own_tests_pass_with_its_lock_file() throws Exception {
    String said = Cargo.run("test", "--locked");
    for (String suite : List.of("config", "routes", "shutdown")) {
      Path source = Cargo.project().resolve("tests").resolve(suite + ".rs");
      List<String> names =
          TEST.matcher(Files.readString(source)).results().map(test -> test.group(1)).toList();
      assertFalse(names.isEmpty(), suite);
      for (String name : names) {
        assertTrue(said.contains("test " + name + " ... ok\n"), name + " in " + said);
      }
    }
  }
}
