package dev.selfsame.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every adapter of {@link Channels} and {@link EvidenceIndex} does. */
public interface EvidenceContract {
  ArtifactName AGENT = new ArtifactName("viworks/agent");
  ChannelName PRODUCTION = ChannelName.PRODUCTION;

  /** Those of this test; empty at first. */
  Channels channels();

  /** That of this test; empty at first. */
  EvidenceIndex index();

  static Digest digest(int number) {
    return Digest.sha256(new byte[] {(byte) number});
  }

  @Test
  default void entries_stand_in_their_order() {
    assertEquals(List.of(), channels().entries(AGENT, PRODUCTION));
    for (int seq = 1; seq <= 12; seq++) {
      assertTrue(channels().append(AGENT, PRODUCTION, new Channels.Entry(seq, digest(seq))));
    }
    assertEquals(
        IntStream.rangeClosed(1, 12).mapToObj(n -> new Channels.Entry(n, digest(n))).toList(),
        channels().entries(AGENT, PRODUCTION));
    assertEquals(Optional.of(digest(7)), channels().at(AGENT, PRODUCTION, 7));
    assertEquals(Optional.empty(), channels().at(AGENT, PRODUCTION, 13));
    assertEquals(List.of(AGENT), channels().names());
    assertEquals(List.of(PRODUCTION), channels().channels(AGENT));
    assertEquals(List.of(), channels().channels(new ArtifactName("other")));
  }

  @Test
  default void a_place_is_given_once() {
    assertTrue(channels().append(AGENT, PRODUCTION, new Channels.Entry(1, digest(1))));
    assertTrue(channels().append(AGENT, PRODUCTION, new Channels.Entry(2, digest(2))));
    assertFalse(channels().append(AGENT, PRODUCTION, new Channels.Entry(2, digest(3))));
    assertTrue(channels().append(AGENT, PRODUCTION, new Channels.Entry(2, digest(2))));
    assertTrue(
        channels().append(AGENT, new ChannelName("staging"), new Channels.Entry(1, digest(3))));
    assertEquals(digest(2), channels().entries(AGENT, PRODUCTION).getLast().bundle());
    assertEquals(List.of(PRODUCTION, new ChannelName("staging")), channels().channels(AGENT));
  }

  @Test
  default void of_many_who_ask_for_a_place_exactly_one_gets_it() throws Exception {
    try (ExecutorService many = Executors.newFixedThreadPool(8)) {
      for (int round = 1; round <= 10; round++) {
        int seq = round;
        List<Callable<Boolean>> askers =
            IntStream.range(0, 8)
                .<Callable<Boolean>>mapToObj(n ->
                    () -> channels().append(AGENT, PRODUCTION, new Channels.Entry(seq, digest(n))))
                .toList();
        int given = 0;
        for (Future<Boolean> answer : many.invokeAll(askers)) {
          given += answer.get() ? 1 : 0;
        }
        assertEquals(1, given);
      }
    }
    assertEquals(10, channels().entries(AGENT, PRODUCTION).size());
  }

  /** A look that can be had, which may need some time after a change. */
  default Channels.Look look() throws InterruptedException {
    for (int tries = 0; tries < 100; tries++) {
      Optional<Channels.Look> look = channels().look(AGENT);
      if (look.isPresent()) {
        return look.get();
      }
      Thread.sleep(20);
    }
    throw new AssertionError("no look can be had");
  }

  @Test
  default void a_look_tells_what_has_come_since() throws InterruptedException {
    channels().append(AGENT, PRODUCTION, new Channels.Entry(1, digest(1)));
    Channels.Look one = look();
    assertTrue(one.isSame());
    channels().append(new ArtifactName("other"), PRODUCTION, new Channels.Entry(1, digest(9)));
    assertTrue(one.isSame());
    channels().append(AGENT, PRODUCTION, new Channels.Entry(2, digest(2)));
    assertFalse(one.isSame());
    Channels.Look two = look();
    assertTrue(two.isSame());
    channels().append(AGENT, new ChannelName("canary"), new Channels.Entry(1, digest(3)));
    assertFalse(two.isSame());
    assertFalse(one.isSame());
  }

  @Test
  default void names_with_and_without_a_path_never_meet() {
    index().addStaged(new ArtifactName("a/b"), digest(1));
    index().addStaged(new ArtifactName("a-b"), digest(2));
    assertEquals(List.of(digest(1)), index().staged(new ArtifactName("a/b")));
    assertEquals(List.of(new ArtifactName("a-b"), new ArtifactName("a/b")), index().names());
  }

  @Test
  default void records_of_deployments_are_a_list_of_their_own() {
    ArtifactName other = new ArtifactName("a/b");
    assertEquals(List.of(), index().deployments(AGENT));
    index().addDeployment(AGENT, digest(1));
    index().addDeployment(AGENT, digest(1));
    index().addDeployment(AGENT, digest(2));
    index().addDeployment(other, digest(3));
    assertEquals(
        List.of(digest(1), digest(2)).stream().sorted().toList(), index().deployments(AGENT));
    assertEquals(List.of(other, AGENT), index().deployed());
    assertEquals(List.of(), index().names());
    assertEquals(List.of(), index().staged(AGENT));
  }

  @Test
  default void the_index_notes_a_bundle_once() {
    index().addAbout(digest(1), digest(2));
    index().addAbout(digest(1), digest(2));
    index().addAbout(digest(1), digest(3));
    assertEquals(
        List.of(digest(2), digest(3)).stream().sorted().toList(), index().about(digest(1)));
    assertEquals(List.of(), index().about(digest(9)));
    assertEquals(List.of(), index().staged(AGENT));
  }
}
