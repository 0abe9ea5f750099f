package dev.selfsame.upkeep.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.oci.MediaTypes;
import dev.selfsame.oci.Reference;
import dev.selfsame.oci.StagingRepositories;
import dev.selfsame.outcome.Progress;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.StoredManifest;
import dev.selfsame.store.TagName;
import dev.selfsame.store.file.RegistryFolder;
import dev.selfsame.store.jdbi.H2Repositories;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Layouts as skopeo and oras read and write them. */
@Timeout(120)
@Needs(Component.SKOPEO)
@Needs(Component.ORAS)
final class LayoutClientsTest {
  private static final RepositoryName APP = new RepositoryName("staging/app");
  private static final RepositoryName BACK = new RepositoryName("staging/back");

  @TempDir private Path folder;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Digest push(StagingRepositories staging, byte[] content) throws IOException {
    String id = staging.begin();
    staging.append(id, 0, -1, new ByteArrayInputStream(content));
    return staging.finish(APP, id, Digest.sha256(content)).digest();
  }

  private static StoredManifest put(
      StagingRepositories staging, String config, String layer, String more, TagName... tags)
      throws IOException {
    String manifest =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\"%s\",\"size\":%d},\"layers\":[{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar\",\"digest\":\"%s\",\"size\":%d}]%s}"
            .formatted(
                MediaTypes.MANIFEST,
                push(staging, bytes(config)),
                config.length(),
                push(staging, bytes(layer)),
                layer.length(),
                more);
    return staging.put(
        APP,
        new Reference.ByDigest(Digest.sha256(bytes(manifest))),
        List.of(tags),
        "",
        bytes(manifest));
  }

  private String run(Component program, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(program.program().orElseThrow().toString());
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), command + "\n" + said);
    return said;
  }

  @Test
  void skopeo_and_oras_read_what_is_exported_and_what_they_write_is_imported() throws Exception {
    RegistryFolder registry = RegistryFolder.create(folder.resolve("registry"));
    try (H2Repositories rows =
        H2Repositories.open(
            registry.path(), registry.changes(Clock.systemUTC()), Progress.SILENT)) {
      StagingRepositories staging =
          new StagingRepositories(registry.registry().blobs(), registry.uploads(), rows);
      String layer = "\0".repeat(1024);
      String config =
          "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"%s\"]}}"
              .formatted(Digest.sha256(bytes(layer)));
      StoredManifest image = put(staging, config, layer, "", new TagName("1"));
      StoredManifest attached =
          put(
              staging,
              "{}",
              "attached",
              ",\"subject\":{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
                  .formatted(MediaTypes.MANIFEST, image.digest(), image.bytes().length));
      new LayoutExport(staging, APP).to(folder.resolve("layout"), Optional.empty());

      String raw = run(Component.SKOPEO, "inspect", "--raw", "oci:layout:1");
      assertEquals(image.digest(), Digest.sha256(bytes(raw)));
      String fetched = run(Component.ORAS, "manifest", "fetch", "--oci-layout", "layout:1");
      assertEquals(image.digest(), Digest.sha256(bytes(fetched)));
      String tree = run(Component.ORAS, "discover", "--oci-layout", "layout:1");
      assertTrue(tree.contains(attached.digest().toString()), tree);

      run(Component.SKOPEO, "copy", "--preserve-digests", "oci:layout:1", "oci:skopeo:2");
      LayoutImport.of(folder.resolve("skopeo"), staging, BACK);
      assertEquals(image.digest(), rows.manifest(BACK, new TagName("2")).orElseThrow().digest());
      run(Component.ORAS, "cp", "-r", "--from-oci-layout", "layout:1", "--to-oci-layout", "oras:3");
      LayoutImport.of(folder.resolve("oras"), staging, BACK);
      assertEquals(image.digest(), rows.manifest(BACK, new TagName("3")).orElseThrow().digest());
      assertTrue(rows.manifest(BACK, attached.digest()).isPresent());
    }
  }
}
