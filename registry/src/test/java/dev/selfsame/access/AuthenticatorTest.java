package dev.selfsame.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AuthenticatorTest {
  /** As {@code htpasswd -nbB -C 5 ada secret} wrote it. */
  private static final String ADA = "ada:" + bcrypt("secret");

  private static final List<Grant> PULL =
      List.of(new Grant(RepositoryPattern.ALL, Set.of(Permission.PULL)));

  @TempDir private Path folder;
  private Instant now = Instant.parse("2026-11-26T12:00:00Z");
  private final AtomicLong nanos = new AtomicLong(1);

  private final Clock clock =
      new Clock() {
        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          return this;
        }

        @Override
        public Instant instant() {
          return now;
        }
      };

  private static String bcrypt(String password) {
    return OpenBSDBCrypt.generate("2y", password.toCharArray(), new byte[16], 5);
  }

  private Path users(String... lines) throws IOException {
    return Files.write(folder.resolve("users"), List.of(lines));
  }

  private Authenticator authenticator() {
    Path users = folder.resolve("users");
    Path tokens = folder.resolve("tokens.json");
    return new Authenticator(
        () -> Files.exists(users) ? Optional.of(PasswordFile.read(users)) : Optional.empty(),
        () -> ApiTokens.read(tokens),
        BearerTokens.of(folder.resolve("token.key"), new SecureRandom()),
        clock,
        nanos::get);
  }

  private static Optional<String> basic(String user, String password) {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return Optional.of("Basic " + Base64.getEncoder().encodeToString(pair));
  }

  private static Optional<String> bearer(String token) {
    return Optional.of("bearer " + token);
  }

  private String make(Instant expires) {
    ApiToken.Made made = ApiToken.make("ci", PULL, now, expires, "for a test", new SecureRandom());
    ApiTokens.change(folder.resolve("tokens.json"), all -> all.with(made.token()));
    return made.text();
  }

  @Test
  void a_password_makes_a_user_and_a_wrong_one_nobody() throws Exception {
    users("# people", "", ADA);
    Authenticator authenticator = authenticator();
    assertEquals(Caller.user("ada"), authenticator.caller(basic("ada", "secret"), "a"));
    assertEquals(Caller.user("ada"), authenticator.caller(basic("ada", "secret"), "a"));
    for (Optional<String> wrong :
        List.of(
            basic("ada", "Secret"),
            basic("ada", ""),
            basic("Ada", "secret"),
            basic("bob", "secret"),
            basic("", "secret"),
            Optional.of("Basic"),
            Optional.of("Basic !"),
            Optional.of(
                "Basic "
                    + Base64.getEncoder().encodeToString("ada".getBytes(StandardCharsets.UTF_8))),
            Optional.of("Digest x"),
            Optional.of(""))) {
      assertThrows(SignInException.class, () -> authenticator.caller(wrong, "b" + wrong));
    }
    assertEquals(Caller.ANONYMOUS, authenticator.caller(Optional.empty(), "a"));
  }

  @Test
  void a_user_who_is_taken_out_is_out_at_once() throws Exception {
    users(ADA);
    Authenticator authenticator = authenticator();
    Caller ada = authenticator.caller(basic("ada", "secret"), "a");
    String token = authenticator.issue(ada, PULL);
    assertEquals("ada", authenticator.caller(bearer(token), "a").name());
    users("eve:" + bcrypt("other"));
    assertThrows(SignInException.class, () -> authenticator.caller(basic("ada", "secret"), "a"));
    assertThrows(SignInException.class, () -> authenticator.caller(bearer(token), "a"));
  }

  @Test
  void after_many_failures_an_address_has_to_wait() throws Exception {
    users(ADA);
    Authenticator authenticator = authenticator();
    for (int i = 0; i < 10; i++) {
      SignInException wrong =
          assertThrows(
              SignInException.class, () -> authenticator.caller(basic("ada", "guess"), "a"));
      assertFalse(wrong.isTooMany());
    }
    SignInException stopped =
        assertThrows(
            SignInException.class, () -> authenticator.caller(basic("ada", "secret"), "a"));
    assertTrue(stopped.isTooMany());
    assertEquals("ada", authenticator.caller(basic("ada", "secret"), "elsewhere").name());
    nanos.addAndGet(Duration.ofSeconds(61).toNanos());
    assertEquals("ada", authenticator.caller(basic("ada", "secret"), "a").name());
  }

  @Test
  void others_behind_an_address_do_not_keep_a_right_token_out() throws Exception {
    users(ADA);
    String text = make(now.plusSeconds(60));
    Authenticator authenticator = authenticator();
    for (int i = 0; i < 20; i++) {
      assertThrows(SignInException.class, () -> authenticator.caller(basic("ada", "guess"), "a"));
    }
    assertEquals("ci", authenticator.caller(bearer(text), "a").name());
  }

  @Test
  void a_key_that_may_only_be_read_is_read() throws Exception {
    Path secret = Files.createDirectory(folder.resolve("secret"));
    Path key = Files.write(secret.resolve("key"), new byte[32]);
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("r-xr-xr-x"));
    String token = BearerTokens.of(key, new SecureRandom()).issue(Caller.user("ada"), PULL, now);
    assertTrue(new BearerTokens(new byte[32]).read(token).isPresent());
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void an_api_token_acts_as_its_user_until_it_expires_or_is_revoked() throws Exception {
    String text = make(now.plusSeconds(60));
    Authenticator authenticator = authenticator();
    Caller expected = Caller.user("ci").within(PULL);
    assertEquals(expected, authenticator.caller(bearer(text), "a"));
    assertEquals(expected, authenticator.caller(basic("whoever", text), "a"));
    String kept = Files.readString(folder.resolve("tokens.json"));
    assertFalse(kept.contains(text.substring(text.lastIndexOf('_') + 1)), kept);
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(folder.resolve("tokens.json"))));
    String other = text.substring(0, text.length() - 1) + (text.endsWith("A") ? "B" : "A");
    assertThrows(SignInException.class, () -> authenticator.caller(bearer(other), "b"));
    now = now.plusSeconds(60);
    assertThrows(SignInException.class, () -> authenticator.caller(bearer(text), "c"));
    String second = make(now.plusSeconds(60));
    assertEquals(expected, authenticator.caller(bearer(second), "a"));
    ApiTokens.change(folder.resolve("tokens.json"), all -> all.without(second.substring(4, 16)));
    assertThrows(SignInException.class, () -> authenticator.caller(bearer(second), "d"));
  }

  @Test
  void a_bearer_token_says_who_and_what_for_until_it_ends() throws Exception {
    users(ADA);
    Authenticator authenticator = authenticator();
    String token = authenticator.issue(Caller.user("ada"), PULL);
    assertEquals(Caller.user("ada").within(PULL), authenticator.caller(bearer(token), "a"));
    // Another server process with the same key takes it too.
    assertEquals(Caller.user("ada").within(PULL), authenticator().caller(bearer(token), "a"));
    String anonymous = authenticator.issue(Caller.ANONYMOUS, List.of());
    assertTrue(authenticator.caller(bearer(anonymous), "a").isAnonymous());
    now = now.plus(BearerTokens.LIFETIME);
    assertThrows(SignInException.class, () -> authenticator.caller(bearer(token), "a"));
  }

  @Test
  void a_bearer_token_that_was_altered_anywhere_is_none() throws Exception {
    users(ADA);
    Authenticator authenticator = authenticator();
    String token = authenticator.issue(Caller.user("ada"), PULL);
    String other = new BearerTokens(new byte[32]).issue(Caller.user("ada"), PULL, now);
    assertNotEquals(token, other);
    assertThrows(SignInException.class, () -> authenticator.caller(bearer(other), "a"));
    for (int i = 4; i < token.length(); i++) {
      // The last digit of each part has bits that say nothing.
      if (i == token.length() - 1 || token.charAt(i + 1) == '.') {
        continue;
      }
      String altered =
          token.substring(0, i) + (token.charAt(i) == 'A' ? 'B' : 'A') + token.substring(i + 1);
      assertThrows(
          SignInException.class, () -> authenticator.caller(bearer(altered), "a"), altered);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ada:secret",
        "ada:$apr1$abcdefgh$abcdefghijklmnopqrstu.",
        "ada:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=",
        "ada",
        ":x",
        "anonymous:x",
        "ada:$2y$05$short",
        "ada:$2y$31$abcdefghijklmnopqrstuuQ1yJz0mJ1dYxJ9nX0mT3cG2mLkqK5vS",
      })
  void a_password_file_with_anything_but_bcrypt_is_refused_with_its_line(String line)
      throws Exception {
    Path file = users("# first", line);
    Failure failure = assertThrows(Failure.class, () -> PasswordFile.read(file));
    assertEquals(ExitCode.USAGE, failure.code());
    assertTrue(String.valueOf(failure.getMessage()).contains(file + ":2: "), failure.getMessage());
    assertFalse(String.valueOf(failure.getMessage()).contains("secret"), failure.getMessage());
  }

  @Test
  void a_name_that_stands_twice_is_refused() throws Exception {
    Path file = users(ADA, ADA);
    assertThrows(Failure.class, () -> PasswordFile.read(file));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"schema\":2,\"tokens\":[]}",
        "{\"schema\":1,\"tokens\":[{}]}",
        "{\"schema\":1,\"tokens\":[],\"more\":1}",
      })
  void a_malformed_token_file_is_refused(String json) throws Exception {
    Path file = Files.writeString(folder.resolve("tokens.json"), json);
    assertThrows(Failure.class, () -> ApiTokens.read(file));
  }

  @Test
  void a_file_that_is_gone_or_malformed_counts_no_more() throws Exception {
    users(ADA);
    ChangingFile<PasswordFile> file =
        new ChangingFile<>(folder.resolve("users"), PasswordFile::read, Duration.ZERO);
    assertTrue(file.get().has("ada"));
    users("nonsense");
    assertThrows(Failure.class, file::get);
    Files.delete(folder.resolve("users"));
    assertThrows(Failure.class, file::get);
    users(ADA);
    assertTrue(file.get().has("ada"));
  }

  @Test
  void a_file_that_changes_twice_in_a_moment_is_read_twice() throws Exception {
    Path path = Files.writeString(folder.resolve("file"), "0");
    ChangingFile<String> file = new ChangingFile<>(path, AuthenticatorTest::text, Duration.ZERO);
    for (int i = 0; i < 200; i++) {
      String text = String.valueOf(i % 10);
      Files.writeString(path, text);
      assertEquals(text, file.get());
    }
  }

  @Test
  void a_token_holds_from_the_moment_it_is_made_however_seldom_the_file_is_looked_at()
      throws Exception {
    Path file = folder.resolve("tokens.json");
    ApiTokens.change(file, there -> there);
    Authenticator authenticator =
        new Authenticator(
            Optional::empty,
            new ChangingFile<>(file, ApiTokens::read, Duration.ofHours(1)),
            BearerTokens.of(folder.resolve("token.key"), new SecureRandom()),
            clock,
            nanos::get);
    authenticator.requireReadable();
    String token = make(now.plusSeconds(60));
    assertEquals("ci", authenticator.caller(bearer(token), "a").name());
    String other = ApiToken.make("ci", PULL, now, now, "", new SecureRandom()).text();
    for (int i = 0; i < 10; i++) {
      assertFalse(refused(authenticator, other).isTooMany());
    }
    assertTrue(refused(authenticator, other).isTooMany());
    assertEquals("ci", authenticator.caller(bearer(token), "a").name());
  }

  private static SignInException refused(Authenticator authenticator, String token) {
    return assertThrows(SignInException.class, () -> authenticator.caller(bearer(token), "a"));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void a_rate_is_so_many_a_second_and_twice_that_after_a_pause() {
    RateLimit rate = new RateLimit(5);
    int taken = 0;
    for (int i = 0; i < 100; i++) {
      taken += rate.take("ci", 1) ? 1 : 0;
    }
    assertEquals(10, taken);
    assertTrue(rate.take("other", 1));
    assertTrue(rate.take("ci", 1 + 200_000_000L));
    assertFalse(rate.take("ci", 1 + 200_000_000L));
    assertTrue(new RateLimit(0).take("ci", 1));
  }
}
