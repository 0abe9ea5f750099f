package dev.selfsame.build.crates;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BuildRecord.Crate;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.fetch.GuardedProxy;
import dev.selfsame.pins.fetch.Proxies;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrateFetchTest {
  private final SparseRegistry registry = new SparseRegistry();
  @TempDir private Path temporary;

  @AfterEach
  void stop() {
    registry.close();
  }

  private Path cache() {
    return temporary.resolve("cache");
  }

  private List<LocalRegistry.Provided> provide(Crate... crates) throws InterruptedException {
    return provide(registry.index(), crates);
  }

  private List<LocalRegistry.Provided> provide(URI index, Crate... crates)
      throws InterruptedException {
    try (CrateOrigin origin = new CrateOrigin(index, Proxies.NONE, Duration.ofMillis(1))) {
      return new CrateFetch(cache(), origin, Progress.SILENT).provide(List.of(crates));
    }
  }

  private List<String> cached() throws IOException {
    try (Stream<Path> files = Files.list(cache())) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  private Crate published(String name, String version) throws Exception {
    try (CrateOrigin origin =
        new CrateOrigin(registry.index(), Proxies.NONE, Duration.ofMillis(1))) {
      return origin.published(name, version);
    }
  }

  @Test
  void a_release_has_the_checksum_that_the_index_says() throws Exception {
    registry.addLibrary("alpha", "1.0.0", "pub fn a() {}");
    Crate second = registry.addLibrary("alpha", "1.0.1", "pub fn a() -> u8 { 1 }");
    assertEquals(second, published("alpha", "1.0.1"));
  }

  @Test
  void a_release_that_the_index_does_not_have_is_told() {
    registry.addLibrary("alpha", "1.0.0", "pub fn a() {}");
    Failure failure = assertThrows(Failure.class, () -> published("alpha", "1.0"));
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertEquals("the index has no alpha 1.0", failure.getMessage());
    Failure other = assertThrows(Failure.class, () -> published("beta", "1.0.0"));
    assertEquals(ExitCode.UNDECIDED, other.code());
  }

  @Test
  void crates_are_fetched_once_and_kept_by_digest() throws Exception {
    Crate a = registry.addLibrary("alpha", "1.0.0", "pub fn a() {}");
    Crate b = registry.addLibrary("b", "0.1.0+meta", "pub fn b() {}");
    provide(a, b);
    int requests = registry.asked().size();
    List<LocalRegistry.Provided> again = provide(a, b);

    assertEquals(3, requests, registry.asked().toString());
    assertEquals(requests, registry.asked().size());
    assertEquals(List.of(a, b), again.stream().map(LocalRegistry.Provided::crate).toList());
    for (LocalRegistry.Provided provided : again) {
      assertEquals(provided.crate().checksum(), Digest.sha256(provided.file()));
    }
  }

  @Test
  void altered_bytes_are_bad_evidence_and_never_enter_the_cache() throws Exception {
    Crate good = registry.addLibrary("good", "1.0.0", "");
    Crate bad = registry.addLibrary("bad", "1.0.0", "");
    registry.alter(bad);

    Failure failure = assertThrows(Failure.class, () -> provide(good, bad));
    assertEquals(ExitCode.BAD_EVIDENCE, failure.code());
    assertTrue(failure.getMessage().startsWith("crate bad 1.0.0 has SHA-256 "));
    assertTrue(failure.getMessage().endsWith("Cargo.lock says " + bad.checksum().hex()));
    assertFalse(cached().contains(bad.checksum().hex() + ".crate"));
    assertTrue(cached().stream().noneMatch(name -> name.endsWith(".tmp")), cached().toString());
  }

  @Test
  void wrong_bytes_in_the_cache_are_replaced() throws Exception {
    Crate crate = registry.addLibrary("alpha", "1.0.0", "");
    Path file = provide(crate).getFirst().file();
    Files.writeString(file, "not a crate");

    assertEquals(crate.checksum(), Digest.sha256(provide(crate).getFirst().file()));
  }

  @Test
  void a_registry_that_stumbles_is_asked_again() throws Exception {
    Crate crate = registry.addLibrary("alpha", "1.0.0", "");
    registry.fail(crate, 2);

    assertEquals(crate.checksum(), Digest.sha256(provide(crate).getFirst().file()));
  }

  @Test
  void a_registry_that_lacks_a_crate_or_keeps_failing_leaves_the_question_open() {
    Crate lacking = new Crate("lacking", "1.0.0", Digest.sha256(new byte[1]));
    Crate failing = registry.addLibrary("failing", "1.0.0", "");
    registry.fail(failing, 100);

    Failure absent = assertThrows(Failure.class, () -> provide(lacking));
    assertEquals(ExitCode.UNDECIDED, absent.code());
    assertTrue(absent.getMessage().endsWith("127.0.0.1: HTTP 404"), absent.getMessage());
    Failure down = assertThrows(Failure.class, () -> provide(failing));
    assertTrue(down.getMessage().endsWith("HTTP 503"), down.getMessage());
  }

  @Test
  void no_registry_at_all_leaves_the_question_open() {
    Crate crate = registry.addLibrary("alpha", "1.0.0", "");
    URI index = registry.index();
    registry.close();

    assertEquals(
        ExitCode.UNDECIDED, assertThrows(Failure.class, () -> provide(index, crate)).code());
  }

  @Test
  void the_address_for_downloads_is_the_registrys_own_template() throws Exception {
    Crate crate = registry.addLibrary("Alpha", "1.0.0", "");
    registry.config("{\"dl\": \"BASE/dl/{crate}/{version}/download\"}");

    assertEquals(1, provide(crate).size());
    assertEquals(
        "/Al/ph/al/ph/Alpha/1.0.0+x/" + crate.checksum().hex(),
        CrateOrigin.expand(
                "/{prefix}/{lowerprefix}/{crate}/{version}/{sha256-checksum}",
                new Crate("Alpha", "1.0.0+x", crate.checksum()))
            .replace("%2B", "+"));
  }

  @Test
  void a_registry_that_wants_a_token_is_named() {
    Crate crate = registry.addLibrary("alpha", "1.0.0", "");
    registry.config("{\"dl\": \"BASE/dl\", \"auth-required\": true}");

    assertTrue(
        assertThrows(Failure.class, () -> provide(crate)).getMessage().endsWith("wants a token"));
  }

  @Test
  void an_interrupt_ends_the_fetch() throws Exception {
    Crate crate = registry.addLibrary("alpha", "1.0.0", "");
    Thread.currentThread().interrupt();

    assertThrows(InterruptedException.class, () -> provide(crate));
    assertFalse(Thread.interrupted());
  }

  @Test
  void a_failure_waits_for_the_other_downloads_and_leaves_none_half_done() throws Exception {
    Crate bad = registry.addLibrary("bad", "1.0.0", "");
    registry.alter(bad);
    Crate slow = registry.addLibrary("slow", "1.0.0", "");
    // What is wrong comes only once the other has begun.
    registry.answerAfter(registry.hold(slow), bad);

    Failure failure = assertThrows(Failure.class, () -> provide(bad, slow));
    assertEquals(ExitCode.BAD_EVIDENCE, failure.code());
    assertTrue(cached().stream().noneMatch(name -> name.endsWith(".tmp")), cached().toString());
  }

  @Test
  void what_a_killed_process_has_left_goes_after_a_day() throws Exception {
    Files.createDirectories(cache());
    Instant now = Instant.now();
    for (String name : List.of(".fetch-1.tmp", ".line-1.tmp", ".fetch-2.tmp", "other")) {
      Files.writeString(cache().resolve(name), "half");
      int hours = name.equals(".fetch-2.tmp") ? 1 : 25;
      Files.setLastModifiedTime(
          cache().resolve(name), FileTime.from(now.minus(Duration.ofHours(hours))));
    }
    provide();

    assertEquals(List.of(".fetch-2.tmp", "other"), cached());
  }

  @Test
  void a_proxy_that_asks_for_a_password_is_told_it_and_a_wrong_one_is_not_tried_again()
      throws Exception {
    Crate crate = registry.addLibrary("alpha", "1.0.0", "");
    byte[] bytes = Files.readAllBytes(provide(crate).getFirst().file());
    try (GuardedProxy proxy = new GuardedProxy("anna:secret", 0)) {
      proxy.put(
          "http://crates.invalid/config.json",
          "{\"dl\": \"http://crates.invalid/dl\"}".getBytes(StandardCharsets.UTF_8));
      proxy.put("http://crates.invalid/dl/alpha/1.0.0/download", bytes);

      Failure refused =
          assertThrows(Failure.class, () -> through(proxy.address("anna:hunter2"), crate));
      assertEquals(ExitCode.UNDECIDED, refused.code());
      assertTrue(refused.getMessage().contains("its proxy refuses the name and password"));
      assertFalse((refused.getMessage() + refused.hint()).contains("hunter2"));
      assertEquals(1, proxy.refused().size());

      assertEquals(crate.checksum(), Digest.sha256(through(proxy.address("anna:secret"), crate)));
    }
  }

  private Path through(String proxy, Crate crate) throws InterruptedException {
    Proxies proxies = new Proxies(Map.of("http_proxy", proxy));
    URI index = URI.create("http://crates.invalid/");
    try (CrateOrigin origin = new CrateOrigin(index, proxies, Duration.ofMillis(1))) {
      return new CrateFetch(temporary.resolve("other"), origin, Progress.SILENT)
          .provide(List.of(crate))
          .getFirst()
          .file();
    }
  }
}
