package dev.selfsame.compare.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.Recipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RungCacheTest {
  private static final Digest INPUTS = Digest.sha256(new byte[] {1});

  @TempDir private Path folder;

  private RungCache at(long second) {
    Clock clock = Clock.fixed(Instant.ofEpochSecond(1_800_000_000L + second), ZoneOffset.UTC);
    return new RungCache(folder.resolve("rungs"), clock, 2_500);
  }

  private static Recipe recipe(String strip) {
    return new Recipe(
        "trixie",
        Digest.sha256(new byte[] {1}),
        "x86_64-unknown-linux-gnu",
        null,
        List.of("small"),
        "release",
        Map.of("strip", strip),
        List.of(),
        true,
        List.of(),
        Map.of(),
        Map.of(),
        1);
  }

  private void keep(long second, String strip) throws Exception {
    Path file =
        Files.write(folder.resolve("small"), strip.repeat(1_000 / strip.length()).getBytes());
    at(second).keep(INPUTS, recipe(strip), 1.5, Map.of("small", file));
    // When it was last used is the clock's, not the disk's.
    at(second).find(INPUTS, recipe(strip));
  }

  @Test
  void what_was_built_is_found_by_source_and_recipe_alone() throws Exception {
    keep(1, "none");
    RungCache.Kept kept = at(2).find(INPUTS, recipe("none")).orElseThrow();

    assertEquals(1.5, kept.seconds());
    assertTrue(Files.readString(kept.binaries().get("small")).startsWith("nonenone"));
    assertTrue(at(2).find(INPUTS, recipe("symbols")).isEmpty());
  }

  @Test
  void what_was_used_longest_ago_goes_first() throws Exception {
    keep(1, "none");
    keep(2, "symbols");
    at(3).find(INPUTS, recipe("none"));
    keep(4, "debuginfo");

    assertTrue(at(5).find(INPUTS, recipe("none")).isPresent());
    assertTrue(at(5).find(INPUTS, recipe("debuginfo")).isPresent());
    assertFalse(at(5).find(INPUTS, recipe("symbols")).isPresent());
  }

  @Test
  void two_that_keep_the_same_build_at_once_both_have_it() throws Exception {
    Path file = Files.write(folder.resolve("small"), new byte[200_000]);
    List<CompletableFuture<RungCache.Kept>> both =
        Stream.generate(() ->
                CompletableFuture.supplyAsync(() -> {
                  RungCache.Kept kept = null;
                  for (int i = 0; i < 50; i++) {
                    kept = at(i).keep(INPUTS, recipe("none"), 1, Map.of("small", file));
                  }
                  return java.util.Objects.requireNonNull(kept);
                }))
            .limit(2)
            .toList();
    for (CompletableFuture<RungCache.Kept> one : both) {
      assertEquals(1, one.get().binaries().size());
    }
    assertTrue(at(99).find(INPUTS, recipe("none")).isPresent());
  }

  @Test
  void what_is_damaged_is_not_found_and_nothing_is_left_beside() throws Exception {
    keep(1, "none");
    Path file = at(2).find(INPUTS, recipe("none")).orElseThrow().binaries().get("small");
    Files.writeString(file, "other");
    assertTrue(at(3).find(INPUTS, recipe("none")).isEmpty());

    keep(4, "none");
    Files.writeString(file.resolveSibling("rung.json"), "{");
    assertTrue(at(5).find(INPUTS, recipe("none")).isEmpty());
    keep(6, "none");
    try (Stream<Path> left = Files.list(folder.resolve("rungs"))) {
      assertEquals(1, left.count());
    }
  }

  @Test
  void what_a_killed_process_has_left_goes_after_a_day() throws Exception {
    Path left = Files.createDirectories(folder.resolve("rungs/.1-1-left"));
    Files.writeString(left.resolve("small"), "half");
    Path begun = Files.createDirectories(folder.resolve("rungs/.1-2-begun"));
    Instant now = Instant.ofEpochSecond(1_800_000_000L);
    Files.setLastModifiedTime(left, FileTime.from(now.minus(Duration.ofHours(25))));
    Files.setLastModifiedTime(begun, FileTime.from(now.minus(Duration.ofHours(1))));
    keep(0, "none");

    assertFalse(Files.exists(left));
    assertTrue(Files.exists(begun));
  }
}
