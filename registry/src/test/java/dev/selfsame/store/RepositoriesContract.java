package dev.selfsame.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.digest.RunningDigest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every adapter of {@link Repositories} does. */
public interface RepositoriesContract {
  RepositoryName APP = new RepositoryName("staging/app");
  RepositoryName OTHER = new RepositoryName("staging/other");
  TagName LATEST = new TagName("latest");
  int MANY = 8;

  /** Those of this test, opened once; empty at first. */
  Repositories repositories();

  /** The same after they were closed and opened again. */
  Repositories reopened();

  static Digest blob(int number) {
    return Digest.sha256(new byte[] {(byte) number, (byte) (number >> 8)});
  }

  static StoredManifest manifest(String content) {
    return referring(content, null, null);
  }

  static StoredManifest referring(
      String content, @Nullable Digest subject, @Nullable String artifactType) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    String descriptor = "{\"a\":\"" + content + "\"}";
    return new StoredManifest(
        Digest.sha256(bytes), "application/x", bytes, subject, artifactType, descriptor);
  }

  static void assertSame(StoredManifest expected, Optional<StoredManifest> found) {
    StoredManifest there = found.orElseThrow();
    assertEquals(expected.digest(), there.digest());
    assertEquals(expected.mediaType(), there.mediaType());
    assertArrayEquals(expected.bytes(), there.bytes());
    assertEquals(expected.subject(), there.subject());
    assertEquals(expected.artifactType(), there.artifactType());
    assertEquals(expected.descriptor(), there.descriptor());
  }

  static List<TagName> tags(String... names) {
    return List.of(names).stream().map(TagName::new).toList();
  }

  @Test
  default void at_first_nothing_is_there() {
    Repositories rows = repositories();
    assertFalse(rows.exists(APP));
    assertEquals(List.of(), rows.names(null, 10));
    assertEquals(List.of(), rows.tags(APP, null, 10));
    assertEquals(Optional.empty(), rows.manifest(APP, LATEST));
    assertEquals(Optional.empty(), rows.manifest(APP, blob(1)));
    assertEquals(Optional.empty(), rows.anyWith(blob(1)));
    assertFalse(rows.linked(APP, blob(1)));
    assertEquals(
        new Repositories.Referrers(List.of(), false), rows.referrers(APP, blob(1), null, null, 10));
  }

  @Test
  default void a_blob_is_readable_where_it_was_linked_until_it_is_taken_out() {
    Repositories rows = repositories();
    rows.link(APP, blob(1));
    rows.link(APP, blob(1));
    assertTrue(rows.exists(APP));
    assertTrue(rows.linked(APP, blob(1)));
    assertFalse(rows.linked(OTHER, blob(1)));
    assertEquals(Optional.of(APP), rows.anyWith(blob(1)));
    rows.link(OTHER, blob(1));
    assertTrue(rows.unlink(APP, blob(1)));
    assertFalse(rows.unlink(APP, blob(1)));
    assertFalse(rows.linked(APP, blob(1)));
    assertEquals(Optional.of(OTHER), rows.anyWith(blob(1)));
  }

  @Test
  default void a_manifest_comes_back_as_it_was_put() {
    Repositories rows = repositories();
    StoredManifest plain = manifest("plain");
    StoredManifest referring = referring("ünïcode \uD83D\uDE00", blob(7), "type/\u0000ü");
    rows.put(APP, plain, List.of());
    rows.put(APP, referring, List.of(LATEST));
    assertSame(plain, rows.manifest(APP, plain.digest()));
    assertSame(referring, rows.manifest(APP, referring.digest()));
    assertSame(referring, rows.manifest(APP, LATEST));
    assertEquals(Optional.empty(), rows.manifest(OTHER, plain.digest()));
    assertEquals(Optional.empty(), rows.manifest(OTHER, LATEST));
  }

  @Test
  default void a_manifest_of_four_megabytes_with_a_long_digest_is_kept() {
    byte[] bytes = new byte[4 << 20];
    new java.util.Random(1).nextBytes(bytes);
    RunningDigest hash = new RunningDigest(Digest.Algorithm.SHA512);
    hash.update(bytes, 0, bytes.length);
    StoredManifest large =
        new StoredManifest(hash.digest(), "application/x", bytes, null, null, "{}");
    repositories().put(APP, large, List.of(LATEST));
    assertSame(large, repositories().manifest(APP, LATEST));
    assertSame(large, reopened().manifest(APP, large.digest()));
  }

  @Test
  default void a_tag_points_to_what_was_put_last() {
    Repositories rows = repositories();
    rows.put(APP, manifest("one"), tags("1", "latest", "1"));
    for (int i = 0; i < 3; i++) { // What is asked for again may be kept.
      assertSame(manifest("one"), rows.manifest(APP, LATEST));
    }
    rows.put(APP, manifest("two"), tags("2", "latest"));
    rows.put(APP, manifest("two"), tags("2"));
    assertSame(manifest("one"), rows.manifest(APP, new TagName("1")));
    assertSame(manifest("two"), rows.manifest(APP, LATEST));
    assertSame(manifest("one"), rows.manifest(APP, manifest("one").digest()));
    assertEquals(tags("1", "2", "latest"), rows.tags(APP, null, 10));
  }

  @Test
  default void a_tag_that_is_removed_leaves_its_manifest() {
    Repositories rows = repositories();
    rows.put(APP, manifest("one"), tags("1", "latest"));
    assertTrue(rows.delete(APP, LATEST));
    assertFalse(rows.delete(APP, LATEST));
    assertFalse(rows.delete(OTHER, new TagName("1")));
    assertEquals(Optional.empty(), rows.manifest(APP, LATEST));
    assertSame(manifest("one"), rows.manifest(APP, new TagName("1")));
  }

  @Test
  default void a_manifest_that_is_removed_takes_its_tags_with_it() {
    Repositories rows = repositories();
    rows.put(APP, manifest("one"), tags("1", "latest"));
    rows.put(APP, manifest("two"), tags("2"));
    rows.put(OTHER, manifest("one"), tags("1"));
    for (int i = 0; i < 3; i++) {
      assertSame(manifest("one"), rows.manifest(APP, LATEST));
      assertSame(manifest("one"), rows.manifest(APP, manifest("one").digest()));
    }
    assertTrue(rows.delete(APP, manifest("one").digest()));
    assertFalse(rows.delete(APP, manifest("one").digest()));
    assertEquals(Optional.empty(), rows.manifest(APP, LATEST));
    assertEquals(Optional.empty(), rows.manifest(APP, manifest("one").digest()));
    assertEquals(tags("2"), rows.tags(APP, null, 10));
    assertSame(manifest("one"), rows.manifest(OTHER, new TagName("1")));
    assertTrue(rows.exists(APP));
  }

  @Test
  default void tags_are_sorted_by_their_bytes_and_come_in_pages() {
    Repositories rows = repositories();
    rows.put(APP, manifest("one"), tags("b", "_x", "B", "a-1", "a.1", "10", "9", "Z"));
    List<TagName> sorted = tags("10", "9", "B", "Z", "_x", "a-1", "a.1", "b");
    assertEquals(sorted, rows.tags(APP, null, 100));
    assertEquals(sorted.subList(0, 3), rows.tags(APP, null, 3));
    assertEquals(sorted.subList(3, 6), rows.tags(APP, "B", 3));
    assertEquals(sorted.subList(3, 8), rows.tags(APP, "C not there", 100));
    assertEquals(sorted.subList(7, 8), rows.tags(APP, "a.1\u0000", 100));
    assertEquals(List.of(), rows.tags(APP, "b", 100));
    assertEquals(List.of(), rows.tags(APP, "\uD83D\uDE00", 100));
  }

  @Test
  default void repositories_are_sorted_and_come_in_pages() {
    Repositories rows = repositories();
    List<RepositoryName> sorted =
        List.of("a", "a-b", "a/b", "a0", "b").stream().map(RepositoryName::new).toList();
    sorted.reversed().forEach(name -> rows.link(name, blob(1)));
    assertEquals(sorted, rows.names(null, 100));
    assertEquals(sorted.subList(1, 3), rows.names("a", 2));
    assertEquals(List.of(), rows.names("b", 2));
  }

  @Test
  default void referrers_come_by_digest_by_type_and_in_pages() {
    Repositories rows = repositories();
    Digest subject = manifest("subject").digest();
    List<Repositories.Referrer> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      StoredManifest one = referring("r" + i, subject, i % 2 == 0 ? "even" : "odd\u0000");
      rows.put(APP, one, List.of());
      all.add(new Repositories.Referrer(one.digest(), one.descriptor()));
    }
    rows.put(APP, referring("of another", blob(3), "even"), List.of());
    all.sort(java.util.Comparator.comparing(Repositories.Referrer::digest));
    assertEquals(
        new Repositories.Referrers(all, false), rows.referrers(APP, subject, null, null, 100));
    assertEquals(
        new Repositories.Referrers(all, false), rows.referrers(APP, subject, null, null, 20));
    assertEquals(
        new Repositories.Referrers(all.subList(0, 19), true),
        rows.referrers(APP, subject, null, null, 19));
    assertEquals(
        new Repositories.Referrers(all.subList(5, 10), true),
        rows.referrers(APP, subject, null, all.get(4).digest(), 5));
    assertEquals(10, rows.referrers(APP, subject, "even", null, 100).referrers().size());
    assertEquals(10, rows.referrers(APP, subject, "odd\u0000", null, 100).referrers().size());
    assertEquals(0, rows.referrers(APP, subject, "odd", null, 100).referrers().size());
    assertEquals(0, rows.referrers(OTHER, subject, null, null, 100).referrers().size());
  }

  @Test
  default void a_list_of_referrers_that_was_read_before_shows_what_came_and_went_since() {
    Repositories rows = repositories();
    Digest subject = manifest("subject").digest();
    List<StoredManifest> known = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      known.add(referring("r" + i, subject, "type"));
      rows.put(APP, known.getLast(), List.of());
      for (int again = 0; again < 2; again++) {
        assertEquals(
            known.size(), rows.referrers(APP, subject, "type", null, 9).referrers().size());
      }
    }
    for (StoredManifest gone : known) {
      assertTrue(rows.delete(APP, gone.digest()));
      assertTrue(
          rows.referrers(APP, subject, "type", null, 9).referrers().stream()
              .noneMatch(one -> one.digest().equals(gone.digest())));
    }
  }

  @Test
  default void referrers_that_are_large_together_come_in_more_pages() {
    Repositories rows = repositories();
    Digest subject = manifest("subject").digest();
    String large = "x".repeat(3 << 20);
    for (int i = 0; i < 3; i++) {
      rows.put(APP, referring(i + large, subject, null), List.of());
    }
    Set<Digest> seen = new TreeSet<>();
    @Nullable Digest after = null;
    int pages = 0;
    for (boolean more = true; more; pages++) {
      Repositories.Referrers page = rows.referrers(APP, subject, null, after, 100);
      page.referrers().forEach(one -> assertTrue(seen.add(one.digest())));
      after = page.referrers().getLast().digest();
      more = page.more();
    }
    assertEquals(3, seen.size());
    assertEquals(2, pages);
  }

  @Test
  default void all_is_there_when_they_are_opened_again() {
    Repositories rows = repositories();
    rows.link(APP, blob(1));
    rows.put(APP, manifest("one"), tags("1", "latest"));
    rows.put(APP, manifest("two"), tags("latest"));
    rows.delete(APP, new TagName("1"));
    Repositories again = reopened();
    assertTrue(again.linked(APP, blob(1)));
    assertEquals(tags("latest"), again.tags(APP, null, 10));
    assertSame(manifest("two"), again.manifest(APP, LATEST));
    assertSame(manifest("one"), again.manifest(APP, manifest("one").digest()));
  }

  @Test
  default void what_many_write_at_once_is_all_there() throws Exception {
    Repositories rows = repositories();
    List<Callable<Boolean>> writers = new ArrayList<>();
    for (int i = 0; i < MANY * 5; i++) {
      int number = i;
      writers.add(() -> {
        rows.link(APP, blob(number));
        rows.put(APP, manifest("m" + number), tags("t" + number, "latest"));
        return rows.manifest(APP, new TagName("t" + number)).isPresent();
      });
    }
    try (ExecutorService many = Executors.newFixedThreadPool(MANY)) {
      for (Future<Boolean> one : many.invokeAll(writers)) {
        assertTrue(one.get());
      }
    }
    assertEquals(MANY * 5 + 1, rows.tags(APP, null, 1000).size());
    for (int i = 0; i < MANY * 5; i++) {
      assertTrue(rows.linked(APP, blob(i)));
      assertSame(manifest("m" + i), rows.manifest(APP, new TagName("t" + i)));
    }
    assertTrue(rows.manifest(APP, LATEST).isPresent());
  }

  @Test
  default void somebody_is_told_of_many_who_remove_the_same() throws Exception {
    Repositories rows = repositories();
    try (ExecutorService many = Executors.newFixedThreadPool(MANY)) {
      for (int round = 0; round < 5; round++) {
        rows.put(APP, manifest("one"), tags("latest"));
        int told = 0;
        Callable<Boolean> remover = () -> rows.delete(APP, LATEST);
        for (Future<Boolean> one : many.invokeAll(Collections.nCopies(MANY, remover))) {
          told += one.get() ? 1 : 0;
        }
        assertTrue(told >= 1, "nobody was told");
        assertEquals(Optional.empty(), rows.manifest(APP, LATEST));
      }
    }
  }

  @Test
  default void who_reads_while_a_tag_moves_sees_one_or_the_other() throws Exception {
    Repositories rows = repositories();
    List<StoredManifest> both = List.of(manifest("one"), manifest("two"));
    rows.put(APP, both.get(0), tags("latest"));
    try (ExecutorService many = Executors.newFixedThreadPool(MANY)) {
      Future<?> writer =
          many.submit(() ->
              IntStream.range(0, 50).forEach(i -> rows.put(APP, both.get(i % 2), tags("latest"))));
      while (!writer.isDone()) {
        StoredManifest seen = rows.manifest(APP, LATEST).orElseThrow();
        assertTrue(both.stream().anyMatch(one -> one.digest().equals(seen.digest())));
      }
      writer.get();
    }
    assertSame(both.get(1), rows.manifest(APP, LATEST));
  }

  @Test
  default void who_reads_while_another_removes_is_answered() throws Exception {
    Repositories rows = repositories();
    StoredManifest coming = referring("coming", manifest("subject").digest(), "type");
    try (ExecutorService many = Executors.newFixedThreadPool(MANY)) {
      Future<?> writer =
          many.submit(() -> {
            for (int i = 0; i < 100; i++) {
              rows.link(APP, blob(1));
              rows.put(APP, coming, tags("latest"));
              rows.delete(APP, coming.digest());
              rows.unlink(APP, blob(1));
            }
          });
      Callable<Integer> reader =
          () -> {
            int reads = 0;
            do {
              assertTrue(rows.anyWith(blob(1)).stream().allMatch(APP::equals));
              assertTrue(tags("latest").containsAll(rows.tags(APP, null, 9)));
              rows.manifest(APP, LATEST).ifPresent(one -> assertSame(coming, Optional.of(one)));
              rows
                  .referrers(APP, manifest("subject").digest(), "type", null, 9)
                  .referrers()
                  .stream()
                  .forEach(one -> assertEquals(coming.digest(), one.digest()));
              reads++;
            } while (!writer.isDone());
            return reads;
          };
      List<Future<Integer>> readers = many.invokeAll(Collections.nCopies(3, reader));
      writer.get();
      for (Future<Integer> one : readers) {
        assertTrue(one.get() > 0);
      }
    }
    assertEquals(Optional.empty(), rows.anyWith(blob(1)));
  }
}
