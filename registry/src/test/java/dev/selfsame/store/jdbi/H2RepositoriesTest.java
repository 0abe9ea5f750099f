package dev.selfsame.store.jdbi;

import static dev.selfsame.store.RepositoriesContract.manifest;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.scenes.Notes;
import dev.selfsame.store.Repositories;
import dev.selfsame.store.RepositoriesContract;
import dev.selfsame.store.StoredManifest;
import dev.selfsame.store.TagName;
import dev.selfsame.store.file.RegistryFolder;
import dev.selfsame.upkeep.Examined;
import dev.selfsame.upkeep.Finding;
import dev.selfsame.upkeep.Fsck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rows and the log that they are a copy of. */
final class H2RepositoriesTest implements RepositoriesContract {
  @TempDir private Path folder;
  private final Notes notes = new Notes();
  private RegistryFolder registry;
  private @Nullable H2Repositories opened;

  @BeforeEach
  void make() {
    registry = RegistryFolder.create(folder.resolve("registry"));
  }

  @AfterEach
  void end() {
    if (opened != null) {
      opened.close();
      opened = null;
    }
  }

  @Override
  public Repositories repositories() {
    H2Repositories there = opened == null ? open() : opened;
    opened = there;
    return there;
  }

  @Override
  public Repositories reopened() {
    end();
    return repositories();
  }

  private H2Repositories open() {
    return H2Repositories.open(registry.path(), registry.changes(Clock.systemUTC()), notes);
  }

  private Path rows() {
    return registry.path().resolve("repositories.mv.db");
  }

  private Path log() {
    return registry.path().resolve("repositories.log");
  }

  private void fill() {
    try (H2Repositories repositories = open()) {
      repositories.link(APP, Digest.sha256(new byte[1]));
      repositories.put(APP, manifest("one"), List.of(LATEST, new TagName("1")));
      repositories.put(APP, manifest("two"), List.of(LATEST));
      repositories.delete(APP, new TagName("1"));
    }
  }

  private void requireFilled() {
    try (H2Repositories repositories = open()) {
      assertTrue(repositories.linked(APP, Digest.sha256(new byte[1])));
      assertEquals(List.of(LATEST), repositories.tags(APP, null, 10));
      assertEquals(
          Optional.of(manifest("two").digest()),
          repositories.manifest(APP, LATEST).map(StoredManifest::digest));
      assertTrue(repositories.manifest(APP, manifest("one").digest()).isPresent());
    }
  }

  @Test
  void rows_that_are_gone_are_made_again_from_the_log() throws IOException {
    fill();
    Files.delete(rows());
    requireFilled();
  }

  @Test
  void rows_that_are_behind_catch_up() throws IOException {
    fill();
    byte[] before = Files.readAllBytes(rows());
    try (H2Repositories repositories = open()) {
      repositories.put(APP, manifest("three"), List.of(new TagName("3")));
    }
    Files.write(rows(), before);
    try (H2Repositories repositories = open()) {
      assertTrue(repositories.manifest(APP, new TagName("3")).isPresent());
    }
  }

  @Test
  void rows_that_are_ahead_of_the_log_are_made_again() throws IOException {
    fill();
    byte[] before = Files.readAllBytes(log());
    try (H2Repositories repositories = open()) {
      repositories.put(APP, manifest("three"), List.of(LATEST));
    }
    Files.write(log(), before);
    requireFilled();
    assertTrue(notes.lines.toString().contains("do not fit the log"), notes.lines.toString());
  }

