package dev.selfsame.promote;

import static dev.selfsame.scenes.Stage.AGENT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.files.FileTree;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.Catalogue.Promoted;
import dev.selfsame.store.Catalogue.Staged;
import dev.selfsame.store.ChannelName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestorationTest {
  @TempDir Path folder;
  private Stage stage;
  private Digest head;

  @BeforeEach
  void release() {
    stage = new Stage(folder);
    stage.release(Records.of("one"));
    head = stage.release(Records.of("two")).promotion().bundle();
    stage.submit(Records.of("three"), "bob");
    stage.notes.lines.clear();
  }

  private record Rows(List<Staged> staged, List<Promoted> promoted) {}

  private Rows rows() {
    return stage.writing((_, catalogue) ->
        new Rows(catalogue.staged(AGENT), catalogue.promotions(AGENT, ChannelName.PRODUCTION)));
  }

  private Channel channel() {
    return new ChannelReader(stage.evidence()).read(AGENT, ChannelName.PRODUCTION, stage.now);
  }

  @Test
  void a_deleted_database_comes_back_row_by_row() throws IOException {
    Rows before = rows();
    assertEquals(3, before.staged().size());
    assertEquals(2, before.promoted().size());
    Files.delete(stage.registry().resolve("catalogue.mv.db"));
    assertEquals(before, rows());
    assertTrue(stage.notes.lines.toString().contains("made again"), stage.notes.lines.toString());
  }

  @Test
  void with_the_blobs_alone_everything_comes_back() throws IOException {
    Rows before = rows();
    for (String lost : List.of("subjects", "staging", "channels", "incoming")) {
      FileTree.delete(stage.registry().resolve(lost));
    }
    Files.delete(stage.registry().resolve("catalogue.mv.db"));
    assertEquals(before, rows());
    assertEquals(head, channel().head().orElseThrow().bundle());
    assertEquals(2, stage.evidence().registry().index().about(Records.of("two").artifact()).size());
    assertEquals(3, stage.evidence().registry().index().staged(AGENT).size());
  }

  @Test
  void altered_blobs_are_left_out_and_said() throws IOException {
    Stage.flip(stage.blob(head), 10);
    Files.delete(stage.registry().resolve("catalogue.mv.db"));
    assertEquals(1, rows().promoted().size());
    assertTrue(stage.notes.lines.getFirst().contains("was altered"), stage.notes.lines.toString());
  }

  @Test
  void a_promotion_whose_record_was_taken_away_comes_back() throws IOException {
    Files.delete(stage.channelRecord("production", 2));
    Files.delete(stage.registry().resolve("catalogue.mv.db"));
    assertEquals(2, rows().promoted().size());
    assertEquals(head, channel().head().orElseThrow().bundle());
  }

  @Test
  void evidence_of_strangers_makes_no_rows() throws IOException {
    stage
        .evidence()
        .registry()
        .blobs()
        .put(Records.of("evil").signedBy(stage.people, "stranger").bytes());
    Files.delete(stage.registry().resolve("catalogue.mv.db"));
    assertEquals(3, rows().staged().size());
  }
}
