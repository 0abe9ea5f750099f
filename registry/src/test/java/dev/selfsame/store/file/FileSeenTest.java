package dev.selfsame.store.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.scenes.Notes;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Channels.Entry;
import dev.selfsame.store.Seen.Remembered;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileSeenTest {
  private static final ArtifactName NAME = new ArtifactName("viworks/agent");
  private static final ChannelName CHANNEL = ChannelName.PRODUCTION;

  private static final Digest SIGNERS = Digest.sha256("signers".getBytes());

  @TempDir private Path folder;
  private final Notes notes = new Notes();

  private FileSeen seen() {
    return new FileSeen(folder.resolve("seen"), notes);
  }

  private static Entry entry(long seq) {
    return new Entry(seq, Digest.sha256(("bundle " + seq).getBytes()));
  }

  private static Remembered seen(long seq) {
    return new Remembered(entry(seq), Optional.of(SIGNERS));
  }

  @Test
  void a_trust_root_grows_and_is_another_one_only_as_a_newer_version() throws Exception {
    Path file = folder.resolve("etc/trust-root.json");
    Digest two = Digest.sha256("two".getBytes());
    seen().requireNewest(file, 2, two);
    seen().requireNewest(file, 2, two);
    seen().requireNewest(file.resolveSibling("other"), 1, two);
    for (long version : new long[] {1, 2}) {
      Failure failure =
          assertThrows(Failure.class, () -> seen().requireNewest(file, version, SIGNERS));
      assertEquals(ExitCode.BAD_EVIDENCE, failure.code());
      Path kept = Path.of(failure.hint().replaceFirst(".* delete ", ""));
      assertTrue(Files.exists(kept), failure.hint());
    }
    seen().requireNewest(file, 3, SIGNERS);
    assertThrows(Failure.class, () -> seen().requireNewest(file, 2, two));
    seen().beginAnew(file);
    seen().requireNewest(file, 1, two);
    assertEquals(List.of(), notes.lines);
  }

  @Test
  void who_was_believed_is_kept_anew_and_may_be_missing() throws Exception {
    seen().note("r-1", NAME, CHANNEL, entry(3), SIGNERS);
    Digest others = Digest.sha256("others".getBytes());
    seen().note("r-1", NAME, CHANNEL, entry(2), others);
    assertEquals(Optional.of(seen(3)), seen().newest("r-1", NAME, CHANNEL));
    seen().note("r-1", NAME, CHANNEL, entry(3), others);
    assertEquals(
        Optional.of(new Remembered(entry(3), Optional.of(others))),
        seen().newest("r-1", NAME, CHANNEL));
    Files.writeString(
        folder.resolve("seen/channels/r-1/viworks+agent/production"),
        "3 " + entry(3).bundle() + "\n");
    Remembered old = seen().newest("r-1", NAME, CHANNEL).orElseThrow();
    assertEquals(new Remembered(entry(3), Optional.empty()), old);
    assertFalse(old.by(SIGNERS));
    seen().note("r-1", NAME, CHANNEL, entry(3), SIGNERS);
    assertEquals(Optional.of(seen(3)), seen().newest("r-1", NAME, CHANNEL));
  }

  @Test
  void the_newest_stays_whatever_is_noted_after_it() throws Exception {
    assertEquals(Optional.empty(), seen().newest("r-1", NAME, CHANNEL));
    for (long seq : new long[] {3, 2, 1, 3}) {
      seen().note("r-1", NAME, CHANNEL, entry(seq), SIGNERS);
    }
    assertEquals(Optional.of(seen(3)), seen().newest("r-1", NAME, CHANNEL));
    assertEquals(Optional.empty(), seen().newest("r-2", NAME, CHANNEL));
    assertEquals(Optional.empty(), seen().newest("r-1", NAME, new ChannelName("staging")));
    Path file = folder.resolve("seen/channels/r-1/viworks+agent/production");
    assertEquals("3 %s %s\n".formatted(entry(3).bundle(), SIGNERS), Files.readString(file));
    assertEquals("delete " + file, seen().forgetting("r-1", NAME, CHANNEL));
    Files.delete(file);
    assertEquals(Optional.empty(), seen().newest("r-1", NAME, CHANNEL));
  }

  @Test
  void many_at_once_leave_the_newest() throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (long i = 1; i <= 8; i++) {
      long seq = i;
      threads.add(
          Thread.ofPlatform().start(() -> seen().note("r-1", NAME, CHANNEL, entry(seq), SIGNERS)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(List.of(), notes.lines);
    assertEquals(Optional.of(seen(8)), seen().newest("r-1", NAME, CHANNEL));
  }

  @Test
  void an_address_has_one_registry() {
    assertEquals(Optional.empty(), seen().registryAt("https://a.example.org:5000"));
    seen().noteRegistry("https://a.example.org:5000", "r-1");
    seen().noteRegistry("https://a.example.org:5000", "r-2");
    assertEquals(Optional.of("r-1"), seen().registryAt("https://a.example.org:5000"));
    assertEquals(Optional.empty(), seen().registryAt("http://a.example.org:5000"));
    assertTrue(Files.exists(folder.resolve("seen/registries/https+++a.example.org+5000")));
  }

  @Test
  void what_is_malformed_is_no_answer() throws Exception {
    seen().note("r-1", NAME, CHANNEL, entry(1), SIGNERS);
    Path file = folder.resolve("seen/channels/r-1/viworks+agent/production");
    String good = "1 " + entry(1).bundle();
    for (String text :
        List.of(
            "",
            "x",
            "0 " + entry(1).bundle(),
            "1 sha256:0",
            "1",
            "1  ",
            good + " x",
            good + " " + SIGNERS + " x")) {
      Files.writeString(file, text);
      Failure told = assertThrows(Failure.class, () -> seen().newest("r-1", NAME, CHANNEL), text);
      assertEquals(ExitCode.UNDECIDED, told.code());
      assertTrue(told.hint().contains("delete it"), told.hint());
    }
  }

  @Test
  void what_cannot_be_kept_is_told_and_stops_nobody() throws Exception {
    Files.writeString(folder.resolve("seen"), "a file");
    seen().noteRegistry("https://a", "r-1");
    assertEquals(1, notes.lines.size());
    assertTrue(notes.lines.getFirst().startsWith("what was seen is not remembered"));
  }
}
