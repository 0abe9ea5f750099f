package dev.selfsame.pins.root;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.pins.oci.PulledImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerStackTest {
  private static final int MANY = 1 << 18;

  @TempDir private Path folder;
  private Path root;
  private LayeredTree tree;
  private LayerStack stack;
  private int layers;

  @BeforeEach
  void start() throws Exception {
    root = Files.createDirectory(folder.resolve("tree"));
    tree = new LayeredTree(root);
    stack = new LayerStack(tree, new LayerStack.Limits(10_000, 100));
  }

  private void apply(TestDebs layer) throws IOException {
    byte[] tar = layer.tar();
    ByteArrayOutputStream gz = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(gz)) {
      out.write(tar);
    }
    Path file = folder.resolve("layer" + layers++);
    Files.write(file, layers % 2 == 0 ? tar : gz.toByteArray());
    stack.apply(new PulledImage.Layer(file, Digest.sha256(tar)));
  }

  private Digest finish() throws IOException {
    tree.finish(folder.resolve("entries"));
    return LayerTar.write(root, folder.resolve("entries"), java.io.OutputStream.nullOutputStream());
  }

  private void refused(String words, TestDebs layer) {
    Failure failure = assertThrows(Failure.class, () -> apply(layer));
    assertTrue(failure.getMessage().contains(words), failure.getMessage());
    assertFalse(Files.exists(folder.resolve("evil")));
  }

  @Test
  void whiteouts_remove_what_lower_layers_hold_and_nothing_of_their_own() throws Exception {
    apply(
        new TestDebs()
            .file("a/gone", 0644, "1")
            .file("a/kept", 0644, "1")
            .file("b/sub/gone", 0644, "1")
            .file("c/old", 0644, "1"));
    apply(
        new TestDebs()
            .file("a/.wh.gone", 0644, "")
            .file("b/.wh.sub", 0644, "")
            .file("c/new", 0644, "2")
            .file("c/.wh..wh..opq", 0644, "")
            .file("c/.wh..wh.plnk", 0644, ""));
    assertFalse(Files.exists(root.resolve("a/gone")));
    assertTrue(Files.exists(root.resolve("a/kept")));
    assertFalse(Files.exists(root.resolve("b/sub")));
    assertFalse(Files.exists(root.resolve("c/old")));
    assertEquals("2", Files.readString(root.resolve("c/new")));
    finish();
  }

  /** Some calls within each other for each would need more than a stack has. */
  @Test
  void a_layer_may_be_packed_in_any_number_of_parts() throws Exception {
    byte[] empty = HexFormat.of().parseHex("1f8b0800000000000003" + "0300" + "00".repeat(8));
    ByteArrayOutputStream parts = new ByteArrayOutputStream();
    for (int i = 0; i < MANY; i++) {
      parts.writeBytes(empty);
    }
    byte[] tar = new TestDebs().file("a", 0644, "1").tar();
    try (GZIPOutputStream out = new GZIPOutputStream(parts)) {
      out.write(tar);
    }
    Path file = Files.write(folder.resolve("many"), parts.toByteArray());
    stack.apply(new PulledImage.Layer(file, Digest.sha256(tar)));
    assertEquals("1", Files.readString(root.resolve("a")));
  }

  @Test
  void later_layers_replace_files_folders_and_links() throws Exception {
    apply(new TestDebs().file("x", 0644, "file").file("y/inside", 0644, "1").symlink("z", "y"));
    apply(
        new TestDebs()
            .file("x/inside", 0644, "2")
            .file("y", 0644, "now a file")
            .file("z", 0600, "now a file too"));
    assertEquals("2", Files.readString(root.resolve("x/inside")));
    assertEquals("now a file", Files.readString(root.resolve("y")));
    assertTrue(Files.isRegularFile(root.resolve("z"), LinkOption.NOFOLLOW_LINKS));
    finish();
  }

  @Test
  void hard_links_share_a_file_and_survive_its_first_name() throws Exception {
    apply(new TestDebs().file("a", 0644, "shared").hardLink("b", "a").hardLink("c", "./b"));
    apply(new TestDebs().file(".wh.a", 0644, ""));
    assertEquals("shared", Files.readString(root.resolve("b")));
    assertTrue(Files.isSameFile(root.resolve("b"), root.resolve("c")));
    finish();
    assertTrue(Files.readString(folder.resolve("entries")).contains("1 644 0 0"));
  }

  @Test
  void links_that_point_outside_are_kept_and_never_followed() throws Exception {
    apply(
        new TestDebs()
            .symlink("abs", folder.toString())
            .symlink("up", "../../../../../../..")
            .symlink("usr", "real"));
    apply(
        new TestDebs()
            .file("abs/evil", 0644, "1")
            .file("up/evil", 0644, "1")
            .file("usr/lib", 0644, "1")
            .symlink("deep", "abs/x"));
    assertFalse(Files.exists(folder.resolve("evil")));
    assertEquals(folder.toString(), Files.readSymbolicLink(root.resolve("abs")).toString());
    assertTrue(Files.exists(root.resolve(folder.toString().substring(1)).resolve("evil")));
    assertTrue(Files.exists(root.resolve("evil")));
    assertTrue(Files.exists(root.resolve("real/lib")));
    finish();
  }

  @Test
  void names_that_climb_out_are_refused() {
    refusedAll("../evil", "a/../../evil", "/evil", "./../evil");
  }

  private void refusedAll(String... names) {
    for (String name : names) {
      try {
        refused("leaves its folder", new TestDebs().file(name, 0644, "x"));
        refused("leaves its folder", new TestDebs().file("f", 0644, "").hardLink("l", name));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  void a_loop_of_links_and_a_link_to_nothing_are_refused() throws Exception {
    apply(new TestDebs().symlink("a", "b").symlink("b", "a"));
    refused("loop", new TestDebs().file("a/x", 0644, "1"));
    refused("is not a file", new TestDebs().hardLink("h", "nothing"));
    refused("whiteout of nothing", new TestDebs().file(".wh.", 0644, ""));
    refused("whiteout of nothing", new TestDebs().file(".wh...", 0644, ""));
  }

  @Test
  void devices_are_left_out_and_counted() throws Exception {
    apply(new TestDebs().device("dev/null"));
    assertEquals(1, stack.devices());
    assertFalse(Files.exists(root.resolve("dev/null"), LinkOption.NOFOLLOW_LINKS));
  }

  @Test
  void too_many_entries_or_bytes_are_refused() throws Exception {
    refused("too large", new TestDebs().file("big", 0644, "x".repeat(10_001)));
    TestDebs many = new TestDebs();
    for (int i = 0; i < 101; i++) {
      many.directory("d" + i, 0755);
    }
    refused("too large", many);
  }

  @Test
  void what_goes_on_behind_an_archives_end_is_bounded_too() throws Exception {
    byte[] tar = new TestDebs().file("a", 0644, "1").tar();
    byte[] longer = java.util.Arrays.copyOf(tar, tar.length + 20_000);
    Path file = folder.resolve("layer");
    Files.write(file, longer);
    Failure failure =
        assertThrows(
            Failure.class, () -> stack.apply(new PulledImage.Layer(file, Digest.sha256(longer))));
    assertTrue(failure.getMessage().contains("too large"), failure.getMessage());
  }

  @Test
  void owners_and_times_that_fit_no_header_are_kept() throws Exception {
    long time = 99_000_000_000L;
    apply(
        new TestDebs()
            .owned("big", 1_234_567_890L, 2_097_152L, time)
            .owned("fits", 2_097_151L, 0, 1_000));
    finish();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LayerTar.write(root, folder.resolve("entries"), out);
    try (var tar = new TarArchiveInputStream(new ByteArrayInputStream(out.toByteArray()))) {
      TarArchiveEntry big = tar.getNextEntry();
      assertEquals("big", big.getName());
      assertEquals(1_234_567_890L, big.getLongUserId());
      assertEquals(2_097_152L, big.getLongGroupId());
      assertEquals(time, big.getLastModifiedTime().toInstant().getEpochSecond());
      TarArchiveEntry fits = tar.getNextEntry();
      assertEquals(2_097_151L, fits.getLongUserId());
      assertEquals(java.util.Map.of(), fits.getExtraPaxHeaders());
    }
  }

  @Test
  void a_layer_with_another_diff_id_is_bad_evidence() throws Exception {
    Path file = folder.resolve("layer");
    Files.write(file, new TestDebs().file("a", 0644, "1").tar());
    Failure failure =
        assertThrows(
            Failure.class,
            () -> stack.apply(new PulledImage.Layer(file, Digest.sha256(new byte[0]))));
    assertEquals(ExitCode.BAD_EVIDENCE, failure.code());
  }

  @Test
  void zstd_is_refused_with_a_reason() throws Exception {
    Path file = folder.resolve("layer");
    Files.write(file, new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0});
    Failure failure =
        assertThrows(
            Failure.class,
            () -> stack.apply(new PulledImage.Layer(file, Digest.sha256(new byte[0]))));
    assertTrue(failure.getMessage().contains("zstd"), failure.getMessage());
  }

  @Test
  void the_same_layers_give_the_same_diff_id() throws Exception {
    apply(new TestDebs().file("b", 04755, "1").directory("a", 0700).hardLink("a/l", "b"));
    assertEquals(
        "sha256:d44977f83ad811ca6dc347da2ba0f8ec58d22e7e61adca6b335c06e0c58db40a",
        finish().toString());
  }
}
