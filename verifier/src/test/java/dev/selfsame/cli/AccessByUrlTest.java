package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.access.Access;
import dev.selfsame.access.Grant;
import dev.selfsame.access.Permission;
import dev.selfsame.access.RepositoryPattern;
import dev.selfsame.access.Rule;
import dev.selfsame.access.Rules;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.SignIn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands against a server that asks who they are. */
@Timeout(120)
final class AccessByUrlTest {
  private static final String PASSWORD = "correct-horse";

  @TempDir private Path folder;
  private RegistryScene scene;
  private Hosted server;

  private static Rule rule(String who, String where, Permission... what) {
    return new Rule(Set.of(who), new Grant(new RepositoryPattern(where), Set.of(what)));
  }

  @BeforeEach
  void start() throws IOException {
    scene = new RegistryScene(folder);
    scene.built(Records.of("the binary"));
    String hash = OpenBSDBCrypt.generate("2y", PASSWORD.toCharArray(), new byte[16], 4);
    Files.write(
        folder.resolve("users"),
        List.of("ci:" + hash, "releaser:" + hash, "host:" + hash, "auditor:" + hash));
    Rules rules =
        new Rules(
            List.of(
                rule("ci", "staging/viworks/**", Permission.PULL, Permission.PUSH),
                rule("releaser", "staging/viworks/**", Permission.PULL),
                rule("releaser", "deploy/viworks/**", Permission.PULL, Permission.PROMOTE),
                rule("host", "deploy/viworks/agent", Permission.PULL),
                rule("auditor", "deploy/**", Permission.PULL),
                rule("auditor", "evidence", Permission.PULL)));
    Access access = new Access(Optional.of(SignIn.by(folder)), rules, Optional.empty());
    server =
        new Hosted(
            folder.resolve("registry"), () -> scene.stage.root, () -> scene.stage.now, access);
    scene.registry = server.url();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void as(String user) {
    as(user, PASSWORD);
  }

  private void as(String user, String password) {
    scene.environment =
        Map.of("SELFSAME_REGISTRY_USER", user, "SELFSAME_REGISTRY_PASSWORD", password);
  }

  private void assertSaid(int status, int found, String what) {
    assertEquals(status, found, scene.said());
    assertTrue(scene.said().contains(what), scene.said());
    assertFalse(scene.said().contains(PASSWORD), scene.said());
  }

  private int submit() {
    return scene.run("submit", "agent", "--record", "build-record.json", "--key", "alice.key");
  }

  private int promote() {
    return scene.run("promote", "viworks/agent", "--policy", "policy.toml", "--key", "pat.key");
  }

  @Test
  void each_may_do_what_is_theirs() throws IOException {
    assertSaid(3, submit(), "wants to know who asks");
    assertSaid(3, submit(), "hint: give SELFSAME_REGISTRY_TOKEN");
    as("host");
    assertSaid(3, submit(), "host may not push staging/viworks/agent");
    as("ci");
    assertSaid(0, submit(), "staged: ");
    assertSaid(3, promote(), "ci may not pull deploy/viworks/agent");
    as("releaser");
    assertSaid(0, promote(), "promoted: ");
    as("auditor");
    assertSaid(0, scene.verify("agent"), "promoted: ");
    as("host");
    assertSaid(0, scene.verify("agent", "--name", "viworks/agent"), "promoted: ");
    assertSaid(3, scene.verify("agent"), "host may not pull evidence");
    assertSaid(0, scene.run("pull", "viworks/agent", "-o", "out"), "pulled: ");
    as("host", PASSWORD + "x");
    assertSaid(3, scene.verify("agent", "--name", "viworks/agent"), "wants to know who asks");
  }

  @Test
  void what_docker_login_wrote_is_enough() throws IOException {
    as("ci");
    assertSaid(0, submit(), "staged: ");
    scene.environment = Map.of();
    String pair =
        Base64.getEncoder()
            .encodeToString(("releaser:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    Files.createDirectories(folder.resolve(".docker"));
    Files.writeString(
        folder.resolve(".docker/config.json"),
        "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(server.url().substring(7), pair));
    assertSaid(0, promote(), "promoted: ");
  }
}
