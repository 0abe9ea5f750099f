package dev.selfsame.deploy.docker;

import dev.selfsame.deploy.Consent;
import dev.selfsame.digest.Digest;
import dev.selfsame.digest.DigestingOutputStream;
import dev.selfsame.outcome.Failure;
import dev.selfsame.where.ContainerProcesses;
import dev.selfsame.where.LiveProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Which bytes a container has at a place, and which its main process was started from. */
final class Program {
  private static final int MOST_LINKS = 16;

  private final Inside inside;

  Program(Containers containers) {
    this.inside = new Inside(containers.connection());
  }

  /**
   * A file of a container.
   *
   * @param mode its permissions
   * @param user uid
   * @param group gid
   */
  record Found(Digest digest, int mode, long user, long group) {}

  private sealed interface Entry {
    record File(Found found) implements Entry {}

    record Link(String target) implements Entry {}
  }

  /** What stands at a path, through symbolic links; empty where there is nothing. */
  Optional<Found> at(String id, String path) throws InterruptedException {
    String at = path;
    for (int links = 0; links <= MOST_LINKS; links++) {
      String asked = at;
      Optional<Entry> entry = inside.read(id, asked, in -> entry(in, asked));
      if (entry.isEmpty()) {
        return Optional.empty();
      } else if (entry.get() instanceof Entry.File(Found found)) {
        return Optional.of(found);
      } else if (entry.get() instanceof Entry.Link(String target)) {
        at = Path.of(at).resolveSibling(target).normalize().toString();
      }
    }
    throw Failure.undecided("links lead in circles from " + path, "name the file itself");
  }

  /**
   * What stands at a path itself, through no symbolic link at its end; empty where there is
   * nothing, or such a link.
   */
  Optional<Found> itself(String id, String path) throws InterruptedException {
    return inside
        .readItself(id, path, in -> entry(in, path))
        .flatMap(entry ->
            entry instanceof Entry.File(Found found) ? Optional.of(found) : Optional.empty());
  }

  private static Entry entry(InputStream in, String path) throws IOException {
    TarArchiveInputStream tar = new TarArchiveInputStream(in, "UTF-8");
    TarArchiveEntry entry = tar.getNextEntry();
    if (entry != null && entry.isSymbolicLink()) {
      return new Entry.Link(entry.getLinkName());
    } else if (entry == null || !isRegular(entry)) {
      throw Failure.no(
          "%s of the container is no regular file".formatted(path), "name the file itself");
    }
    try (DigestingOutputStream hash = new DigestingOutputStream(OutputStream.nullOutputStream())) {
      tar.transferTo(hash);
      return new Entry.File(
          new Found(
              hash.digest(),
              entry.getMode() & 0xfff,
              entry.getLongUserId(),
              entry.getLongGroupId()));
    }
  }

  /** The library's own isFile() holds links and devices for files too. */
  private static boolean isRegular(TarArchiveEntry entry) {
    byte kind = entry.getLinkFlag();
    return !entry.isDirectory()
        && (kind == TarConstants.LF_NORMAL || kind == TarConstants.LF_OLDNORM);
  }

  /**
   * What runs.
   *
   * @param digest SHA-256 of it
   * @param how how it was seen
   * @param seen whether it was read from the process; else from the file that it was started from,
   *     which may be another by now
   */
  record Running(Digest digest, String how, boolean seen) {}

  /**
   * The bytes that the main process runs, of a container that starts nothing else: by the process
   * itself where this machine shows it, else by the file that it was started from.
   */
  Optional<Running> running(Seen container, String path) throws InterruptedException {
    if (!container.running()) {
      return Optional.empty();
    }
    Optional<Running> process = process(container);
    return process.isPresent() ? process : byFile(container, path);
  }

