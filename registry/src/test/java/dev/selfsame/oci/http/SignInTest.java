package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selfsame.access.Access;
import dev.selfsame.access.ApiTokens;
import dev.selfsame.access.Authenticator;
import dev.selfsame.access.BearerTokens;
import dev.selfsame.access.Grant;
import dev.selfsame.access.PasswordFile;
import dev.selfsame.access.Permission;
import dev.selfsame.access.RepositoryPattern;
import dev.selfsame.access.Rule;
import dev.selfsame.access.Rules;
import dev.selfsame.files.FileTree;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How real clients sign in, by TLS and the Docker token flow. */
@Timeout(300)
@Needs(Component.DOCKER)
@Needs(Component.PODMAN)
@Needs(Component.SKOPEO)
@Needs(Component.CRANE)
@Needs(Component.ORAS)
@Needs(Component.COSIGN)
@Needs(Component.NOTATION)
final class SignInTest {
  @Test
  void clients_sign_in_and_are_refused_where_they_may_not() throws Exception {
    // Not a @TempDir: Podman leaves folders there that only it can remove quietly.
    Path folder = Files.createTempDirectory("signin");
    Path log = folder.resolve("log");
    new SelfSigned(folder).make("EC", 1);
    Access access = access(folder);
    try (Served served =
        Served.at(
            folder.resolve("registry"),
            usual ->
                usual.withTls(Optional.of(new SelfSigned(folder).files())).withAccess(access))) {
      ProcessBuilder script =
          new ProcessBuilder(
                  "src/test/clients/signin",
                  "127.0.0.1:" + served.port(),
                  folder.resolve("server.pem").toString(),
                  Files.createDirectory(folder.resolve("clients")).toString())
              .directory(Path.of(System.getProperty("selfsame.basedir", ".")).toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      String tools = Component.CRANE.program().orElseThrow().getParent().toString();
      script.environment().merge("PATH", tools, (path, more) -> path + ":" + more);
      assertEquals(0, script.start().waitFor(), Files.readString(log));
    } finally {
      FileTree.delete(folder);
    }
  }

  private static Access access(Path folder) throws Exception {
    Path users =
        Files.write(folder.resolve("users"), List.of(line("ci", "build"), line("dev", "look")));
    Authenticator authenticator =
        new Authenticator(
            () -> Optional.of(PasswordFile.read(users)),
            () -> new ApiTokens(List.of()),
            BearerTokens.of(folder.resolve("token.key"), new SecureRandom()),
            Clock.systemUTC(),
            System::nanoTime);
    return new Access(
        Optional.of(authenticator),
        new Rules(
            List.of(
                rule("ci", "staging/**", Permission.PULL, Permission.PUSH, Permission.DELETE),
                rule(Rule.ANONYMOUS, "staging/open/**", Permission.PULL))),
        Optional.empty());
  }

  private static String line(String user, String password) {
    return user + ":" + OpenBSDBCrypt.generate("2y", password.toCharArray(), new byte[16], 4);
  }

  private static Rule rule(String who, String where, Permission... what) {
    return new Rule(Set.of(who), new Grant(new RepositoryPattern(where), Set.of(what)));
  }
}
