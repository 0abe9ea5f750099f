package dev.selfsame.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.claim.DeployClaim;
import dev.selfsame.deploy.Gate;
import dev.selfsame.deploy.Release;
import dev.selfsame.promote.Deployments;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ChannelName;
import java.util.List;

/** Records of deployments that a registry keeps, read and verified anew. */
final class Recorded {
  private Recorded() {}

  /** All of them, newest first; each has to be believed. */
  static List<DeployClaim> all(RegistryScene scene) {
    Deployments.Known known =
        Deployments.read(scene.stage.evidence(), Stage.AGENT, scene.stage.now);
    assertEquals(List.of(), known.refused());
    return known.believed().stream()
        .map(one -> {
          assertEquals("dora", one.operator());
          return one.claim();
        })
        .toList();
  }

  /** The newest has to be of what the channel holds, be well, and say where, on what grounds. */
  static DeployClaim newest(RegistryScene scene, String kind, String name) {
    DeployClaim claim = all(scene).getFirst();
    assertEquals(kind, claim.target().kind());
    assertEquals(name, claim.target().name());
    assertEquals(ThisMachine.name(), claim.target().host());
    Release head =
        new Gate(scene.stage.evidence(), scene.stage.now).open(Stage.AGENT, ChannelName.PRODUCTION);
    assertEquals(head.artifact(), claim.release().artifact().digest());
    assertEquals(head.seq(), claim.release().seq());
    assertEquals(head.promotion(), claim.release().promotion());
    assertEquals(head.evidence(), claim.release().evidence());
    assertFalse(head.evidence().isEmpty());
    assertEquals(DeployClaim.Outcome.HEALTHY, claim.course().outcome());
    assertEquals("dora", claim.deployer().id().replaceFirst(".*/", ""));
    List<String> steps =
        claim.course().health().stream().map(DeployClaim.HealthCheck::what).toList();
    assertTrue(steps.containsAll(List.of("prove", "health", "retire")), steps.toString());
    assertTrue(
        claim.course().health().stream()
            .filter(one -> one.what().equals("prove"))
            .allMatch(one -> one.result().contains(head.artifact().toString())),
        claim.course().health().toString());
    assertFalse(new String(claim.statement().bytes(), UTF_8).contains("s3cr"));
    return claim;
  }
}
