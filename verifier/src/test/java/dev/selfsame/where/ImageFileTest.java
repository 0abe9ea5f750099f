package dev.selfsame.where;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.compare.tree.Archives;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files in layers, as a runtime would have them. */
class ImageFileTest {
  @TempDir private Path folder;

  @Test
  void an_images_file_is_the_highest_layers() throws IOException {
    Path low =
        new Archives().file("usr/bin/agent", "old").file("etc/gone", "x").write(in("low.tar"));
    Path high =
        new Archives().file("usr/bin/agent", "new").file("etc/.wh.gone", "").write(in("high.tgz"));
    assertEquals("new", read(List.of(low, high), "/usr/bin/agent"));
    assertEquals("old", read(List.of(high, low), "usr/bin/agent"));
    ImageFile image = new ImageFile(List.of(low, high), "image");
    try (Scratch scratch = Scratch.create(100)) {
      assertThrows(Failure.class, () -> image.copy("/etc/gone", scratch), "a whiteout hides it");
      assertThrows(Failure.class, () -> image.copy("/usr/bin", scratch), "no file");
    }
  }

  @Test
  void an_opaque_folder_hides_what_lies_below_but_not_what_it_holds() throws IOException {
    Path low = new Archives().file("opt/a", "low").file("opt/b", "low").write(in("low.tar"));
    Path high =
        new Archives().file("opt/.wh..wh..opq", "").file("opt/b", "high").write(in("high.tar"));
    assertEquals("high", read(List.of(low, high), "/opt/b"));
    assertThrows(Failure.class, () -> read(List.of(low, high), "/opt/a"));
  }

  @Test
  void a_hard_link_is_what_its_own_layer_or_a_lower_one_had() throws IOException {
    Path low =
        new Archives().file("bin/x", "malware").hardLink("app/agent", "bin/x").write(in("a.tar"));
    Path high = new Archives().file("bin/x", "promoted").write(in("b.tar"));
    assertEquals("malware", read(List.of(low, high), "/app/agent"));
    assertEquals("promoted", read(List.of(low, high), "/bin/x"));
    Path linked = new Archives().hardLink("app/agent", "bin/x").write(in("c.tar"));
    assertEquals("promoted", read(List.of(low, high, linked), "/app/agent"));
    Path again = new Archives().hardLink("opt/agent", "app/agent").write(in("d.tar"));
    assertEquals("malware", read(List.of(low, again, high), "/opt/agent"));
  }

  @Test
  void a_symbolic_link_to_a_hard_link_ends_at_the_same_bytes() throws IOException {
    Path low =
        new Archives()
            .link("usr", "system")
            .file("system/x", "malware")
            .hardLink("app/agent", "usr/x")
            .link("agent", "/app/agent")
            .write(in("a.tar"));
    Path high = new Archives().file("system/x", "promoted").write(in("b.tar"));
    assertEquals("malware", read(List.of(low, high), "/agent"));
  }

  @Test
  void what_unpackers_would_not_agree_on_has_no_answer() throws IOException {
    assertRefused("more than once", new Archives().file("app/x", "a").file("./app/x", "b"));
    assertRefused("more than once", new Archives().file("app/x", "a").link("app/x", "/b"));
    assertRefused("more than once", new Archives().file("app/x", "a").link("app", "/evil"));
    assertRefused("more than once", new Archives().file("app/x", "a").file("app", "file"));
    assertRefused("more than once", new Archives().link("app", "/evil").file("app/x", "a"));
    assertRefused("more than once", new Archives().link("app", "/evil").link("app", "/opt"));
    assertRefused(
        "more than once", new Archives().hardLink("app/x", "bin/x").file("bin/x", "late"));
    assertRefused("more than once", new Archives().hardLink("app/x", "app/x"));
    assertRefused(
        "a hard link to a symbolic", new Archives().link("bin/x", "y").hardLink("app/x", "bin/x"));
    assertRefused("is no folder", new Archives().file("app", "file"));
    assertRefused("is no regular file", new Archives().pipe("app/x"));
    assertRefused("has .. after a name", new Archives().link("app/x", "cur/../y"));
    assertRefused("links lead in circles", new Archives().link("app/x", "x"));
    assertRefused("no file /app/x", new Archives().hardLink("app/x", "bin/x"));
  }

  private void assertRefused(String why, Archives layer) throws IOException {
    Path file = layer.write(in("refused.tar"));
    Failure failure = assertThrows(Failure.class, () -> read(List.of(file), "/app/x"), why);
    assertTrue(String.valueOf(failure.getMessage()).contains(why), failure.getMessage());
    assertEquals(ExitCode.UNDECIDED, failure.code());
  }

