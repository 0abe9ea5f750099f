package dev.selfsame.upkeep.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.files.FileTree;
import dev.selfsame.oci.DeployRepositories;
import dev.selfsame.oci.MediaTypes;
import dev.selfsame.oci.Reference;
import dev.selfsame.oci.StagingRepositories;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.StoredManifest;
import dev.selfsame.store.TagName;
import dev.selfsame.store.Uploads;
import dev.selfsame.store.file.RegistryFolder;
import dev.selfsame.store.jdbi.H2Repositories;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Repositories out into layouts and back, and layouts that do not hold. */
final class LayoutTest {
  private static final RepositoryName APP = new RepositoryName("staging/app");
  private static final RepositoryName BACK = new RepositoryName("staging/back");

  @TempDir private Path folder;
  private Stage stage;
  private H2Repositories rows;
  private StagingRepositories staging;
  private StoredManifest image;
  private StoredManifest signature;

  @BeforeEach
  void fill() throws IOException {
    stage = new Stage(folder);
    RegistryFolder registry = RegistryFolder.create(stage.registry());
    rows =
        H2Repositories.open(registry.path(), registry.changes(Clock.systemUTC()), Progress.SILENT);
    staging = new StagingRepositories(registry.registry().blobs(), registry.uploads(), rows);
    image = put("", "", "1", "latest");
    StoredManifest child = put("\"annotations\":{\"n\":\"child\"},", "");
    byte[] index =
        bytes(
            "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}]}"
                .formatted(
                    MediaTypes.INDEX, MediaTypes.MANIFEST, child.digest(), child.bytes().length));
    staging.put(APP, new Reference.ByTag(new TagName("multi")), List.of(), MediaTypes.INDEX, index);
    signature =
        put(
            "",
            ",\"subject\":{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
                .formatted(MediaTypes.MANIFEST, image.digest(), image.bytes().length));
  }

