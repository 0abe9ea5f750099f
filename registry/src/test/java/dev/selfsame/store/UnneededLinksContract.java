package dev.selfsame.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.scenes.HandClock;
import dev.selfsame.store.Repositories.Unneeded;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of repositories knows of what is needed in them, and by whom it was wanted. */
public abstract class UnneededLinksContract {
  protected static final RepositoryName APP = new RepositoryName("staging/app");
  private static final RepositoryName OTHER = new RepositoryName("staging/other");
  private static final TagName LATEST = new TagName("latest");
  private static final Duration HOUR = Duration.ofHours(1);

  protected final HandClock clock = new HandClock();
  protected Repositories repositories;

  /** An empty store, which knows the time by this clock. */
  protected abstract Repositories open(Clock clock);

  @BeforeEach
  void openFirst() {
    repositories = open(clock);
  }

  @AfterEach
  void close() {
    repositories.close();
  }

  protected static Digest blob(String content) {
    return Digest.sha256(content.getBytes(StandardCharsets.UTF_8));
  }

  /** A manifest that needs these. */
  protected static StoredManifest image(Digest... blobs) {
    return manifest("layers", blobs);
  }

  private static StoredManifest manifest(String field, Digest... needed) {
    String list =
        Stream.of(needed)
            .map(digest -> "{\"mediaType\":\"x/y\",\"digest\":\"%s\"}".formatted(digest))
            .collect(Collectors.joining(","));
    byte[] bytes = "{\"%s\":[%s]}".formatted(field, list).getBytes(StandardCharsets.UTF_8);
    return new StoredManifest(Digest.sha256(bytes), "application/x", bytes, null, null, "{}");
  }

  /** What nobody has wanted for an hour. */
  private List<Unneeded> unneeded() {
    return repositories.unneeded(APP, hourAgo(), null, 100);
  }

  private Instant hourAgo() {
    return clock.instant().minus(HOUR);
  }

  private void wait(int minutes) {
    clock.advance(Duration.ofMinutes(minutes));
  }

  @Test
  void a_blob_that_no_manifest_needs_is_unneeded_once_nobody_has_wanted_it_for_a_while() {
    repositories.link(APP, blob("a"));
    Instant wanted = clock.instant();
    wait(60);
    assertEquals(List.of(), unneeded());
    wait(1);
    assertEquals(List.of(new Unneeded(APP, blob("a"), wanted)), unneeded());
    assertEquals(List.of(), repositories.unneeded(OTHER, hourAgo(), null, 100));
  }

  @Test
  void what_a_manifest_needs_is_needed_in_its_own_repository_alone() {
    repositories.link(APP, blob("a"));
    repositories.link(OTHER, blob("a"));
    assertEquals(Optional.empty(), repositories.put(OTHER, image(blob("a")), List.of()));
    wait(100);
    assertEquals(1, unneeded().size());
    assertEquals(List.of(), repositories.unneeded(OTHER, hourAgo(), null, 100));
    assertEquals(2, repositories.links(blob("a")));
    assertEquals(0, repositories.links(blob("b")));
  }

  @Test
  void a_manifest_without_a_tag_needs_its_blobs_still() {
    repositories.link(APP, blob("a"));
    repositories.put(APP, image(blob("a")), List.of(LATEST));
    assertTrue(repositories.delete(APP, LATEST));
    wait(100);
    assertEquals(List.of(), unneeded());
  }

  @Test
  void what_a_manifest_needed_was_wanted_until_the_manifest_went() {
    repositories.link(APP, blob("a"));
    repositories.put(APP, image(blob("a")), List.of());
    wait(100);
    assertTrue(repositories.delete(APP, image(blob("a")).digest()));
    Instant gone = clock.instant();
    wait(59);
    assertEquals(List.of(), unneeded());
    wait(2);
    assertEquals(List.of(new Unneeded(APP, blob("a"), gone)), unneeded());
  }

  @Test
  void a_blob_that_two_manifests_need_is_needed_until_both_have_gone() {
    repositories.link(APP, blob("a"));
    repositories.link(APP, blob("b"));
    StoredManifest one = image(blob("a"));
    StoredManifest two = image(blob("a"), blob("b"));
    repositories.put(APP, one, List.of());
    repositories.put(APP, two, List.of());
    repositories.delete(APP, two.digest());
    wait(100);
    assertEquals(List.of(blob("b")), unneeded().stream().map(Unneeded::blob).toList());
  }

  @Test
  void whoever_asks_for_an_unneeded_blob_wants_it_but_need_not_be_noted_each_time() {
    repositories.link(APP, blob("a"));
    Instant first = clock.instant();
    wait(5);
    assertTrue(repositories.want(APP, blob("a"), Duration.ofMinutes(10)));
    wait(100);
    assertEquals(first, unneeded().getFirst().wanted());
    assertTrue(repositories.want(APP, blob("a"), Duration.ofMinutes(10)));
    assertEquals(List.of(), unneeded());
    assertFalse(repositories.want(APP, blob("b"), Duration.ZERO));
    assertFalse(repositories.want(OTHER, blob("a"), Duration.ZERO));
  }

