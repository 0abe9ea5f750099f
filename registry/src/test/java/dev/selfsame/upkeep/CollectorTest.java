package dev.selfsame.upkeep;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.digest.RunningDigest;
import dev.selfsame.files.FileTree;
import dev.selfsame.oci.MediaTypes;
import dev.selfsame.oci.OciError;
import dev.selfsame.oci.Reference;
import dev.selfsame.oci.StagingRepositories;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.promote.Promoter;
import dev.selfsame.scenes.HandClock;
import dev.selfsame.scenes.Images;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.Blobs;
import dev.selfsame.store.Repositories;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.StoredManifest;
import dev.selfsame.store.TagName;
import dev.selfsame.store.Uploads;
import dev.selfsame.store.file.RegistryFolder;
import dev.selfsame.store.jdbi.H2Repositories;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is collected, what stays, and why. */
final class CollectorTest {
  private static final RepositoryName APP = new RepositoryName("staging/app");
  private static final RepositoryName OTHER = new RepositoryName("staging/other");
  private static final Duration DAY = Duration.ofDays(1);

  @TempDir private Path folder;
  private final HandClock clock = new HandClock(Instant.now());
  private final List<Garbage> told = new ArrayList<>();
  private Stage stage;
  private RegistryFolder registry;
  private Blobs blobs;
  private Uploads uploads;
  private H2Repositories repositories;
  private StagingRepositories staging;
  private Collector collector;

  @BeforeEach
  void open() {
    stage = new Stage(folder);
    registry = RegistryFolder.create(stage.registry());
    blobs = registry.registry().blobs();
    uploads = registry.uploads();
    repositories = H2Repositories.open(registry.path(), registry.changes(clock), Progress.SILENT);
    staging = new StagingRepositories(blobs, uploads, repositories);
    collector = Collector.in(registry, uploads, repositories, clock, Progress.SILENT);
  }

