package dev.selfsame.where;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RootedTest {
  @TempDir private Path folder;
  private Path root = Path.of("");

  @BeforeEach
  void fill() throws IOException {
    root = Files.createDirectories(requireNonNull(folder).resolve("root"));
    Files.createDirectories(root.resolve("opt/v1"));
    Files.writeString(root.resolve("opt/v1/agent"), "inside");
    Files.writeString(folder.resolve("secret"), "outside");
  }

  private void link(String name, String target) throws IOException {
    Files.createSymbolicLink(root.resolve(name), Path.of(target));
  }

  private String read(String path) throws IOException {
    try (Rooted.Opened opened = Rooted.at(root).open(path)) {
      return new String(Channels.newInputStream(opened.channel()).readAllBytes())
          + " at "
          + opened.found().path();
    }
  }

  @Test
  void links_lead_within_the_root() throws IOException {
    link("opt/current", "v1");
    link("opt/absolute", "/opt/current/agent");
    link("opt/up", "../../../../../opt/v1/agent");
    link("opt/v1/side", "../current/../v1/./agent");
    for (String path :
        new String[] {
          "/opt/v1/agent",
          "opt/current/agent",
          "/opt/absolute",
          "/opt/up",
          "/opt/v1/side",
          "/../../opt/v1/agent",
          "/opt//v1/./agent"
        }) {
      assertEquals("inside at /opt/v1/agent", read(path), path);
    }
  }

  @Test
  void no_trick_leads_out_of_it() throws IOException {
    link("opt/out", "../../secret");
    link("opt/far", folder.resolve("secret").toString());
    link("opt/parent", "..");
    for (String path :
        new String[] {"/opt/out", "/opt/far", "/../secret", "/opt/parent/../secret"}) {
      assertThrows(NoSuchFileException.class, () -> read(path), path);
    }
  }

  @Test
  void what_is_no_file_is_refused() throws Exception {
    link("opt/circle", "circle");
    link("opt/a", "b");
    link("opt/b", "a");
    assertThrows(FileSystemLoopException.class, () -> read("/opt/circle"));
    assertThrows(FileSystemLoopException.class, () -> read("/opt/a"));
    assertThrows(Rooted.NoFileException.class, () -> read("/opt/v1"));
    assertThrows(IOException.class, () -> read("/opt/v1/agent/x"));
    assertThrows(NoSuchFileException.class, () -> read("/"));
    assertEquals(0, new ProcessBuilder("mkfifo", root + "/pipe").start().waitFor());
    assertThrows(Rooted.NoFileException.class, () -> read("/pipe"));
  }
}