  @Test
  void a_file_that_was_written_through_a_lower_layers_link_has_no_answer() throws IOException {
    Path low = new Archives().link("app", "opt").write(in("a.tar"));
    Path middle = new Archives().file("app/x", "promoted").write(in("b.tar"));
    Path high = new Archives().file("opt/x", "malware").write(in("c.tar"));
    Failure failure = assertThrows(Failure.class, () -> read(List.of(low, middle, high), "/app/x"));
    assertEquals(ExitCode.UNDECIDED, failure.code());
    Path away = new Archives().file(".wh.app", "").write(in("d.tar"));
    assertEquals("promoted", read(List.of(low, away, middle, high), "/app/x"));
  }

  @Test
  void a_file_that_a_higher_layer_may_write_to_through_a_link_has_no_answer() throws IOException {
    Path low = new Archives().link("app", "opt").file("opt/x", "promoted").write(in("a.tar"));
    assertThrough("app/x", low, new Archives().file("app/x", "malware"));
    assertThrough("app/.wh.x", low, new Archives().file("app/.wh.x", ""));
    assertThrough("app/.wh..wh..opq", low, new Archives().file("app/.wh..wh..opq", ""));
    assertThrough("b/x", low, new Archives().link("b", "/app").file("b/x", "malware"));
    assertThrough("c/x", low, new Archives().link("b", "app").hardLink("c", "b").file("c/x", "m"));
    assertThrough("r/opt", low, new Archives().link("r", "/").file("r/opt", "no folder"));
    assertThrough(
        "r/opt/x", low, new Archives().link("z/r", "..").link("r", "z/r").file("r/opt/x", "m"));
    assertThrough(
        "p/l/x", low, new Archives().link("a", "p").link("a/l", "../opt").file("p/l/x", "m"));
    Path odd = new Archives().link("l", "a/../opt").file("l/x", "malware").write(in("odd.tar"));
    assertThrows(Failure.class, () -> read(List.of(low, odd), "/opt/x"));
    Path loop = new Archives().link("l", "l/l").file("l/x", "malware").write(in("loop.tar"));
    assertThrows(Failure.class, () -> read(List.of(low, loop), "/opt/x"));
    Path other = new Archives().file("app/y", "beside").write(in("b.tar"));
    assertEquals("promoted", read(List.of(low, other), "/opt/x"));
  }

  private void assertThrough(String entry, Path low, Archives layer) throws IOException {
    Path high = layer.write(in("through.tar"));
    Failure failure = assertThrows(Failure.class, () -> read(List.of(low, high), "/opt/x"), entry);
    assertEquals(
        "image has an entry %s that may be written to opt/x, through a link".formatted(entry),
        failure.getMessage());
    assertEquals(ExitCode.UNDECIDED, failure.code());
  }

  @Test
  void what_unpacks_to_more_than_can_be_looked_through_has_no_answer() throws IOException {
    Path small =
        new Archives()
            .file("app/x", "promoted")
            .file("etc/zeros", 0644, new byte[3 << 20])
            .write(in("small.tgz"));
    assertTrue(Files.size(small) < 1 << 16, "as a download it is nothing");
    assertEquals("promoted", read(List.of(small), "/app/x"));
    assertTooLarge(List.of(small), 1 << 20);
    // Each pass counts.
    assertTooLarge(List.of(small), 4 << 20);
  }

  @Test
  void links_that_lead_to_ever_more_names_have_no_answer() throws IOException {
    Archives many = new Archives().file("app/x", "promoted");
    for (int i = 0; i < 30; i++) {
      many.link("e" + i, "e" + (i + 1));
    }
    for (int i = 0; i < 2000; i++) {
      many.file("e0/f" + i, "");
    }
    Path layer = many.write(in("links.tar"));
    long passes = 3 * Files.size(layer);
    assertEquals("promoted", read(List.of(layer), "/app/x"));
    assertTooLarge(List.of(layer), passes + (1 << 20));
  }

  private void assertTooLarge(List<Path> layers, long most) throws IOException {
    try (Scratch scratch = Scratch.create(1000)) {
      Failure failure =
          assertThrows(
              Failure.class,
              () ->
                  new ImageFile(layers, "image")
                      .copy("/app/x", scratch, new Effort("image", most)));
      assertEquals("image is too large to be looked through", failure.getMessage());
      assertEquals(ExitCode.UNDECIDED, failure.code());
    }
  }

  private String read(List<Path> layers, String path) throws IOException {
    try (Scratch scratch = Scratch.create(1000)) {
      return Files.readString(new ImageFile(layers, "image").copy(path, scratch));
    }
  }

  private Path in(String name) {
    return requireNonNull(folder).resolve(name);
  }
}
