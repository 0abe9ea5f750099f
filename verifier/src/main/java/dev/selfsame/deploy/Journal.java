package dev.selfsame.deploy;

import static java.util.Objects.requireNonNull;

import dev.selfsame.evidence.Json;
import dev.selfsame.evidence.MalformedDocumentException;
import dev.selfsame.files.AtomicFile;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a target's deployment stands, on disk before each step begins: whoever comes after one that
 * was killed reads what to do. It holds no secrets. Written under the {@link TargetLock} alone.
 */
public final class Journal {
  private static final String SCHEMA = "selfsame.deploy-journal/2";

  private final Path file;
  private final Ending ending;

  /**
   * @param folder the target's own folder
   */
  public Journal(Path folder) {
    this(folder, _ -> {});
  }

  /**
   * @param ending told of how a deployment ended before that is forgotten here
   */
  public Journal(Path folder, Ending ending) {
    this.file = folder.resolve("journal.json");
    this.ending = ending;
  }

  /** Told of how a deployment ended. */
  @FunctionalInterface
  public interface Ending {
    /**
     * It ended so. May be told again of the same deployment, where it had not quite ended.
     *
     * @throws Failure where that cannot be kept; then the deployment has not ended
     */
    void ended(Outcome outcome);

    /** Whether a record is to be made of it, which is noted: whoever ends it may have no key. */
    default boolean toBeRecorded() {
      return false;
    }
  }

  /**
   * A deployment that has begun and not ended.
   *
   * @param schema {@code selfsame.deploy-journal/2}
   * @param deployment the attempt
   * @param before how the target was
   * @param steps the plan's words, in order
   * @param begun how many of them have begun, at least 1
   * @param recorded true where a record is to be made of how it ends, else null
   */
  public record Open(
      String schema,
      Deployment deployment,
      Before before,
      List<String> steps,
      int begun,
      @Nullable Boolean recorded) {
    public Open {
      requireNonNull(deployment);
      requireNonNull(before);
      steps = List.copyOf(steps);
      if (!schema.equals(SCHEMA) || begun < 1 || begun > steps.size()) {
        throw new IllegalArgumentException("no journal of this version's form");
      }
    }

    /** Whether a record is to be made of how it ends, whoever ends it. */
    public boolean toBeRecorded() {
      return Boolean.TRUE.equals(recorded);
    }

    /** The word of the step that was begun last. */
    String step() {
      return steps.get(begun - 1);
    }

    /** What the next run does with it, such as {@code ends …}. */
    public String next() {
      return committed()
          ? "ends deployment %s, which was broken off in its last step: the new one stays"
              .formatted(deployment.id())
          : "goes back from deployment %s, which was broken off in its step %s: the old one stays"
              .formatted(deployment.id(), step());
    }

    /** How it was, for the way back: with what had begun. */
    Before forGoingBack() {
      return before.withBegun(steps.subList(0, begun));
    }

    /** Whether the way back needs the {@link SettingsKey}, by which something is known again. */
    boolean needsKey() {
      return before.notes().values().stream().anyMatch(Mark::isByKey);
    }

    /** Whether there is no way back any more: the last step, which retires the old one, began. */
    boolean committed() {
      return begun == steps.size();
    }
  }

  /**
   * What has begun and not ended.
   *
   * @throws Failure exit 3 where that cannot be read
   */
  public Optional<Open> open() {
    try {
      return Optional.of(Json.read(Files.readAllBytes(file), Open.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | MalformedDocumentException e) {
      throw Failure.undecided(
          "cannot read where the last deployment stands, %s: %s".formatted(file, e.getMessage()),
          "look at the target by hand, then remove the file",
          e);
    }
  }

  /** Where it is, for messages. */
  Path file() {
    return file;
  }

  /** Notes that a step begins, counted from 1; on return that survives a crash. */
  Open begin(Deployment deployment, Plan plan, int step) {
    Open open =
        new Open(
            SCHEMA,
            deployment,
            plan.before(),
            plan.steps().stream().map(Step::word).toList(),
            step,
            ending.toBeRecorded() ? Boolean.TRUE : null);
    write(open);
    return open;
  }

  /** Notes that it has ended, after whoever has to know how was told. */
  void close(Outcome outcome) {
    ending.ended(outcome);
    forget();
  }

  /** Notes that it has ended, and that nobody could see anything of it. */
  void forget() {
    try {
      if (Files.deleteIfExists(file)) {
        AtomicFile.syncFolder(requireNonNull(file.getParent()));
      }
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private void write(Open open) {
    try {
      AtomicFile.writePrivate(file, Json.write(open));
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private Failure unwritable(IOException e) {
    return Failure.undecided(
        "cannot write where the deployment stands, %s: %s".formatted(file, e.getMessage()),
        "check the folder, its permissions and free space",
        e);
  }
}
