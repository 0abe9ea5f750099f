package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.selfsame.access.Access;
import dev.selfsame.access.Grant;
import dev.selfsame.access.Permission;
import dev.selfsame.access.RepositoryPattern;
import dev.selfsame.access.Rule;
import dev.selfsame.access.Rules;
import dev.selfsame.digest.Digest;
import dev.selfsame.scenes.HandClock;
import dev.selfsame.scenes.SignIn;
import dev.selfsame.store.file.FileAuditLog;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that asks who calls: users, tokens, and rules by repository. */
@Timeout(60)
abstract class ServedWithRules {
  static final String CI = basic("ci", "build");
  static final String DEV = basic("dev", "look");
  static final String APP = "/v2/staging/viworks/app";
  static final String OPEN = "/v2/staging/open/app";
  static final String OTHER = "/v2/staging/other/app";

  /** By which tokens expire. */
  final HandClock clock = new HandClock(Instant.now());

  @TempDir Path folder;
  FileAuditLog audit;
  Served served;

  static String basic(String user, String password) {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  static String line(String user, String password) {
    return user + ":" + OpenBSDBCrypt.generate("2y", password.toCharArray(), new byte[16], 4);
  }

  static Rule rule(String who, String where, Permission... what) {
    return new Rule(Set.of(who), new Grant(new RepositoryPattern(where), Set.of(what)));
  }

  @BeforeEach
  void start() throws IOException {
    Files.write(
        folder.resolve("users"),
        List.of(line("ci", "build"), line("dev", "look"), line("ops", "watch")));
    Rules rules =
        new Rules(
            List.of(
                rule("ci", "staging/viworks/**", Permission.PULL, Permission.PUSH),
                rule("ci", "staging/other/**", Permission.PUSH),
                rule("ci", "deploy/viworks/**", Permission.PULL, Permission.DEPLOY),
                rule("ci", "staging/open/**", Permission.PUSH, Permission.DELETE),
                rule("dev", "staging/viworks/**", Permission.PULL),
                rule("ops", "**", Permission.PUSH),
                rule("ops", "staging/team/**", Permission.PULL),
                rule("ops", "staging/team/*", Permission.PULL),
                rule("ops", "staging/zone/only", Permission.PULL),
                rule(Rule.ANONYMOUS, "staging/open/**", Permission.PULL)));
    audit = FileAuditLog.open(folder.resolve("audit.log"), Clock.systemUTC());
    Access access = new Access(Optional.of(SignIn.by(folder, clock)), rules, Optional.empty());
    served =
        Served.at(folder.resolve("registry"), usual -> usual.withAccess(access).withAudit(audit));
  }

  @AfterEach
  void stop() {
    served.close();
    audit.close();
  }

  Digest push(String repo, String authorization, String content) throws Exception {
    byte[] bytes = Served.bytes(content);
    Digest digest = Digest.sha256(bytes);
    assertEquals(201, pushing(repo, authorization, bytes).statusCode());
    return digest;
  }

  HttpResponse<byte[]> pushing(String repo, String authorization, byte[] bytes) throws Exception {
    return served.send(
        "POST",
        repo + "/blobs/uploads/?digest=" + Digest.sha256(bytes),
        bytes,
        "Authorization",
        authorization);
  }

  HttpResponse<byte[]> get(String path, String authorization) throws Exception {
    return served.get(path, "Authorization", authorization);
  }

  String token(String authorization, String... scopes) throws Exception {
    StringBuilder path = new StringBuilder("/v2/token?service=x");
    for (String scope : scopes) {
      path.append("&scope=").append(scope);
    }
    HttpResponse<byte[]> answer =
        authorization.isEmpty() ? served.get(path.toString()) : get(path.toString(), authorization);
    assertEquals(200, answer.statusCode(), Served.text(answer));
    return "Bearer " + new ObjectMapper().readTree(answer.body()).path("token").asText();
  }

  static String code(HttpResponse<byte[]> answer) throws IOException {
    return new ObjectMapper().readTree(answer.body()).at("/errors/0/code").asText();
  }

  String catalogue(String authorization) throws Exception {
    HttpResponse<byte[]> answer = get("/v2/_catalog", authorization);
    return new ObjectMapper().readTree(answer.body()).path("repositories").toString();
  }
}