  @AfterEach
  void close() {
    rows.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Digest push(String content) throws IOException {
    String id = staging.begin();
    staging.append(id, 0, -1, new ByteArrayInputStream(bytes(content)));
    return staging.finish(APP, id, Digest.sha256(bytes(content))).digest();
  }

  private StoredManifest put(String before, String after, String... tags) throws IOException {
    String manifest =
        "{\"schemaVersion\":2,%s\"mediaType\":\"%s\",\"config\":{\"mediaType\":\"application/vnd.oci.empty.v1+json\",\"digest\":\"%s\",\"size\":2},\"layers\":[{\"mediaType\":\"application/octet-stream\",\"digest\":\"%s\",\"size\":5}]%s}"
            .formatted(before, MediaTypes.MANIFEST, push("{}"), push("layer"), after);
    return staging.put(
        APP,
        new Reference.ByDigest(Digest.sha256(bytes(manifest))),
        Stream.of(tags).map(TagName::new).toList(),
        "",
        bytes(manifest));
  }

  private Path layout() {
    return folder.resolve("layout");
  }

  private LayoutExport.Exported export(Optional<Reference> one) {
    return new LayoutExport(staging, APP).to(layout(), one);
  }

  private List<String> tags(RepositoryName repository) {
    List<String> all = new ArrayList<>();
    for (TagName tag : rows.tags(repository, null, 100)) {
      all.add(tag + " " + rows.manifest(repository, tag).orElseThrow().digest());
    }
    return all;
  }

  @Test
  void a_repository_comes_back_with_its_tags_digests_and_referrers() {
    LayoutExport.Exported exported = export(Optional.empty());
    assertEquals(3, exported.tags());
    assertEquals(4, exported.manifests());
    LayoutImport.Imported imported = LayoutImport.of(layout(), staging, BACK);
    assertEquals(new LayoutImport.Imported(3, 4, 2), imported);
    assertEquals(tags(APP), tags(BACK));
    assertEquals(
        rows.referrers(APP, image.digest(), null, null, 10),
        rows.referrers(BACK, image.digest(), null, null, 10));
    assertEquals(
        signature.digest(), rows.manifest(BACK, signature.digest()).orElseThrow().digest());
    FileTreeAgain.same(layout(), new LayoutExport(staging, BACK), folder.resolve("again"));
  }

  /** Exporting what was imported gives the same files. */
  private static final class FileTreeAgain {
    static void same(Path layout, LayoutExport export, Path again) {
      export.to(again, Optional.empty());
      assertEquals(files(layout), files(again));
    }

    private static List<String> files(Path folder) {
      try (Stream<Path> files = Files.walk(folder)) {
        List<String> all = new ArrayList<>();
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          all.add(folder.relativize(file) + " " + Digest.sha256(file));
        }
        return all;
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  void one_tag_or_digest_comes_alone_with_what_refers_to_it() {
    assertEquals(2, export(Optional.of(new Reference.ByTag(new TagName("1")))).manifests());
    LayoutImport.of(layout(), staging, BACK);
    assertEquals(List.of("1 " + image.digest()), tags(BACK));
  }

  @Test
  void what_is_deployed_is_exported_with_its_evidence() {
    stage.release(Records.of("one"));
    DeployRepositories deploy =
        new DeployRepositories(
            () -> Optional.of(stage.evidence()), Clock.fixed(stage.now, ZoneOffset.UTC));
    RepositoryName agent = new RepositoryName("deploy/viworks/agent");
    LayoutExport.Exported exported = new LayoutExport(deploy, agent).to(layout(), Optional.empty());
    assertEquals(1, exported.tags());
    assertEquals(3, exported.manifests());
    LayoutImport.of(layout(), staging, BACK);
    assertTrue(rows.linked(BACK, Records.of("one").artifact()));
  }

  @Test
  void what_cannot_be_exported_leaves_nothing() throws IOException {
    Failure absent =
        assertThrows(
            Failure.class, () -> export(Optional.of(new Reference.ByTag(new TagName("absent")))));
    assertEquals(ExitCode.NO, absent.code());
    Stage.flip(stage.blob(Digest.sha256(bytes("layer"))), 1);
    Failure altered = assertThrows(Failure.class, () -> export(Optional.empty()));
    assertEquals(ExitCode.BAD_EVIDENCE, altered.code());
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(stage.registry()), left.toList());
    }
    Files.createDirectory(layout());
    assertEquals(
        ExitCode.USAGE, assertThrows(Failure.class, () -> export(Optional.empty())).code());
  }

  private void refused(String why) {
    Failure failure =
        assertThrows(Failure.class, () -> LayoutImport.of(layout(), staging, BACK), why);
    assertEquals(ExitCode.BAD_EVIDENCE, failure.code());
    assertTrue(String.valueOf(failure.getMessage()).contains(why), failure.getMessage());
    assertFalse(rows.exists(BACK), "something was put");
  }

  private Path blob(String content) {
    return LayoutFolder.place(layout(), Digest.sha256(bytes(content)));
  }

  private void index(String entry) throws IOException {
    Files.writeString(
        layout().resolve("index.json"), "{\"schemaVersion\":2,\"manifests\":[" + entry + "]}");
  }

  @Test
  void a_layout_whose_blobs_are_wrong_missing_or_links_is_refused_whole() throws IOException {
    export(Optional.empty());
    Stage.flip(blob("layer"), 1);
    refused("the bytes of");
    Files.delete(blob("layer"));
    refused("is missing");
    Files.writeString(folder.resolve("outside"), "layer");
    Files.createSymbolicLink(blob("layer"), folder.resolve("outside"));
    refused("symbolic link");
    Path sha256 = layout().resolve("blobs/sha256");
    Files.move(sha256, folder.resolve("moved"));
    Files.createSymbolicLink(sha256, folder.resolve("moved"));
    refused("symbolic link");
  }

  @Test
  void a_layout_whose_index_is_malformed_is_refused_whole() throws IOException {
    export(Optional.empty());
    String entry =
        "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d,\"annotations\":{\"%s\":\"%s\"}}";
    index(entry.formatted(MediaTypes.MANIFEST, image.digest(), 1, LayoutFolder.REF_NAME, "1"));
    refused("not as many as said");
    index(
        entry.formatted(
            MediaTypes.MANIFEST,
            image.digest(),
            image.bytes().length,
            LayoutFolder.REF_NAME,
            "../1"));
    refused("is not a tag");
    index("{\"digest\":\"sha256:../../../../etc/passwd\"}");
    refused("no digest");
    index("{\"digest\":\"sha256:%s\"}".formatted("0".repeat(64)));
    refused("is missing");
    Files.writeString(layout().resolve("index.json"), "[".repeat(100_000));
    refused("is no JSON");
    try (RandomAccessFile index =
        new RandomAccessFile(layout().resolve("index.json").toFile(), "rw")) {
      index.setLength(LayoutIndex.MOST_BYTES + 1);
    }
    refused("has more than");
    Files.delete(layout().resolve("index.json"));
    Files.createSymbolicLink(layout().resolve("index.json"), Path.of("/dev/zero"));
    refused("symbolic link");
    Files.writeString(layout().resolve("oci-layout"), "{\"imageLayoutVersion\":\"2.0.0\"}");
    refused("not 1.0.0");
    Files.delete(layout().resolve("oci-layout"));
    refused("oci-layout is missing");
    FileTree.delete(layout());
    assertEquals(
        ExitCode.USAGE,
        assertThrows(Failure.class, () -> LayoutImport.of(layout(), staging, BACK)).code());
  }

  private static final String IMAGE_OF =
      "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":2},\"layers\":[]%s}";

