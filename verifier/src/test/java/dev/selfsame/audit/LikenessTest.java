package dev.selfsame.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.Fixtures;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.Fact;
import dev.selfsame.promote.ChannelReader;
import dev.selfsame.promote.Evidence;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.ReadableBlobs;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stranger's file says what it is in time, with what speaks against it, or it says nothing. */
class LikenessTest {
  private static final String RUSTC = "1.95.0 (59807616e 2026-04-14)";
  private static final Path STRANGER = Fixtures.path("bare-symbols");

  @TempDir private Path folder;

  /** How often the clock was looked at, and how often before an hour is over. */
  private int looks;

  private int most;

  private Likeness likeness(int most) throws IOException {
    this.most = most;
    looks = 0;
    return new Likeness(STRANGER, Files.size(STRANGER), this::look);
  }

  private Instant look() {
    looks++;
    return looks > most ? Instant.EPOCH.plus(Duration.ofHours(1)) : Instant.EPOCH;
  }

  @Test
  void facts_that_take_too_long_are_not_told() throws IOException {
    Map<String, Fact> facts = likeness(Integer.MAX_VALUE).facts();
    assertEquals("ELF", facts.get("format").value());
    int all = looks;
    assertTrue(all > 2, all + " looks");
    for (int i = 1; i < all; i++) {
      assertEquals(Map.of(), likeness(i).facts(), "after %d of %d looks".formatted(i, all));
    }
  }

  /** What a channel holds, and where its bytes are. */
  private record Released(Standing.Holds head, ReadableBlobs blobs) {}

  private Released release(Records records) throws IOException {
    Stage stage = new Stage(folder);
    records.binary = Files.readAllBytes(Fixtures.path("bare-full"));
    stage.release(records);
    Evidence evidence = new Evidence(stage.evidence().registry(), stage.root);
    Standing.Holds head =
        assertInstanceOf(
            Standing.Holds.class,
            Standing.of(
                new ChannelReader(evidence), Stage.AGENT, ChannelName.PRODUCTION, stage.now));
    return new Released(head, evidence.registry().blobs());
  }

  @Test
  void what_is_nearest_is_told_of_all_that_are_looked_at_or_not_at_all() throws IOException {
    Records records = Records.of("agent");
    Released released = release(records);
    Audit.Nearest nearest =
        likeness(Integer.MAX_VALUE)
            .nearest(List.of(released.head()), released.blobs())
            .orElseThrow();
    assertEquals(records.artifact(), nearest.promoted());
    int all = looks;
    assertTrue(all > 2, all + " looks");
    for (int i = 1; i < all; i++) {
      assertEquals(
          Optional.empty(),
          likeness(i).nearest(List.of(released.head()), released.blobs()),
          "after %d of %d looks".formatted(i, all));
    }
  }

  /** An hour is over whenever one is fetched. */
  private static final class Slow implements ReadableBlobs {
    private final ReadableBlobs all;
    private Instant now = Instant.EPOCH;

    Slow(ReadableBlobs all) {
      this.all = all;
    }

    @Override
    public OptionalLong size(Digest digest) {
      return all.size(digest);
    }

    @Override
    public byte[] read(Digest digest, int limit) {
      return all.read(digest, limit);
    }

    @Override
    public long copy(Digest digest, OutputStream out) {
      now = now.plus(Duration.ofHours(1));
      return all.copy(digest, out);
    }
  }

  @Test
  void how_long_a_registry_takes_does_not_count() throws IOException {
    Records records = Records.of("agent");
    Released released = release(records);
    Slow slow = new Slow(released.blobs());
    Audit.Nearest nearest =
        new Likeness(STRANGER, Files.size(STRANGER), () -> slow.now)
            .nearest(List.of(released.head()), slow)
            .orElseThrow();
    assertEquals(records.artifact(), nearest.promoted());
    assertEquals(Instant.EPOCH.plus(Duration.ofHours(1)), slow.now);
  }

  /** A stranger's file is told to who looks for the reason: what speaks against it with it. */
  @Test
  void what_a_file_says_of_itself_is_told_with_its_doubt() throws IOException {
    Path program = Fixtures.path("hello-symbols");
    assertEquals(RUSTC, rustc(program));
    String bytes = Files.readString(program, StandardCharsets.ISO_8859_1);
    // The paths of its library are another commit's than its comment.
    String other = bytes.replace("/rustc/59807616", "/rustc/4eb16125");
    assertNotEquals(bytes, other);
    Path forged = Files.writeString(folder.resolve("forged"), other, StandardCharsets.ISO_8859_1);
    assertEquals(RUSTC + " (contradicted)", rustc(forged));
  }

  private static String rustc(Path file) throws IOException {
    Fact fact = new Likeness(file, Files.size(file)).facts().get("rustc");
    return fact.value() + fact.doubt();
  }
}