  @Test
  void linking_again_is_wanting() {
    repositories.link(APP, blob("a"));
    wait(100);
    repositories.link(APP, blob("a"));
    assertEquals(List.of(), unneeded());
  }

  @Test
  void what_was_found_unneeded_is_looked_at_again_before_it_goes() {
    for (String content : List.of("needed", "wanted", "pushed", "gone", "deleted")) {
      repositories.link(APP, blob(content));
    }
    wait(100);
    List<Unneeded> found = unneeded();
    assertEquals(5, found.size());
    Instant before = hourAgo();
    repositories.put(APP, image(blob("needed")), List.of());
    repositories.want(APP, blob("wanted"), Duration.ZERO);
    repositories.link(APP, blob("pushed"));
    repositories.unlink(APP, blob("deleted"));
    assertEquals(
        List.of(blob("gone")),
        repositories.unlink(found, before).stream().map(Unneeded::blob).toList());
    assertFalse(repositories.linked(APP, blob("gone")));
    assertTrue(repositories.linked(APP, blob("needed")));
    assertTrue(repositories.linked(APP, blob("wanted")));
    assertTrue(repositories.linked(APP, blob("pushed")));
    assertEquals(List.of(), repositories.unlink(found, before));
  }

  @Test
  void a_manifest_is_refused_whose_blob_was_taken_away() {
    repositories.link(APP, blob("a"));
    wait(100);
    repositories.unlink(unneeded(), hourAgo());
    assertEquals(Optional.of(blob("a")), repositories.put(APP, image(blob("a")), List.of(LATEST)));
    assertEquals(List.of(), repositories.tags(APP, null, 10));
    assertEquals(Optional.empty(), repositories.manifest(APP, image(blob("a")).digest()));
    repositories.link(APP, blob("a"));
    assertEquals(Optional.empty(), repositories.put(APP, image(blob("a")), List.of(LATEST)));
  }

  @Test
  void an_index_is_refused_whose_manifest_is_not_there() {
    StoredManifest child = image();
    StoredManifest index = manifest("manifests", child.digest());
    assertEquals(Optional.of(child.digest()), repositories.put(APP, index, List.of()));
    repositories.put(APP, child, List.of());
    assertEquals(Optional.empty(), repositories.put(APP, index, List.of()));
  }

  @Test
  void what_is_unneeded_comes_by_pages() {
    for (int i = 0; i < 7; i++) {
      repositories.link(APP, blob("blob " + i));
    }
    wait(100);
    List<Unneeded> first = repositories.unneeded(APP, hourAgo(), null, 3);
    assertEquals(3, first.size());
    List<Unneeded> rest = repositories.unneeded(APP, hourAgo(), first.getLast().blob(), 100);
    assertEquals(unneeded(), Stream.concat(first.stream(), rest.stream()).toList());
  }

  @Test
  void nobody_keeps_a_blob_while_it_is_removed_and_many_may_keep_it_at_once() throws Exception {
    CountDownLatch inside = new CountDownLatch(2);
    CountDownLatch removed = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    Runnable keeper =
        () ->
            repositories.keeping(
                blob("a"),
                () -> {
                  inside.countDown();
                  return await(end);
                });
    Thread one = Thread.ofPlatform().start(keeper);
    Thread two = Thread.ofPlatform().start(keeper);
    assertTrue(inside.await(20, TimeUnit.SECONDS), "two keep it at once");
    Thread collector =
        Thread.ofPlatform()
            .start(() ->
                repositories.removing(
                    blob("a"),
                    () -> {
                      removed.countDown();
                      return true;
                    }));
    assertFalse(removed.await(200, TimeUnit.MILLISECONDS), "removed under the keepers' hands");
    end.countDown();
    assertTrue(removed.await(20, TimeUnit.SECONDS));
    for (Thread thread : List.of(one, two, collector)) {
      thread.join();
    }
  }

  @Test
  void a_blob_that_somebody_keeps_is_left_by_whoever_is_waited_for() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    Thread keeper =
        Thread.ofPlatform()
            .start(() ->
                repositories.keeping(
                    blob("a"),
                    () -> {
                      inside.countDown();
                      return await(end);
                    }));
    assertTrue(inside.await(20, TimeUnit.SECONDS));
    assertEquals(Optional.empty(), repositories.removingSoon(blob("a"), () -> "removed"));
    end.countDown();
    keeper.join();
    assertEquals(Optional.of("removed"), repositories.removingSoon(blob("a"), () -> "removed"));
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
