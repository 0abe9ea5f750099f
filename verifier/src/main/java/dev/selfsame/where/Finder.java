package dev.selfsame.where;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.fetch.Downloads;
import dev.selfsame.pins.fetch.Proxies;
import dev.selfsame.pins.oci.ContentPull;
import dev.selfsame.pins.oci.Logins;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/** Brings a file to this machine, wherever it is. */
public final class Finder {
  private final ContainerFiles containers;
  private final Path proc;
  private final Supplier<InputStream> input;
  private final Path cache;
  private final Map<String, String> environment;
  private final Logins logins;
  private final Progress progress;

  /**
   * @param proc where the kernel shows processes, {@code /proc}
   * @param input standard input
   * @param cache where layers are kept, such as {@code ~/.cache/selfsame}
   * @param environment names the proxies through which registries are reached
   * @param logins what is known of accounts there
   */
  public Finder(
      ContainerFiles containers,
      Path proc,
      Supplier<InputStream> input,
      Path cache,
      Map<String, String> environment,
      Logins logins,
      Progress progress) {
    this.containers = containers;
    this.proc = proc;
    this.input = input;
    this.cache = cache;
    this.environment = environment;
    this.logins = logins;
    this.progress = progress;
  }

  /** Where containers are looked into. */
  public ContainerFiles containers() {
    return containers;
  }

  /** Where processes are looked at. */
  public Path proc() {
    return proc;
  }

  /**
   * The file itself where it is local, else a copy in {@code scratch} or in the cache. Of a process
   * and of a container's main one, what it executes.
   *
   * @throws Failure (undecided) where it cannot be had; (bad evidence) where a registry's bytes do
   *     not have the digest that they were asked for by
   */
  public Path file(Where where, Scratch scratch) throws InterruptedException {
    return switch (where) {
      case Where.Local local -> local.path();
      case Where.Container container -> copy(container, scratch);
      case Where.Pid process -> copy(LiveProcess.of(proc, process.pid()), scratch);
      case Where.Oci oci -> pull(oci, scratch).file();
      case Where.Input _ -> read(scratch);
    };
  }

  private Path copy(Where.Container place, Scratch scratch) throws InterruptedException {
    try (OpenContainer container = containers.open(place)) {
      if (!place.path().isEmpty()) {
        return container.take(place.path(), scratch).file();
      }
      ContainerState state = container.state();
      return switch (ContainerProcesses.of(proc, state)) {
        case ContainerProcesses.Seen seen -> copy(seen.main(), scratch);
        case ContainerProcesses.None _ ->
            container.take(requireProgram(place, state), scratch).file();
        case ContainerProcesses.Hidden hidden -> throw hidden(place, hidden);
      };
    }
  }

  /**
   * The program that a container would start, absolute.
   *
   * @throws Failure (undecided) where the engine does not tell
   */
  private static String requireProgram(Where.Container place, ContainerState state) {
    if (!state.program().startsWith("/")) {
      throw Failure.undecided(
          "%s is %s, and where its program %s is found is decided when it starts"
              .formatted(place.text(), state.state(), state.program()),
          "name the file: %s:/path/to/file".formatted(place.text()));
    }
    return state.program();
  }

  /** That a container runs, and nobody here can say what. */
  public static Failure hidden(Where.Container place, ContainerProcesses.Hidden hidden) {
    return Failure.undecided(
        "cannot tell what runs in %s: %s".formatted(place.text(), hidden.why()),
        "ask as root on the machine that runs it, or name a file: %s:/path/to/file"
            .formatted(place.text()));
  }

  /** That one of a container's processes cannot be seen, and may execute the file that is named. */
  public static Failure unseen(Where.Container place, String why) {
    return Failure.undecided(
        "cannot tell whether a process runs %s: %s".formatted(place.text(), why),
        "ask as root on the machine that runs it, or ask for that process: pid:N");
  }

  private static Path copy(LiveProcess process, Scratch scratch) {
    try (InputStream in = Files.newInputStream(process.running())) {
      return scratch.keep(process.executable(), in);
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot read what process %d executes: %s".formatted(process.pid(), e.getMessage()),
          "run it as root, or as the user of that process",
          e);
    }
  }

  private Path read(Scratch scratch) {
    try {
      return scratch.keep("stdin", input.get());
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot read standard input: " + e.getMessage(), "write the file, then name it", e);
    }
  }

  /**
   * A file out of a registry.
   *
   * @param manifest digest of the manifest that names its bytes
   */
  public record Pulled(Path file, Digest manifest) {}

  /** As {@link #file}, with what the reference stood for at that moment. */
  public Pulled pull(Where.Oci oci, Scratch scratch) throws InterruptedException {
    try (Downloads downloads = new Downloads(cache)) {
      Proxies proxies = new Proxies(environment);
      ContentPull pull = ContentPull.of(downloads, progress, oci.reference(), proxies, logins);
      Path file =
          oci.path().isEmpty()
              ? pull.only()
              : new ImageFile(pull.all(), oci.text()).copy(oci.path(), scratch);
      return new Pulled(file, pull.digest());
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot read %s: %s".formatted(oci.text(), e.getMessage()),
          "take another image, or unpack this one",
          e);
    }
  }
}
