package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.promote.Channel;
import dev.selfsame.promote.Deployments;
import dev.selfsame.promote.Desk;
import dev.selfsame.scenes.Deploys;
import dev.selfsame.scenes.Records;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code status}, on a folder and on a server of it. */
@Timeout(300)
final class StatusCommandTest {
  @TempDir Path folder;
  private RegistryScene scene;
  private Hosted server;
  private Channel.Promotion promotion;

  @BeforeEach
  void start() {
    scene = new RegistryScene(folder);
    promotion = scene.stage.release(Records.of("the first")).promotion();
    server = new Hosted(scene.stage.registry(), scene.stage);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void says(int status, String what, String... words) {
    assertEquals(status, scene.run(words), scene.said());
    assertTrue(scene.said().contains(what), scene.said());
  }

  @ParameterizedTest
  @ValueSource(strings = {"DIR", "URL"})
  void what_should_run_and_what_is_recorded(String mode) {
    scene.registry = mode.equals("DIR") ? "registry" : server.url();
    says(3, "no target is recorded: production of viworks/agent", "status", "viworks/agent");
    says(1, "nothing may run", "status", "viworks/agent", "--channel", "staging");
    Deploys deploys = new Deploys(promotion, scene.stage.now);
    scene.stage.writing((evidence, catalogue) ->
        new Deployments(Desk.at(evidence, catalogue))
            .keep(deploys.claim(), scene.stage.people.signer("dora"), scene.stage.now));
    says(3, "not proven   docker:agent on host-1", "status", "viworks/agent");
    says(3, "recorded   what should run, since ", "status", "viworks/agent");
    says(3, "\"not-looked\"", "status", "viworks/agent", "--json");
    says(3, "never deployed there", "status", "viworks/agent", "--target", "docker:other");
    scene.stage.root = scene.stage.people.rootIgnorantOf("dora");
    scene.trust();
    says(3, "not counted", "status", "viworks/agent");
    scene.stage.root = scene.stage.people.rootIgnorantOf("pat");
    scene.trust();
    says(4, "unknown to the trust root", "status", "viworks/agent");
  }
}
