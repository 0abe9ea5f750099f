package dev.selfsame.compare.experiment;

import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.Json;
import dev.selfsame.evidence.MalformedDocumentException;
import dev.selfsame.evidence.Recipe;
import dev.selfsame.files.FileTree;
import dev.selfsame.pins.fetch.DiskTrouble;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What experiments have built, by source with its Cargo.lock and recipe: {@code DIGEST/rung.json}
 * and the binaries. It saves time and proves nothing: each file is hashed again when it is taken,
 * and a's rung must still be a. What was used longest ago goes where all of it is larger than the
 * limit.
 */
final class RungCache {
  private static final String KEY = "selfsame-rung/1";
  private static final String NOTE = "rung.json";

  /** What is not whole after so long, a killed process has left. */
  private static final Duration LONGEST = Duration.ofDays(1);

  private final Path folder;
  private final Clock clock;
  private final long mostBytes;

  /**
   * @param folder such as {@code ~/.cache/selfsame/rungs}
   * @param mostBytes how much is kept
   */
  RungCache(Path folder, Clock clock, long mostBytes) {
    this.folder = folder;
    this.clock = clock;
    this.mostBytes = mostBytes;
  }

  /**
   * What was built.
   *
   * @param seconds wall time of the build when it was made
   * @param binaries their digests by name
   */
  record Note(double seconds, Map<String, Digest> binaries) {
    Note {
      binaries = Collections.unmodifiableMap(new TreeMap<>(binaries));
    }
  }

  /** A build that is there. */
  record Kept(double seconds, Map<String, Path> binaries) {
    Kept {
      binaries = Collections.unmodifiableMap(new TreeMap<>(binaries));
    }
  }

  /**
   * The build of these inputs to this recipe, where it is there and undamaged.
   *
   * @param inputs digest of all that is built
   */
  Optional<Kept> find(Digest inputs, Recipe recipe) {
    Path place = place(inputs, recipe);
    try {
      if (!Files.isRegularFile(place.resolve(NOTE))) {
        return Optional.empty();
      }
      Note note = Json.read(Files.readAllBytes(place.resolve(NOTE)), Note.class);
      Map<String, Path> binaries = new TreeMap<>();
      for (Map.Entry<String, Digest> binary : note.binaries().entrySet()) {
        Path file = place.resolve(binary.getKey());
        if (!Digest.sha256(file).equals(binary.getValue())) {
          FileTree.delete(place);
          return Optional.empty();
        }
        binaries.put(binary.getKey(), file);
      }
      Files.setLastModifiedTime(place.resolve(NOTE), FileTime.from(clock.instant()));
      return Optional.of(new Kept(note.seconds(), binaries));
    } catch (IOException | MalformedDocumentException e) {
      // Damaged, or another process has just removed it: it is built again.
      return Optional.empty();
    }
  }

  /** Keeps a build, whole or not at all. */
  Kept keep(Digest inputs, Recipe recipe, double seconds, Map<String, Path> binaries) {
    Path place = place(inputs, recipe);
    Path fresh =
        folder.resolve(
            ".%d-%d-%s"
                .formatted(
                    ProcessHandle.current().pid(),
                    Thread.currentThread().threadId(),
                    place.getFileName()));
    try {
      FileTree.delete(fresh);
      Files.createDirectories(fresh);
      Map<String, Digest> digests = new TreeMap<>();
      for (Map.Entry<String, Path> binary : binaries.entrySet()) {
        Path copy = fresh.resolve(binary.getKey());
        Files.copy(binary.getValue(), copy);
        digests.put(binary.getKey(), Digest.sha256(copy));
      }
      Files.write(fresh.resolve(NOTE), Json.write(new Note(seconds, digests)));
      if (!moved(fresh, place) && find(inputs, recipe).isEmpty()) {
        FileTree.delete(place);
        moved(fresh, place);
      }
      prune(place);
    } catch (IOException e) {
      throw DiskTrouble.failure("keeping a build", folder, e);
    } finally {
      discard(fresh);
    }
    Map<String, Path> kept = new TreeMap<>();
    binaries.keySet().forEach(name -> kept.put(name, place.resolve(name)));
    return new Kept(seconds, kept);
  }

  /** False where something is there: another process was first, or what is there is damaged. */
  private static boolean moved(Path fresh, Path place) throws IOException {
    try {
      Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (FileSystemException e) {
      if (!Files.exists(place)) {
        throw e;
      }
      return false;
    }
  }

  private static void discard(Path fresh) {
    boolean interrupted = Thread.interrupted();
    try {
      FileTree.delete(fresh);
    } catch (IOException e) {
      throw DiskTrouble.failure("removing " + fresh, fresh, e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** A build in the cache, when it was last used, and how many bytes it has. */
  private record Stored(Path place, FileTime used, long bytes) {}

  private void prune(Path newest) throws IOException {
    discardLeft();
    List<Stored> all = new ArrayList<>();
    long bytes = 0;
    try (Stream<Path> places = Files.list(folder)) {
      for (Path place : places.filter(p -> Files.isRegularFile(p.resolve(NOTE))).toList()) {
        Optional<Stored> there = stored(place);
        if (place.equals(newest)) {
          bytes = there.map(Stored::bytes).orElse(0L);
        } else {
          there.ifPresent(all::add);
        }
      }
    }
    all.sort(Comparator.comparing(Stored::used).reversed());
    for (Stored stored : all) {
      bytes += stored.bytes();
      if (bytes > mostBytes) {
        FileTree.delete(stored.place());
      }
    }
  }

  private void discardLeft() throws IOException {
    Instant before = clock.instant().minus(LONGEST);
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, ".*")) {
      for (Path place : left) {
        if (Files.getLastModifiedTime(place).toInstant().isBefore(before)) {
          FileTree.delete(place);
        }
      }
    } catch (NoSuchFileException e) {
      // Another process removes it just now.
    }
  }

  /** Empty where another process removes it just now. */
  private static Optional<Stored> stored(Path place) {
    try (Stream<Path> files = Files.list(place)) {
      long bytes = 0;
      for (Path file : files.toList()) {
        bytes += Files.size(file);
      }
      return Optional.of(new Stored(place, Files.getLastModifiedTime(place.resolve(NOTE)), bytes));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Path place(Digest inputs, Recipe recipe) {
    String key =
        "%s\n%s\n%s"
            .formatted(KEY, inputs, new String(Json.writeCompact(recipe), StandardCharsets.UTF_8));
    return folder.resolve(Digest.sha256(key.getBytes(StandardCharsets.UTF_8)).hex());
  }
}