  /** Puts a file of a layout where its digest is. */
  private Digest file(String content) throws IOException {
    Files.createDirectories(layout().resolve("blobs/sha256"));
    Files.writeString(blob(content), content);
    return Digest.sha256(bytes(content));
  }

  private String manifest(String more) {
    return IMAGE_OF.formatted(
        MediaTypes.MANIFEST, "application/vnd.oci.empty.v1+json", Digest.sha256(bytes("{}")), more);
  }

  @Test
  void a_manifest_that_no_push_could_put_is_found_before_anything_is_put() throws IOException {
    export(Optional.empty());
    String good = entry(image.digest(), MediaTypes.MANIFEST);
    String calledOtherwise = manifest(",\"annotations\":{\"n\":\"1\"}");
    index(good + "," + entry(file(calledOtherwise), MediaTypes.INDEX));
    refused("its Content-Type");
    String old = manifest("").replace("\"schemaVersion\":2", "\"schemaVersion\":1");
    index(good + "," + entry(file(old), MediaTypes.MANIFEST));
    refused("schemaVersion");
    String long300 = manifest(",\"artifactType\":\"" + "a".repeat(300) + "\"");
    index(good + "," + entry(file(long300), MediaTypes.MANIFEST));
    refused("artifactType");
    String noText = manifest(",\"annotations\":{\"n\":1}");
    index(good + "," + entry(file(noText), MediaTypes.MANIFEST));
    refused("annotation");
  }