  /** Not by a file of another place than it was started from: that says nothing of what runs. */
  private Optional<Running> byFile(Seen container, String path) throws InterruptedException {
    return container.program().equals(path)
        ? at(container.id(), path)
            .map(found ->
                new Running(
                    found.digest(),
                    "%s copied out of the container; its process cannot be seen from here"
                        .formatted(path),
                    false))
        : Optional.empty();
  }

  /**
   * The bytes that run under a path of somebody else's container, whose main process may be an init
   * or a shell: by every process that was started from there, where this machine shows them, else
   * by the file. Empty where none was, or they run different bytes.
   */
  Optional<Running> runningAt(Seen container, String path) throws InterruptedException {
    return processes(container) instanceof ContainerProcesses.Hidden
        ? byFile(container, path)
        : processAt(container, path);
  }

  /** As the other, by the processes alone. */
  Optional<Running> processAt(Seen container, String path) {
    if (!(processes(container) instanceof ContainerProcesses.Seen seen)) {
      return Optional.empty();
    }
    Map<Digest, Long> runs = new HashMap<>();
    for (LiveProcess one : seen.running(path)) {
      try (InputStream program = Files.newInputStream(one.running())) {
        runs.putIfAbsent(Digest.sha256(program), one.pid());
      } catch (IOException e) {
        return Optional.empty(); // It has just ended, or cannot be read.
      }
    }
    return runs.size() == 1
        ? runs.entrySet().stream()
            .findFirst()
            .map(one ->
                new Running(
                    one.getKey(), "process %d of this machine".formatted(one.getValue()), true))
        : Optional.empty();
  }

  /**
   * Why a path cannot be that of the program that runs, where that is seen: no process was started
   * from it.
   */
  Optional<String> notRunAt(Seen container, String path) {
    return processes(container) instanceof ContainerProcesses.Seen seen
            && seen.unseen().isEmpty()
            && seen.running(path).isEmpty()
        ? Optional.of(
            "no process of container %s runs %s; its main one runs %s"
                .formatted(container.name(), path, seen.main().executable()))
        : Optional.empty();
  }

  /**
   * Refuses to rely on what runs in a container where that is not seen.
   *
   * @throws Failure exit 3 where its processes are hidden and that was not consented to
   */
  static void requireSeen(Seen container, Consent consent) {
    Optional<String> hidden = hidden(container, consent);
    if (hidden.isPresent()) {
      throw unseen(hidden.get());
    }
  }

  /** That what runs in a container cannot be seen; empty where it can, or that was consented to. */
  static Optional<String> hidden(Seen container, Consent consent) {
    return !consent.unseen()
            && processes(container) instanceof ContainerProcesses.Hidden(String why)
        ? Optional.of("what container %s runs cannot be seen: %s".formatted(container.name(), why))
        : Optional.empty();
  }

  /** That a file is no proof of what runs. */
  static Failure unseen(String what) {
    return Failure.undecided(
        what + ", and without --unseen a file is no proof of it",
        "run it on the engine's machine, as root or the container's own user");
  }

  private static ContainerProcesses processes(Seen container) {
    return ContainerProcesses.of(
        Path.of("/proc"), container.id(), container.running() ? container.pid() : 0);
  }

  /** Whether the next start would run these bytes too: what stands at the path is what runs. */
  boolean runsWhatIsThere(String id, String path, Optional<Running> running)
      throws InterruptedException {
    return running.isPresent()
        && at(id, path).filter(found -> found.digest().equals(running.get().digest())).isPresent();
  }

  /** By the main process itself alone; empty where it does not run, or cannot be seen from here. */
  Optional<Running> process(Seen container) {
    if (!(processes(container) instanceof ContainerProcesses.Seen seen)) {
      return Optional.empty();
    }
    try (InputStream program = Files.newInputStream(seen.main().running())) {
      return Optional.of(
          new Running(
              Digest.sha256(program),
              "process %d of this machine".formatted(seen.main().pid()),
              true));
    } catch (IOException e) {
      return Optional.empty(); // It has just ended, or cannot be read.
    }
  }
}
