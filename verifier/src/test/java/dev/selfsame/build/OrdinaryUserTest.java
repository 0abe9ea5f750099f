package dev.selfsame.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Needs(Component.ORDINARY_USER)
@Needs(Component.BWRAP)
@Timeout(300)
final class OrdinaryUserTest {
  @TempDir Path folder;

  /** Its files may be hard links into the cache: nothing but removing them will do. */
  @AfterEach
  void remove_the_copied_root() throws Exception {
    Child.shell("rm -rf '" + folder.resolve("root") + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bwrap", "unshare"})
  void an_ordinary_user_sees_and_builds_the_same(String engine) throws Exception {
    Child child = Child.ordinaryUser(folder);
    assertEquals(World.expected(), child.run(engine, "world"));
    String bombed = child.run(engine, "bomb");
    assertTrue(bombed.startsWith("OverLimit[limit=processes"), bombed);
    String built = child.run(engine, "build");
    System.out.println(engine + " as an ordinary user: " + built);
    Path here = Files.createDirectory(folder.resolve("here"));
    assertEquals(Child.same(here).run(engine, "build"), built);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bwrap", "unshare"})
  void an_ordinary_users_commands_are_held_to_every_limit(String engine) throws Exception {
    String said = Child.ordinaryUser(folder).run(engine, "limits");
    List<String> begins =
        List.of(
            "OverLimit[limit=memory,",
            "OverLimit[limit=disk,",
            "OverLimit[limit=log,",
            "log of 100000",
            "TimedOut[",
            "interrupted");
    List<String> lines = said.lines().toList();
    assertEquals(begins.size(), lines.size(), said);
    for (int i = 0; i < begins.size(); i++) {
      assertTrue(lines.get(i).startsWith(begins.get(i)), said);
    }
  }
}