  private static String entry(Digest digest, String mediaType) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"annotations\":{\"note\":\"%s\"}}"
        .formatted(mediaType, digest, "n".repeat(400));
  }

  @Test
  void an_index_of_more_than_10_000_manifests_and_4_mib_is_read_to_its_end() throws IOException {
    export(Optional.empty());
    List<String> entries = new ArrayList<>();
    for (int i = 0; i < 10_001; i++) {
      entries.add(
          entry(file(manifest(",\"annotations\":{\"n\":\"" + i + "\"}")), MediaTypes.MANIFEST));
    }
    entries.add(entry(file("no manifest"), MediaTypes.MANIFEST));
    index(String.join(",", entries));
    assertTrue(Files.size(layout().resolve("index.json")) > 5 << 20);
    refused("is no JSON");
  }

  @Test
  void an_index_that_no_import_would_read_is_not_written() throws IOException {
    Files.createDirectories(layout());
    LayoutIndex.Entry entry =
        new LayoutIndex.Entry(MediaTypes.MANIFEST, image.digest(), 1, null, "1");
    LayoutIndex.write(layout(), List.of(entry), 1000);
    Failure failure =
        assertThrows(
            Failure.class, () -> LayoutIndex.write(layout(), List.of(entry, entry, entry), 500));
    assertEquals(ExitCode.UNDECIDED, failure.code());
  }

  @Test
  void what_an_index_says_wrongly_of_its_manifests_comes_back_as_it_was_pushed() {
    byte[] wrong =
        bytes(
            "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[{\"mediaType\":\"text/plain\",\"digest\":\"%s\",\"size\":1}]}"
                .formatted(MediaTypes.INDEX, signature.digest()));
    staging.put(APP, new Reference.ByTag(new TagName("wrong")), List.of(), MediaTypes.INDEX, wrong);
    export(Optional.empty());
    LayoutImport.of(layout(), staging, BACK);
    assertEquals(tags(APP), tags(BACK));
  }

  @Test
  void a_repository_without_a_tag_is_no_export_of_nothing() {
    for (TagName tag : rows.tags(APP, null, 10)) {
      staging.delete(APP, new Reference.ByTag(tag));
    }
    Failure failure = assertThrows(Failure.class, () -> export(Optional.empty()));
    assertEquals(ExitCode.NO, failure.code());
    assertEquals(2, export(Optional.of(new Reference.ByDigest(image.digest()))).manifests());
  }

  @Test
  void indexes_are_brought_out_as_deep_as_they_are_brought_in_again() {
    StoredManifest inner = image;
    for (int level = 1; level <= LayoutFolder.DEEPEST + 1; level++) {
      byte[] outer =
          bytes(
              "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}]}"
                  .formatted(
                      MediaTypes.INDEX, inner.mediaType(), inner.digest(), inner.bytes().length));
      TagName tag = new TagName("level-" + level);
      inner = staging.put(APP, new Reference.ByTag(tag), List.of(), MediaTypes.INDEX, outer);
      if (level == LayoutFolder.DEEPEST) {
        assertEquals(1, export(Optional.of(new Reference.ByTag(tag))).tags());
        assertEquals(1, LayoutImport.of(layout(), staging, BACK).tags());
      }
    }
    tooDeep(Optional.of(new Reference.ByTag(new TagName("level-9"))));
    // What was written under another tag before must not hide how deep this one goes.
    tooDeep(Optional.empty());
  }

  private void tooDeep(Optional<Reference> one) {
    Failure failure =
        assertThrows(
            Failure.class, () -> new LayoutExport(staging, APP).to(folder.resolve("deep"), one));
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertTrue(String.valueOf(failure.getMessage()).contains("levels"), failure.getMessage());
  }

  @Test
  void a_long_chain_of_referrers_is_exported() throws Exception {
    List<StoredManifest> chain = new ArrayList<>(List.of(image));
    for (int i = 0; i < 1000; i++) {
      StoredManifest last = chain.getLast();
      byte[] next =
          bytes(
              manifest(
                  ",\"subject\":{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
                      .formatted(MediaTypes.MANIFEST, last.digest(), last.bytes().length)));
      chain.add(new StoredManifest(Digest.sha256(next), MediaTypes.MANIFEST, next, null, null, ""));
    }
    try (ExecutorService putting = Executors.newVirtualThreadPerTaskExecutor()) {
      chain.forEach(each ->
          putting.submit(() ->
              staging.put(
                  APP, new Reference.ByDigest(each.digest()), List.of(), "", each.bytes())));
    }
    // Less than a main thread has, as the chain is shorter than who is up to harm would make it.
    AtomicReference<Object> exported = new AtomicReference<>();
    Thread small =
        new Thread(
            null,
            () -> exported.set(export(Optional.of(new Reference.ByTag(new TagName("1"))))),
            "small",
            256 << 10);
    small.setUncaughtExceptionHandler((_, e) -> exported.set(e));
    small.start();
    small.join();
    LayoutExport.Exported all =
        assertInstanceOf(LayoutExport.Exported.class, exported.get(), exported.toString());
    assertEquals(1002, all.manifests());
  }

  @Test
  void a_layout_that_changes_while_it_is_imported_is_not_called_left_out() throws IOException {
    export(Optional.empty());
    RegistryFolder registry = RegistryFolder.create(stage.registry());
    Uploads uploads = registry.uploads();
    Uploads changing =
        (Uploads)
            Proxy.newProxyInstance(
                Uploads.class.getClassLoader(),
                new Class<?>[] {Uploads.class},
                (_, method, arguments) -> {
                  if (method.getName().equals("begin")) {
                    Files.writeString(
                        LayoutFolder.place(layout(), image.digest()), "changed meanwhile");
                  }
                  return method.invoke(uploads, arguments);
                });
    Failure failure =
        assertThrows(
            Failure.class,
            () ->
                LayoutImport.of(
                    layout(),
                    new StagingRepositories(registry.registry().blobs(), changing, rows),
                    BACK));
    assertEquals(ExitCode.BAD_EVIDENCE, failure.code());
    assertTrue(rows.exists(BACK));
    assertFalse(failure.hint().contains("nothing was imported"), failure.hint());
  }
}
