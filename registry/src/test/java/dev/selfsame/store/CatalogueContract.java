package dev.selfsame.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.Catalogue.Promoted;
import dev.selfsame.store.Catalogue.Row;
import dev.selfsame.store.Catalogue.Staged;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What every adapter of {@link Catalogue} does. */
public interface CatalogueContract {
  ArtifactName AGENT = new ArtifactName("viworks/agent");
  ChannelName PRODUCTION = ChannelName.PRODUCTION;
  Instant NOON = Instant.parse("2026-11-23T12:00:00.123456789Z");
  List<Row> EVIDENCE = List.of(staged("1"), staged("2"), promoted(1, "1"));

  /** Opens that of this test, for one who may write. */
  Opened open(Supplier<List<Row>> evidence);

  /** A catalogue, with the right to write to it where that is another thing. */
  interface Opened extends AutoCloseable {
    Catalogue catalogue();

    @Override
    void close();
  }

  static Digest digest(String text) {
    return Digest.sha256(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  static Staged staged(String artifact) {
    return new Staged(AGENT, digest(artifact), digest("b" + artifact), "alice", true, NOON);
  }

  static Promoted promoted(long seq, String artifact) {
    return new Promoted(AGENT, PRODUCTION, seq, digest(artifact), digest("p" + artifact), NOON);
  }

  private static List<Row> noNeed() {
    throw new AssertionError("the evidence was read again without need");
  }

  @Test
  default void rows_come_back_as_they_were_put() {
    try (Opened opened = open(List::of)) {
      Catalogue catalogue = opened.catalogue();
      EVIDENCE.forEach(catalogue::add);
      catalogue.add(staged("1"));
      catalogue.add(promoted(1, "1"));
      assertEquals(2, catalogue.staged(AGENT).size());
      assertTrue(catalogue.staged(AGENT).contains(staged("1")));
      assertEquals(List.of(promoted(1, "1")), catalogue.promotions(AGENT, PRODUCTION));
      assertEquals(List.of(), catalogue.promotions(AGENT, new ChannelName("staging")));
      assertEquals(List.of(AGENT), catalogue.names("agent"));
      assertEquals(List.of(), catalogue.names("%"));
    }
    try (Opened opened = open(CatalogueContract::noNeed)) {
      assertEquals(List.of(promoted(1, "1")), opened.catalogue().promotions(AGENT, PRODUCTION));
    }
  }

  @Test
  default void what_was_submitted_last_comes_first() {
    Instant longAgo = Instant.parse("1969-07-20T20:17:40.5Z");
    Staged old = new Staged(AGENT, digest("old"), digest("bold"), "bob", false, longAgo);
    try (Opened opened = open(List::of)) {
      opened.catalogue().add(old);
      opened.catalogue().add(staged("1"));
      assertEquals(List.of(staged("1"), old), opened.catalogue().staged(AGENT));
    }
  }

  @Test
  default void a_second_promotion_in_the_same_place_is_refused() {
    try (Opened opened = open(List::of)) {
      Catalogue catalogue = opened.catalogue();
      EVIDENCE.forEach(catalogue::add);
      Failure failure = assertThrows(Failure.class, () -> catalogue.add(promoted(1, "2")));
      assertEquals(ExitCode.BAD_EVIDENCE, failure.code());
      catalogue.add(promoted(2, "2"));
      assertEquals(promoted(2, "2"), catalogue.promotions(AGENT, PRODUCTION).getFirst());
    }
  }

  @Test
  default void replacing_all_leaves_nothing_of_what_was_there() {
    try (Opened opened = open(List::of)) {
      opened.catalogue().add(staged("9"));
      opened.catalogue().replaceAll(EVIDENCE);
      assertEquals(2, opened.catalogue().staged(AGENT).size());
      assertEquals(1, opened.catalogue().promotions(AGENT, PRODUCTION).size());
    }
  }

  @Test
  default void evidence_that_was_announced_and_never_added_makes_it_again() {
    try (Opened opened = open(List::of)) {
      opened.catalogue().add(staged("1"));
      opened.catalogue().announce(); // and the process dies here
    }
    try (Opened opened = open(() -> EVIDENCE)) {
      assertEquals(2, opened.catalogue().staged(AGENT).size());
    }
    try (Opened opened = open(CatalogueContract::noNeed)) {
      assertEquals(2, opened.catalogue().staged(AGENT).size());
    }
  }
}