  /** H2 would neither end that commit nor undo it, and wait for it for ever. */
  @Test
  void rows_that_a_kill_left_within_a_commit_are_made_again() throws Exception {
    fill();
    List<Finding> before = findings();
    HalfCommit.leave(rows(), "delete from link", "update applied set seq = seq + 1");
    assertEquals(before, findings(), "a check took them for damaged");
    assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          requireFilled();
          try (H2Repositories repositories = open()) {
            repositories.put(APP, manifest("three"), List.of(new TagName("3")));
          }
        });
    assertTrue(notes.lines.toString().contains("made again from the log"), notes.lines.toString());
  }

  /** A manifest is read from the log, and is what it was when it was pushed, or is not served. */
  @Test
  void a_manifest_that_was_altered_in_the_log_is_not_handed_out() throws IOException {
    fill();
    byte[] whole = Files.readAllBytes(log());
    try (H2Repositories repositories = open()) {
      String text = new String(whole, StandardCharsets.UTF_8);
      String bytes = Base64.getEncoder().encodeToString(manifest("two").bytes());
      String other = Base64.getEncoder().encodeToString(manifest("owt").bytes());
      List<String> altered =
          List.of(
              text.replace(bytes, other),
              text.replace("\"put\"", "\"tup\""),
              " ".repeat(5) + text,
              text.substring(0, text.length() / 2));
      for (String log : altered) {
        Files.writeString(log(), log);
        Failure found =
            assertThrows(Failure.class, () -> repositories.manifest(APP, manifest("two").digest()));
        assertEquals(ExitCode.BAD_EVIDENCE, found.code());
        assertFalse(String.valueOf(found.getMessage()).contains(registry.path().toString()));
      }
      Files.write(log(), whole);
      assertArrayEquals(
          manifest("two").bytes(),
          repositories.manifest(APP, manifest("two").digest()).orElseThrow().bytes());
    }
  }

  /** By whatever way they came there: one after the other, at a start, or all from the log. */
  @Test
  void rows_of_what_is_put_again_and_removed_are_what_the_log_leads_to() throws IOException {
    StoredManifest first = manifest("one");
    StoredManifest other =
        new StoredManifest(
            first.digest(), "application/y", first.bytes(), null, null, first.descriptor());
    try (H2Repositories repositories = open()) {
      repositories.put(APP, first, List.of(LATEST));
      repositories.put(APP, first, List.of(new TagName("1")));
      repositories.put(APP, manifest("two"), List.of(LATEST));
    }
    byte[] earlier = Files.readAllBytes(rows());
    try (H2Repositories repositories = open()) {
      repositories.put(APP, other, List.of(new TagName("2")));
      repositories.put(APP, other, List.of(LATEST));
      assertEquals("application/y", repositories.manifest(APP, LATEST).orElseThrow().mediaType());
      repositories.delete(APP, manifest("two").digest());
      repositories.put(APP, manifest("two"), List.of(new TagName("3")));
      repositories.delete(APP, first.digest());
      repositories.put(APP, first, List.of(new TagName("1")));
    }
    assertEquals(List.of(), differing());
    Files.write(rows(), earlier);
    try (H2Repositories repositories = open()) {
      assertEquals(List.of(new TagName("1"), new TagName("3")), repositories.tags(APP, null, 10));
      assertEquals(
          first.mediaType(),
          repositories.manifest(APP, new TagName("1")).orElseThrow().mediaType());
    }
    assertEquals(List.of(), differing());
  }

  private List<String> differing() {
    return new H2RowsCheck(registry, Clock.systemUTC(), Progress.SILENT).run(_ -> {}).differing();
  }

  /** H2's file and any channel are closed by it, and the next who asks is answered all the same. */
  @Test
  void who_is_interrupted_while_reading_a_manifest_leaves_it_readable() {
    fill();
    try (H2Repositories repositories = open()) {
      for (int i = 0; i < 3; i++) {
        Thread.currentThread().interrupt();
        try {
          repositories.manifest(APP, LATEST);
        } catch (Failure interrupted) {
          assertEquals(ExitCode.UNDECIDED, interrupted.code());
        } finally {
          assertTrue(Thread.interrupted());
        }
        assertTrue(repositories.manifest(APP, manifest("one").digest()).isPresent());
        repositories.put(APP, manifest("three"), List.of(LATEST));
      }
    }
  }

  private List<Finding> findings() {
    H2RowsCheck rows = new H2RowsCheck(registry, Clock.systemUTC(), Progress.SILENT);
    Examined examined = Examined.in(registry, rows, Progress.SILENT);
    return new Fsck(examined, Optional.empty(), Progress.SILENT).check().findings();
  }

  @Test
  void damaged_rows_are_made_again() throws IOException {
    fill();
    byte[] bytes = Files.readAllBytes(rows());
    for (int i = 0; i < bytes.length; i += 7) {
      bytes[i] ^= 0x55;
    }
    Files.write(rows(), bytes);
    requireFilled();
  }

  @Test
  void a_line_without_its_end_was_never_acknowledged_and_is_cut_off() throws IOException {
    fill();
    long whole = Files.size(log());
    Files.writeString(log(), "{\"seq\":5,\"after\":", StandardOpenOption.APPEND);
    requireFilled();
    assertEquals(whole, Files.size(log()));
  }

  @Test
  void a_line_that_was_altered_left_out_or_put_in_is_found() throws IOException {
    fill();
    List<String> lines = Files.readAllLines(log());
    List<List<String>> forged =
        List.of(
            List.of(lines.get(0).replace("staging/app", "staging/apq"), lines.get(1), lines.get(2)),
            List.of(lines.get(0), lines.get(2), lines.get(3)),
            List.of(lines.get(0), lines.get(1), lines.get(1), lines.get(2)),
            List.of(lines.get(1), lines.get(0)),
            List.of("nonsense"),
            List.of("{}"));
    for (List<String> bad : forged) {
      Files.write(log(), (String.join("\n", bad) + "\n").getBytes(StandardCharsets.UTF_8));
      Failure failure = assertThrows(Failure.class, this::open);
      assertEquals(ExitCode.BAD_EVIDENCE, failure.code(), failure.toString());
      assertTrue(failure.toString().contains("was altered"), failure.toString());
    }
  }

  @Test
  void rows_are_not_made_from_a_log_whose_first_line_was_altered() throws IOException {
    fill();
    Files.writeString(log(), Files.readString(log()).replaceFirst("staging/app", "staging/apq"));
    Files.delete(rows());
    Failure failure = assertThrows(Failure.class, this::open);
    assertEquals(ExitCode.BAD_EVIDENCE, failure.code(), failure.toString());
  }

  @Test
  void all_is_there_again_when_a_log_that_did_not_hold_is_put_right() throws IOException {
    fill();
    byte[] whole = Files.readAllBytes(log());
    Files.writeString(log(), "{}\n");
    assertThrows(Failure.class, this::open);
    Files.write(log(), whole);
    requireFilled();
  }

  @Test
  void a_second_server_on_the_folder_is_refused() {
    try (H2Repositories first = open()) {
      Failure failure = assertThrows(Failure.class, this::open);
      assertEquals(ExitCode.UNDECIDED, failure.code());
      assertTrue(failure.toString().contains("another server"), failure.toString());
      first.link(APP, Digest.sha256(new byte[2]));
    }
    requireOnly(Digest.sha256(new byte[2]));
  }

  private void requireOnly(Digest blob) {
    try (H2Repositories repositories = open()) {
      assertTrue(repositories.linked(APP, blob));
      assertFalse(repositories.linked(APP, Digest.sha256(new byte[3])));
    }
  }

  @Test
  void what_changes_nothing_is_not_logged() throws IOException {
    fill();
    Digest needed = Digest.sha256(new byte[1]);
    try (H2Repositories repositories = open()) {
      repositories.put(
          APP, manifest("{\"layers\":[{\"digest\":\"%s\"}]}".formatted(needed)), List.of());
    }
    long size = Files.size(log());
    try (H2Repositories repositories = open()) {
      repositories.link(APP, needed);
      assertFalse(repositories.delete(APP, new TagName("absent")));
      assertFalse(repositories.delete(APP, Digest.sha256(new byte[9])));
      assertFalse(repositories.unlink(APP, Digest.sha256(new byte[9])));
    }
    assertEquals(size, Files.size(log()));
  }
}
