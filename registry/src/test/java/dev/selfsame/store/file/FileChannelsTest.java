package dev.selfsame.store.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Channels;
import dev.selfsame.store.Channels.Entry;
import dev.selfsame.store.EvidenceIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileChannelsTest {
  private static final ArtifactName AGENT = new ArtifactName("viworks/agent");
  private static final ChannelName PRODUCTION = ChannelName.PRODUCTION;

  @TempDir Path folder;
  private Path place;
  private Channels channels;
  private EvidenceIndex index;

  @BeforeEach
  void open() {
    RegistryFolder registry = RegistryFolder.create(folder.resolve("r"));
    channels = registry.registry().channels();
    index = registry.registry().index();
    place = registry.path().resolve("channels/viworks+agent/production");
  }

  private static Digest digest(int number) {
    return Digest.sha256(new byte[] {(byte) number});
  }

  private Failure refused() {
    return assertThrows(Failure.class, () -> channels.entries(AGENT, PRODUCTION));
  }

  private void promoteTwice() {
    assertTrue(channels.append(AGENT, PRODUCTION, new Entry(1, digest(1))));
    assertTrue(channels.append(AGENT, PRODUCTION, new Entry(2, digest(2))));
  }

  @Test
  void entries_stand_in_their_order() {
    assertEquals(List.of(), channels.entries(AGENT, PRODUCTION));
    for (int seq = 1; seq <= 12; seq++) {
      assertTrue(channels.append(AGENT, PRODUCTION, new Entry(seq, digest(seq))));
    }
    assertEquals(
        IntStream.rangeClosed(1, 12).mapToObj(n -> new Entry(n, digest(n))).toList(),
        channels.entries(AGENT, PRODUCTION));
    assertEquals(List.of(AGENT), channels.names());
    assertEquals(List.of(PRODUCTION), channels.channels(AGENT));
    assertEquals(List.of(), channels.channels(new ArtifactName("other")));
  }

  @Test
  void a_place_is_given_once() {
    promoteTwice();
    assertFalse(channels.append(AGENT, PRODUCTION, new Entry(2, digest(3))));
    assertTrue(channels.append(AGENT, PRODUCTION, new Entry(2, digest(2))));
    assertEquals(digest(2), channels.entries(AGENT, PRODUCTION).getLast().bundle());
  }

  @Test
  void of_many_who_ask_for_a_place_exactly_one_gets_it() throws Exception {
    try (ExecutorService many = Executors.newFixedThreadPool(8)) {
      for (int round = 1; round <= 10; round++) {
        int seq = round;
        List<Callable<Boolean>> askers =
            IntStream.range(0, 8)
                .<Callable<Boolean>>mapToObj(
                    n -> () -> channels.append(AGENT, PRODUCTION, new Entry(seq, digest(n))))
                .toList();
        int given = 0;
        for (Future<Boolean> answer : many.invokeAll(askers)) {
          given += answer.get() ? 1 : 0;
        }
        assertEquals(1, given);
      }
    }
    assertEquals(10, channels.entries(AGENT, PRODUCTION).size());
  }

  @Test
  void a_gap_is_bad_evidence() throws IOException {
    promoteTwice();
    Files.delete(place.resolve("1.json"));
    assertEquals(ExitCode.BAD_EVIDENCE, refused().code());
  }

  @Test
  void a_malformed_or_foreign_record_is_bad_evidence() throws IOException {
    promoteTwice();
    Path first = place.resolve("1.json");
    String whole = Files.readString(first);
    for (String bad :
        List.of(
            "",
            "{}",
            whole.substring(0, whole.length() - 1),
            whole + "\n",
            whole.replace("sha256", "sha512"),
            whole.replace("bundle", "bandle"),
            whole.toUpperCase(java.util.Locale.ROOT))) {
      Files.delete(first);
      Files.writeString(first, bad);
      assertEquals(ExitCode.BAD_EVIDENCE, refused().code(), bad);
    }
    Files.writeString(place.resolve("x.json"), whole);
    assertEquals(ExitCode.BAD_EVIDENCE, refused().code());
  }

  @Test
  void names_with_and_without_a_path_never_meet() {
    index.addStaged(new ArtifactName("a/b"), digest(1));
    index.addStaged(new ArtifactName("a-b"), digest(2));
    assertEquals(List.of(digest(1)), index.staged(new ArtifactName("a/b")));
    assertEquals(List.of(new ArtifactName("a-b"), new ArtifactName("a/b")), index.names());
  }

  @Test
  void the_index_notes_a_bundle_once() {
    index.addAbout(digest(1), digest(2));
    index.addAbout(digest(1), digest(2));
    index.addAbout(digest(1), digest(3));
    assertEquals(2, index.about(digest(1)).size());
    assertEquals(List.of(), index.about(digest(9)));
    assertEquals(List.of(), index.staged(AGENT));
  }

  @Test
  void a_foreign_file_in_the_index_is_bad_evidence() throws IOException {
    index.addAbout(digest(1), digest(2));
    Files.writeString(
        folder.resolve("r/subjects/sha256").resolve(digest(1).hex()).resolve("note"), "");
    assertEquals(
        ExitCode.BAD_EVIDENCE, assertThrows(Failure.class, () -> index.about(digest(1))).code());
  }
}
