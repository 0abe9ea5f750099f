package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.Bundle;
import dev.selfsame.cli.Liar.Answer;
import dev.selfsame.cli.Liar.Ending;
import dev.selfsame.digest.Digest;
import dev.selfsame.promote.PolicyFile;
import dev.selfsame.promote.Promoter;
import dev.selfsame.promote.Staging;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Registry;
import dev.selfsame.store.wire.Offer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client finds out whatever a server makes up, and whatever it hides that was seen before. */
@Timeout(300)
final class LyingServerTest {
  private static final String CHANNEL = "GET /selfsame/v1/channel/production/viworks/agent";
  private static final ArtifactName OTHER = new ArtifactName("viworks/other");

  @TempDir Path folder;
  private RegistryScene scene;
  private Hosted server;
  private Liar liar;
  private final Records first = Records.of("the first");
  private final Records second = Records.of("the second");

  @BeforeEach
  void start() throws IOException {
    scene = new RegistryScene(folder);
    scene.stage.release(first);
    scene.stage.release(second);
    server = new Hosted(scene.stage.registry(), scene.stage);
    liar = new Liar(server.url());
    scene.registry = liar.url();
    scene.write("first", first.binary);
    scene.write("second", second.binary);
    scene.built(second);
  }

  @AfterEach
  void stop() {
    liar.close();
    server.close();
  }

  private void honest() {
    liar.lie = (_, honest) -> honest.get();
  }

  /** Lies about requests that begin so. */
  private void about(String beginning, UnaryOperator<Answer> lie) {
    liar.lie =
        (asked, honest) -> asked.startsWith(beginning) ? lie.apply(honest.get()) : honest.get();
  }

  private void aboutOffer(String beginning, UnaryOperator<Offer> lie) {
    about(beginning, answer -> answer.with(lie.apply(Offer.parse(answer.body())).json()));
  }

  private void assertSaid(int status, int found, String... whats) {
    assertEquals(status, found, scene.said());
    for (String what : whats) {
      assertTrue(scene.said().contains(what), scene.said());
    }
    if (status == 3) {
      assertEquals(2, scene.err.lines().count(), scene.err);
    }
    assertFalse(Files.exists(folder.resolve("out")));
  }

  private int pull() {
    return scene.run("pull", "viworks/agent", "-o", "out");
  }

  private int promote(Records what) {
    return promote(what, "pat");
  }

  private int promote(Records what, String who) {
    return scene.run(
        "promote",
        "viworks/agent",
        "--policy",
        "policy.toml",
        "--key",
        who + ".key",
        "--digest",
        what.artifact().toString());
  }

  private int submit() {
    return scene.run("submit", "agent", "--record", "build-record.json", "--key", "alice.key");
  }

  /** What every command says of a server whose channel does not hold. */
  private void everyCommandSays(int status, String what) {
    assertSaid(status, scene.verify("second"), what);
    assertSaid(status, scene.verify("second", "--name", "viworks/agent"), what);
    assertSaid(status, scene.verify("second", "--json"), what);
    assertSaid(status, pull(), what);
    assertSaid(status, promote(first), what);
  }

  /** The same bytes, submitted and promoted under another name. */
  private void releaseOther() {
    Records other = Records.of("the first");
    other.name = OTHER.value();
    var _ =
        scene.stage.<Promoter.Result>writing((evidence, catalogue) -> {
          new Staging(evidence, catalogue)
              .submit(
                  scene.write("other", other.binary),
                  other.signedBy(scene.stage.people, "bob"),
                  Optional.empty(),
                  Optional.empty(),
                  scene.stage.now);
          return new Promoter(evidence, catalogue, "0.1.0")
              .promote(
                  new Promoter.Request(
                      OTHER,
                      ChannelName.PRODUCTION,
                      other.artifact(),
                      PolicyFile.parse(
                          Stage.POLICY.getBytes(StandardCharsets.UTF_8), "policy.toml"),
                      Stage.POLICY),
                  scene.stage.people.signer("pat"),
                  scene.stage.now);
        });
  }

