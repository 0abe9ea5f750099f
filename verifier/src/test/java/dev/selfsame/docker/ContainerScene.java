package dev.selfsame.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selfsame.compare.tree.Archives;
import dev.selfsame.where.Where;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Containers of a real engine, made from nothing but the files that a test gives; all removed. */
public final class ContainerScene implements AutoCloseable {
  private final Where.Engine engine;
  private final Path folder;
  private final Deque<String> images = new ArrayDeque<>();
  private final Deque<String> containers = new ArrayDeque<>();

  public ContainerScene(Where.Engine engine, Path folder) {
    this.engine = engine;
    this.folder = folder;
  }

  /** Makes an image without a shell, a library or anything but these files. */
  public String image(Archives root) throws IOException, InterruptedException {
    Path tar = root.write(Files.createTempFile(folder, "root", ".tar"));
    String id = engine("import", tar.toString());
    images.push(id);
    return id;
  }

  /** Fetches an image from a registry of this machine, which has no certificate; its reference. */
  public String pull(String reference) throws IOException, InterruptedException {
    if (engine == Where.Engine.PODMAN) {
      engine("pull", "-q", "--tls-verify=false", reference);
    } else {
      engine("pull", "-q", reference);
    }
    images.push(reference);
    return reference;
  }

  /** Starts a container; options, image and command as the program takes them. */
  public String run(String... words) throws IOException, InterruptedException {
    return made("run", "-d", words);
  }

  /** Makes a container that is not started. */
  public String create(String... words) throws IOException, InterruptedException {
    return made("create", "--init=false", words);
  }

  private String made(String verb, String option, String... words)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(verb, option, "--label", "selfsame-test=scene"));
    all.addAll(List.of(words));
    String id = engine(all.toArray(String[]::new));
    containers.push(id);
    return id;
  }

  /** Puts a file in place of a container's own, as the founding note did. */
  public void copyOver(String container, byte[] bytes, String path)
      throws IOException, InterruptedException {
    Path file = Files.createTempFile(folder, "new", "");
    Files.write(file, bytes);
    file.toFile().setExecutable(true, false);
    engine("cp", file.toString(), container + ":" + path);
  }

  /** Runs the engine's program; what it wrote, without white space around. */
  public String engine(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(engine.word()));
    if (engine == Where.Engine.PODMAN) {
      command.addAll(List.of("--url", "unix:///run/podman/podman.sock"));
    }
    command.addAll(List.of(arguments));
    Path err = Files.createTempFile(folder, "engine", ".err");
    Process process = new ProcessBuilder(command).redirectError(err.toFile()).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), () -> command + said + read(err));
    return said.strip();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    while (!containers.isEmpty()) {
      // A program that is process 1 hears no polite signal, and Podman would wait for it.
      if (engine == Where.Engine.PODMAN) {
        engine("rm", "-f", "-v", "--time", "0", containers.pop());
      } else {
        engine("rm", "-f", "-v", containers.pop());
      }
    }
    while (!images.isEmpty()) {
      engine("rmi", "-f", images.pop());
    }
  }
}