  @AfterEach
  void close() {
    repositories.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Digest push(RepositoryName repository, String content) throws IOException {
    String id = staging.begin();
    staging.append(id, 0, -1, new ByteArrayInputStream(bytes(content)));
    return staging.finish(repository, id, Digest.sha256(bytes(content))).digest();
  }

  private StoredManifest image(String tag, Digest... layers) throws IOException {
    Digest config = push(APP, "{}");
    List<String> list = new ArrayList<>();
    for (Digest layer : layers) {
      list.add("{\"mediaType\":\"x/y\",\"digest\":\"%s\",\"size\":1}".formatted(layer));
    }
    String manifest =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":{\"digest\":\"%s\"},\"layers\":%s}"
            .formatted(MediaTypes.MANIFEST, config, list);
    return staging.put(APP, new Reference.ByTag(new TagName(tag)), List.of(), "", bytes(manifest));
  }

  private Collector.Report run() {
    told.clear();
    return collector.run(DAY, told::add);
  }

  private void aDayPasses() {
    clock.advance(DAY.plusMinutes(1));
  }

  private Set<Digest> kept() {
    Set<Digest> all = new HashSet<>();
    blobs.each(blob -> all.add(blob.digest()));
    return all;
  }

  @Test
  void a_blob_that_is_being_kept_is_left_for_the_next_run_and_holds_up_nobody() throws Exception {
    Digest lonely = push(APP, "lonely");
    aDayPasses();
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    Thread finishing =
        Thread.ofPlatform()
            .start(() ->
                repositories.keeping(
                    lonely,
                    () -> {
                      inside.countDown();
                      return await(end);
                    }));
    assertTrue(inside.await(20, TimeUnit.SECONDS));
    assertEquals(0, run().blobs().number());
    assertEquals(Set.of(lonely), kept());
    // Whoever writes evidence comes in, though the upload has not ended.
    registry.write(Duration.ofSeconds(5), Progress.SILENT).close();
    end.countDown();
    finishing.join();
    assertEquals(1, run().blobs().number());
    assertEquals(Set.of(), kept());
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_blob_without_a_manifest_goes_after_the_grace_and_not_before() throws IOException {
    Digest lonely = push(APP, "lonely");
    assertEquals(Collector.Report.NOTHING, run());
    clock.advance(DAY);
    assertEquals(Collector.Report.NOTHING, run());
    clock.advance(Duration.ofMinutes(1));
    Collector.Report report = run();
    assertEquals(1, report.links().number());
    assertEquals(new Collector.Count(1, 6), report.blobs());
    assertEquals(Set.of(), kept());
    assertThrows(OciError.class, () -> staging.blob(APP, lonely));
    assertEquals(Collector.Report.NOTHING, run());
  }

  @Test
  void what_a_manifest_needs_stays_also_without_its_tag() throws IOException {
    StoredManifest first = image("1", push(APP, "one"));
    StoredManifest second = image("1", push(APP, "two"));
    staging.delete(APP, new Reference.ByTag(new TagName("1")));
    aDayPasses();
    assertEquals(Collector.Report.NOTHING, run());
    for (StoredManifest manifest : List.of(first, second)) {
      assertEquals(
          manifest.digest(),
          staging.manifest(APP, new Reference.ByDigest(manifest.digest())).digest());
    }
  }

  @Test
  void after_its_manifest_a_blob_has_the_grace_anew_and_goes_from_each_repository_alone()
      throws IOException {
    Digest layer = push(APP, "layer");
    StoredManifest image = image("1", layer);
    Optional<?> mounted = staging.mount(OTHER, layer, APP, _ -> true);
    assertTrue(mounted.isPresent());
    aDayPasses();
    // In the other repository no manifest needs it.
    assertEquals(1, run().links().number());
    assertTrue(kept().contains(layer));
    staging.delete(APP, new Reference.ByDigest(image.digest()));
    assertEquals(Collector.Report.NOTHING, run());
    aDayPasses();
    Collector.Report report = run();
    assertEquals(2, report.links().number());
    assertEquals(2, report.blobs().number());
    assertEquals(Set.of(), kept());
  }

  @Test
  void a_blob_that_a_client_has_asked_for_has_the_grace_anew() throws IOException {
    Digest layer = push(APP, "layer");
    clock.advance(Duration.ofHours(23));
    staging.blob(APP, layer);
    clock.advance(Duration.ofHours(2));
    assertEquals(Collector.Report.NOTHING, run());
    image("1", layer);
    aDayPasses();
    run();
    assertTrue(kept().contains(layer));
  }

  @Test
  void a_collected_blob_that_is_pushed_again_is_back() throws IOException {
    Digest layer = push(APP, "layer");
    staging.blob(APP, layer);
    aDayPasses();
    run();
    assertEquals(Set.of(), kept());
    assertEquals(Optional.empty(), staging.mount(OTHER, layer, null, _ -> true));
    push(APP, "layer");
    image("1", layer);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    staging.blob(APP, layer).write(0, 5, out);
    assertArrayEquals(bytes("layer"), out.toByteArray());
  }

  @Test
  void evidence_stays_with_all_that_it_names() {
    Records promoted = Records.of("promoted");
    Records dissent = Records.of("dissent");
    Promoter.Done done = stage.release(promoted);
    stage.submit(dissent, "bob");
    Set<Digest> before = kept();
    for (byte[] each :
        List.of(
            promoted.binary,
            promoted.json(),
            dissent.binary,
            dissent.json(),
            bytes(Stage.POLICY))) {
      assertTrue(before.contains(Digest.sha256(each)));
    }
    assertTrue(before.contains(done.promotion().bundle()));
    aDayPasses();
    assertEquals(Collector.Report.NOTHING, run());
    assertEquals(before, kept());
  }

  @Test
  void an_image_that_was_stated_stays_with_its_parts_also_where_the_index_has_lost_it()
      throws IOException {
    new Images(stage).release(Images.asked("one"));
    Set<Digest> before = kept();
    aDayPasses();
    assertEquals(Collector.Report.NOTHING, run());
    for (String lost : List.of("subjects", "staging", "channels")) {
      FileTree.delete(registry.path().resolve(lost));
    }
    assertEquals(Collector.Report.NOTHING, run());
    assertEquals(before, kept());
  }

  @Test
  void a_pushed_binary_that_was_submitted_too_leaves_the_repository_and_stays() throws IOException {
    Records submitted = Records.of("binary");
    stage.submit(submitted, "alice");
    push(APP, "binary");
    aDayPasses();
    assertEquals(1, run().links().number());
    assertFalse(repositories.linked(APP, submitted.artifact()));
    assertTrue(kept().contains(submitted.artifact()));
  }

  @Test
  void evidence_that_the_index_has_lost_stays_and_what_it_names_with_it() throws IOException {
    stage.release(Records.of("promoted"));
    Set<Digest> before = kept();
    for (String lost : List.of("subjects", "staging", "channels")) {
      FileTree.delete(registry.path().resolve(lost));
    }
    aDayPasses();
    assertEquals(Collector.Report.NOTHING, run());
    assertEquals(before, kept());
  }

  @Test
  void nothing_is_collected_where_evidence_cannot_be_read() throws IOException {
    push(APP, "lonely");
    Promoter.Done done = stage.release(Records.of("promoted"));
    Stage.flip(stage.blob(done.promotion().bundle()), 20);
    aDayPasses();
    Set<Digest> before = kept();
    Failure failure = assertThrows(Failure.class, this::run);
    assertEquals(ExitCode.BAD_EVIDENCE, failure.code());
    assertTrue(failure.hint().contains("fsck"), failure.hint());
    Files.delete(stage.blob(done.promotion().bundle()));
    assertEquals(
        ExitCode.BAD_EVIDENCE,
        assertThrows(Failure.class, () -> collector.dryRun(DAY, told::add)).code());
    before.remove(done.promotion().bundle());
    assertEquals(before, kept());
    assertTrue(repositories.linked(APP, Digest.sha256(bytes("lonely"))));
  }

  @Test
  void an_orphan_that_was_altered_is_left_for_whoever_mends_the_registry() throws IOException {
    Digest orphan = blobs.put(bytes("{\"some\":\"json\"}")).digest();
    Digest other = blobs.put(bytes("{\"other\":\"json\"}")).digest();
    Stage.flip(stage.blob(orphan), 5);
    aDayPasses();
    run();
    assertEquals(Set.of(orphan), kept());
    assertFalse(kept().contains(other));
  }

  @Test
  void bytes_that_were_put_within_the_grace_stay_though_nothing_names_them_yet()
      throws IOException {
    Digest put = blobs.put(bytes("put by a process that will say why")).digest();
    assertEquals(Collector.Report.NOTHING, run());
    assertEquals(Set.of(put), kept());
    Files.setLastModifiedTime(
        stage.blob(put), FileTime.from(clock.instant().minus(DAY).minusSeconds(1)));
    run();
    assertEquals(Set.of(), kept());
  }

  @Test
  void blobs_of_sha512_come_and_go_like_others() throws IOException {
    String id = staging.begin();
    staging.append(id, 0, -1, new ByteArrayInputStream(bytes("long")));
    RunningDigest hash = new RunningDigest(Digest.Algorithm.SHA512);
    hash.update(bytes("long"), 0, 4);
    Digest right = hash.digest();
    staging.finish(APP, id, right);
    assertEquals(Set.of(right), kept());
    assertArrayEquals(bytes("long"), blobs.read(right, 10));
    image("1", right);
    aDayPasses();
    run();
    assertTrue(kept().contains(right));
    staging.deleteBlob(APP, right);
    run();
    assertFalse(kept().contains(right));
  }

  @Test
  void what_was_given_up_goes_too_and_what_is_under_way_stays() throws IOException {
    String abandoned = uploads.begin();
    uploads.append(abandoned, 0, -1, new ByteArrayInputStream(bytes("half")));
    Path leftover = Files.writeString(leftovers().resolve("part1.tmp"), "left");
    aDayPasses();
    String live = uploads.begin();
    Files.setLastModifiedTime(
        registry.path().resolve("uploads").resolve(live), FileTime.from(clock.instant()));
    Collector.Report report = run();
    assertEquals(new Collector.Count(1, 4), report.uploads());
    assertEquals(new Collector.Count(1, 4), report.leftovers());
    assertEquals(8, report.bytes());
    assertTrue(uploads.received(abandoned).isEmpty());
    assertTrue(uploads.received(live).isPresent());
    assertFalse(Files.exists(leftover));
  }

  @Test
  void on_a_full_disk_uploads_that_stand_still_go_earlier_and_nothing_else() throws IOException {
    String abandoned = uploads.begin();
    uploads.append(abandoned, 0, -1, new ByteArrayInputStream(bytes("half")));
    Digest lonely = push(APP, "lonely");
    clock.advance(Duration.ofMinutes(11));
    String live = uploads.begin();
    Files.setLastModifiedTime(
        registry.path().resolve("uploads").resolve(live), FileTime.from(clock.instant()));
    Collector.Report report = collector.clear(Duration.ofMinutes(10), told::add);
    assertEquals(new Collector.Count(1, 4), report.uploads());
    assertTrue(uploads.received(abandoned).isEmpty());
    assertTrue(uploads.received(live).isPresent());
    assertEquals(Set.of(lonely), kept());
    assertEquals(Collector.Count.NONE, report.links());
  }

  @Test
  void bytes_that_nothing_names_go_though_no_unlink_can_be_written() throws IOException {
    Digest orphan = blobs.put(bytes("orphan")).digest();
    Digest lonely = push(APP, "lonely");
    aDayPasses();
    Repositories full =
        (Repositories)
            Proxy.newProxyInstance(
                Repositories.class.getClassLoader(),
                new Class<?>[] {Repositories.class},
                (_, method, arguments) -> {
                  if (method.getName().equals("unlink")) {
                    throw Failure.undecided("No space left on device", "");
                  }
                  try {
                    return method.invoke(repositories, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    Collector writeless = Collector.in(registry, uploads, full, clock, Progress.SILENT);
    assertThrows(Failure.class, () -> writeless.run(DAY, told::add));
    assertEquals(Set.of(lonely), kept());
    assertFalse(kept().contains(orphan));
  }

  private Path leftovers() throws IOException {
    return Files.createDirectories(registry.path().resolve("incoming"));
  }

  @Test
  void a_dry_run_tells_the_same_and_changes_nothing() throws IOException {
    image("1", push(APP, "needed"));
    Digest shared = push(APP, "shared");
    staging.mount(OTHER, shared, APP, _ -> true);
    push(APP, "lonely");
    stage.release(Records.of("promoted"));
    blobs.put(bytes("orphan"));
    uploads.begin();
    Files.writeString(leftovers().resolve("part1.tmp"), "left");
    aDayPasses();
    // Somebody still wants it there: the bytes stay, though the other repository lets go.
    staging.blob(OTHER, shared);
    Map<Path, Object> before = state();
    Collector.Report would = collector.dryRun(DAY, told::add);
    assertEquals(before, state());
    assertEquals(2, would.links().number());
    assertEquals(2, would.blobs().number());
    List<String> list = told.stream().map(Object::toString).sorted().toList();
    assertEquals(would, run());
    assertEquals(list, told.stream().map(Object::toString).sorted().toList());
    assertTrue(kept().contains(shared));
  }

  /** Every file but H2's own, with its content and age. */
  private Map<Path, Object> state() throws IOException {
    Map<Path, Object> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(registry.path())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.toString().endsWith(".mv.db")) {
          all.put(file, List.of(Digest.sha256(file), Files.getLastModifiedTime(file)));
        }
      }
    }
    return all;
  }

  @Test
  void a_collector_that_was_stopped_takes_no_more() throws IOException {
    push(APP, "lonely");
    aDayPasses();
    collector.stop();
    run();
    assertTrue(repositories.linked(APP, Digest.sha256(bytes("lonely"))));
  }
}