  @Test
  void another_artifacts_records_are_found_out() {
    releaseOther();
    liar.lie =
        (asked, honest) ->
            asked.startsWith(CHANNEL)
                ? liar.ask("/selfsame/v1/channel/production/viworks/other?newest=16")
                : honest.get();
    everyCommandSays(4, "was made for selfsame://");
    honest();
    assertSaid(0, scene.verify("first"), "viworks/other, promotion 1");
    liar.lie =
        (asked, honest) ->
            asked.startsWith("GET /selfsame/v1/about/")
                ? liar.ask("/selfsame/v1/about/" + first.artifact())
                : honest.get();
    scene.write("nobody's", "nobody's".getBytes());
    assertSaid(1, scene.verify("nobody's"), "unknown to the registry");
  }

  @Test
  void a_record_in_another_place_is_found_out() {
    aboutOffer(CHANNEL, o -> new Offer(List.of(o.bundles().get(0), o.bundles().get(0)), o.blobs()));
    everyCommandSays(4, "was made for place 1");
    aboutOffer(CHANNEL, o -> new Offer(o.bundles().reversed(), o.blobs()));
    everyCommandSays(4, "was made for place");
    aboutOffer(CHANNEL, o -> new Offer(List.of(o.bundles().get(1)), o.blobs()));
    everyCommandSays(4, "was made for place 2");
  }

  @Test
  void an_older_copy_is_found_out_by_who_saw_the_newer() {
    assertSaid(0, scene.verify("second"), "promoted: ");
    aboutOffer(CHANNEL, o -> new Offer(List.of(o.bundles().getFirst()), o.blobs()));
    everyCommandSays(4, "was seen in this registry, which now ends at promotion 1");
    assertSaid(4, scene.verify("first"), "was seen in this registry");
    about(CHANNEL, _ -> Answer.of(200, "{\"bundles\":[],\"blobs\":[]}"));
    everyCommandSays(4, "was seen in this registry, which now ends at promotion 0");
    // Nothing is known of anything: a no, but for what was seen.
    liar.lie =
        (asked, honest) ->
            asked.startsWith("GET /selfsame/v1/names/")
                ? Answer.of(200, "{\"names\":[],\"more\":false}")
                : asked.startsWith("GET /selfsame/v1/about/") || asked.startsWith(CHANNEL)
                    ? Answer.of(200, "{\"bundles\":[],\"blobs\":[]}")
                    : honest.get();
    everyCommandSays(4, "was seen in this registry, which now ends at promotion 0");
    honest();
    assertSaid(0, scene.verify("second"), "promoted: ");
  }

  @Test
  void a_hidden_end_is_found_out_where_the_promotion_is_named() {
    about(CHANNEL, _ -> Answer.of(200, "{\"bundles\":[],\"blobs\":[]}"));
    assertSaid(4, scene.verify("second"), "the channel does not hold it");
    assertSaid(1, pull(), "nothing is promoted");
    aboutOffer(CHANNEL, o -> new Offer(List.of(o.bundles().getFirst()), itemsOf(first)));
    assertSaid(4, scene.verify("second"), "the channel does not hold it");
    assertSaid(0, scene.verify("first"), "promoted: "); // Nobody told it otherwise.
  }

  /** What an honest list brings along of these bytes. */
  private List<Offer.Item> itemsOf(Records records) {
    Registry registry = scene.stage.evidence().registry();
    List<Offer.Item> items = new ArrayList<>();
    for (Digest bundle : registry.index().about(records.artifact())) {
      byte[] content = registry.blobs().read(bundle, Bundle.MAX_BYTES);
      items.add(new Offer.Item(bundle, content.length, content));
    }
    return items;
  }

  @Test
  void what_was_made_up_is_never_remembered() {
    aboutOffer(
        CHANNEL,
        o -> {
          List<Digest> more = new ArrayList<>(o.bundles());
          more.add(o.bundles().getLast());
          return new Offer(more, o.blobs());
        });
    assertSaid(4, scene.verify("second"), "evidence is bad");
    honest();
    assertSaid(0, scene.verify("second"), "promoted: ");
  }

