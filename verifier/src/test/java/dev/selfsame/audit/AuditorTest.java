package dev.selfsame.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.selfsame.evidence.Json;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Evidence;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ChannelName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditorTest {
  private static final Records RECORDS = Records.of("the promoted binary");

  @TempDir Path folder;
  private Stage stage;
  private Path binary;

  @BeforeEach
  void release() throws IOException {
    stage = new Stage(folder);
    stage.release(RECORDS);
    binary = Files.write(folder.resolve("binary"), RECORDS.binary);
  }

  private interface Deed {
    void run() throws IOException;
  }

  /** Audits a file to which something happens once it is open. */
  private Audit auditWhile(Path file, Deed deed) {
    return new Auditor(
            () -> {
              try {
                deed.run();
              } catch (IOException e) {
                throw new AssertionError(e);
              }
              return new Evidence(stage.evidence().registry(), stage.root);
            },
            Optional.empty(),
            ChannelName.PRODUCTION,
            stage.now)
        .audit(file, "binary");
  }

  private void assertUndecided(Path file, Deed deed) {
    Failure failure = assertThrows(Failure.class, () -> auditWhile(file, deed));
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertTrue(failure.getMessage().contains("changed or replaced"), failure.getMessage());
  }

  @Test
  void a_file_that_stays_as_it_is_gets_its_answer() {
    assertInstanceOf(Audit.Promoted.class, auditWhile(binary, () -> {}));
  }

  @Test
  void a_link_that_is_turned_meanwhile_gets_no_answer() throws IOException {
    Path evil = Files.write(folder.resolve("evil"), "evil".getBytes());
    Path link = Files.createSymbolicLink(folder.resolve("link"), binary);
    assertUndecided(
        link,
        () -> {
          Path turned = Files.createSymbolicLink(folder.resolve("turned"), evil);
          Files.move(turned, link, StandardCopyOption.ATOMIC_MOVE);
        });
  }

  @Test
  void a_file_that_is_replaced_meanwhile_gets_no_answer() throws IOException {
    Path same = Files.write(folder.resolve("same"), RECORDS.binary);
    assertUndecided(binary, () -> Files.move(same, binary, StandardCopyOption.ATOMIC_MOVE));
  }

  @Test
  void a_file_that_is_deleted_meanwhile_gets_no_answer() {
    assertUndecided(binary, () -> Files.delete(binary));
  }

  @Test
  void a_file_that_is_written_to_meanwhile_gets_no_answer() {
    assertUndecided(binary, () -> Files.writeString(binary, "other bytes, another size"));
  }

  @Test
  void a_yes_needs_evidence() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Audit.Promoted(
                new Audit.Subject("x", 1, RECORDS.artifact()),
                ((Audit.Promoted) auditWhile(binary, () -> {})).promotion(),
                java.util.List.of(),
                java.util.List.of()));
  }

  @Test
  void people_are_told_how_sure_a_fact_is_and_programs_have_its_value_alone() {
    Audit.Unknown unknown =
        new Audit.Unknown(
            new Audit.Subject("a", 1, RECORDS.artifact()),
            null,
            Map.of("rustc", "1.95.0"),
            Map.of("rustc", " (contradicted)"),
            null);
    String text = AuditText.of(unknown);
    assertTrue(text.contains("  rustc 1.95.0 (contradicted)\n"), text);
    JsonNode json = Json.tree(Json.write(unknown));
    assertEquals("1.95.0", json.at("/facts/rustc").asText());
    assertFalse(json.has("doubts"), json.toString());
  }

  @Test
  void a_name_with_a_line_break_stays_on_its_line() {
    String text =
        AuditText.of(
            new Audit.Unknown(
                new Audit.Subject("a\npromoted: a", 1, RECORDS.artifact()),
                null,
                Map.of(),
                Map.of(),
                null));
    assertTrue(text.startsWith("unknown to the registry: a promoted: a\n"), text);
  }
}
