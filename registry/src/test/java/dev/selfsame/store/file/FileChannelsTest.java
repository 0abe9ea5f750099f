package dev.selfsame.store.file;

import static dev.selfsame.store.EvidenceContract.digest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.Channels;
import dev.selfsame.store.Channels.Entry;
import dev.selfsame.store.EvidenceContract;
import dev.selfsame.store.EvidenceIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileChannelsTest implements EvidenceContract {
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

  @Override
  public Channels channels() {
    return channels;
  }

  @Override
  public EvidenceIndex index() {
    return index;
  }

  private Failure refused() {
    return assertThrows(Failure.class, () -> channels.entries(AGENT, PRODUCTION));
  }

  private void promoteTwice() {
    assertTrue(channels.append(AGENT, PRODUCTION, new Entry(1, digest(1))));
    assertTrue(channels.append(AGENT, PRODUCTION, new Entry(2, digest(2))));
  }

  @Test
  void no_look_is_had_right_after_a_change() {
    promoteTwice();
    assertTrue(channels.look(AGENT).isEmpty());
  }

  @Test
  void a_look_tells_of_a_record_that_was_taken_away_or_replaced() throws Exception {
    promoteTwice();
    byte[] first = Files.readAllBytes(place.resolve("1.json"));
    Channels.Look look = look();
    Files.delete(place.resolve("2.json"));
    assertFalse(look.isSame());
    Channels.Look one = look();
    Path other = Files.write(folder.resolve("other"), first);
    Files.move(other, place.resolve("1.json"), StandardCopyOption.REPLACE_EXISTING);
    assertFalse(one.isSame());
    Channels.Look last = look();
    Files.delete(place.resolve("1.json"));
    Files.delete(place);
    assertFalse(last.isSame());
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
  void a_foreign_file_in_the_index_is_bad_evidence() throws IOException {
    index.addAbout(digest(1), digest(2));
    Files.writeString(
        folder.resolve("r/subjects/sha256").resolve(digest(1).hex()).resolve("note"), "");
    assertEquals(
        ExitCode.BAD_EVIDENCE, assertThrows(Failure.class, () -> index.about(digest(1))).code());
  }
}