  @Test
  void evidence_that_is_left_out_makes_no_yes() {
    aboutOffer(CHANNEL, o -> new Offer(o.bundles(), List.of()));
    assertSaid(4, scene.verify("second"), "is missing");
    assertSaid(4, pull(), "is missing");
    aboutOffer(
        CHANNEL,
        o ->
            new Offer(
                o.bundles(),
                o.blobs().stream()
                    .map(item -> new Offer.Item(item.digest(), item.size(), null))
                    .toList()));
    assertSaid(0, scene.verify("second"), "promoted: "); // It is asked for one by one.
    liar.lie =
        (asked, honest) ->
            asked.startsWith(CHANNEL)
                ? withoutBlobs(honest.get())
                : asked.startsWith("GET /selfsame/v1/blob/")
                    ? Answer.of(404, "{\"errors\":[{\"code\":\"BLOB_UNKNOWN\",\"message\":\"\"}]}")
                    : honest.get();
    everyCommandSays(4, "is missing");
    about("GET /selfsame/v1/submissions/", _ -> Answer.of(200, "{\"bundles\":[],\"blobs\":[]}"));
    assertSaid(1, promote(first), "not promoted");
    about("GET /selfsame/v1/about/", _ -> Answer.of(200, "{\"bundles\":[],\"blobs\":[]}"));
    assertSaid(0, scene.verify("second"), "promoted: ");
  }

  private static Answer withoutBlobs(Answer answer) {
    return answer.with(new Offer(Offer.parse(answer.body()).bundles(), List.of()).json());
  }

  private static Offer flipped(Offer offer, Digest which) {
    List<Offer.Item> items = new ArrayList<>();
    for (Offer.Item item : offer.blobs()) {
      byte[] content = item.content();
      if (content != null && item.digest().equals(which)) {
        content[content.length / 2] ^= 1;
      }
      items.add(new Offer.Item(item.digest(), item.size(), content));
    }
    return new Offer(offer.bundles(), items);
  }

  @Test
  void altered_bytes_are_found_out() {
    aboutOffer(CHANNEL, o -> flipped(o, o.bundles().getLast()));
    everyCommandSays(4, "was altered");
    Digest build = second.signedBy(scene.stage.people, "alice").digest();
    aboutOffer(CHANNEL, o -> flipped(o, build));
    assertSaid(4, scene.verify("second"), "was altered");
    assertSaid(4, pull(), "was altered");
    about(
        "GET /selfsame/v1/blob/deploy/" + second.artifact(),
        answer -> {
          byte[] evil = answer.body().clone();
          evil[3] ^= 1;
          return answer.with(evil);
        });
    assertSaid(0, scene.verify("second"), "promoted: ");
    assertSaid(4, pull(), "was altered");
    about("GET /selfsame/v1/blob/deploy/", answer -> answer.with("less"));
    assertSaid(4, pull(), "was altered");
    about("GET /selfsame/v1/blob/deploy/", answer -> answer.ending(Ending.ENDLESS));
    assertSaid(4, pull(), "has more bytes than the registry says");
    about("GET /selfsame/v1/blob/deploy/", answer -> answer.ending(Ending.CUT));
    assertSaid(3, pull(), "was cut off");
  }

  @Test
  void another_registrys_name_is_found_out() {
    String lie = "{\"schema\":\"selfsame.registry/1\",\"name\":\"r-other\"}";
    about("GET /selfsame/v1/ ".strip(), a -> a.text().contains("schema") ? a.with(lie) : a);
    // Who was never here before finds it under the signatures.
    assertSaid(4, scene.verify("second"), "not for selfsame://r-other/viworks/agent");
    assertSaid(4, pull(), "not for selfsame://r-other/");
    honest();
    assertSaid(4, scene.verify("second"), "was the registry r-other, and is r-");
    assertTrue(scene.err.contains("if that is meant, delete "), scene.err);
    Path seen = folder.resolve(".local/share/selfsame/seen/registries");
    try (var files = Files.list(seen)) {
      Files.delete(files.findFirst().orElseThrow());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    assertSaid(0, scene.verify("second"), "promoted: ");
  }

  @Test
  void a_server_that_says_yes_and_keeps_nothing_is_found_out() {
    scene.built(Records.of("the third"));
    liar.lie = (asked, honest) -> asked.startsWith("POST ") ? Answer.of(204, "") : honest.get();
    assertSaid(3, submit(), "does not list it");
    assertSaid(4, promote(first), "does not show it");
    liar.lie =
        (asked, honest) ->
            asked.startsWith("POST ")
                ? Answer.of(
                    422, "{\"errors\":[{\"code\":\"EVIDENCE_INVALID\",\"message\":\"no\"}]}")
                : honest.get();
    assertSaid(4, submit(), "no");
    assertSaid(4, promote(first), "no");
  }
}
