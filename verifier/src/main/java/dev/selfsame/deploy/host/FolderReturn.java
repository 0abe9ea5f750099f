package dev.selfsame.deploy.host;

import dev.selfsame.deploy.Deployment;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Probe;
import dev.selfsame.files.FileTree;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The way back of a {@link FolderTarget}: the new one ends, the one before runs again. */
final class FolderReturn {
  static final String HALTING = Making.OWN + "halting";

  private final Place place;
  private final Releases releases;
  private final Processes processes;
  private final Probe probe;
  private final Start start;
  private final long graceMillis;
  private final Landmarks landmarks;

  /** Starts a deployment's program, and says what it started. */
  @FunctionalInterface
  interface Start {
    String of(String id) throws IOException, InterruptedException;
  }

  FolderReturn(
      Place place,
      Releases releases,
      Processes processes,
      Probe probe,
      Start start,
      long graceMillis,
      Landmarks landmarks) {
    this.place = place;
    this.releases = releases;
    this.processes = processes;
    this.probe = probe;
    this.start = start;
    this.graceMillis = graceMillis;
    this.landmarks = landmarks;
  }

  /**
   * Notes which process is about to be told to end: a signal cannot be taken back, so whoever is
   * interrupted from here on has to see to its end before another one is started.
   */
  void noteHalting(Deployment deployment, ProcessMark old) throws IOException {
    old.write(place.of(deployment).resolve(HALTING));
  }

  /**
   * Goes back.
   *
   * @return what stands there now
   * @throws Failure (undecided) where the one before ran, and does not run as well as it did
   */
  String run(Deployment deployment, Old old) throws IOException, InterruptedException {
    Path halting = place.of(deployment).resolve(HALTING);
    Optional<ProcessMark> halted = ProcessMark.read(halting);
    if (halted.isPresent()) {
      processes.stop(halted.get(), graceMillis);
    }
    Optional<ProcessMark> runs = running(old.id());
    stopNew(deployment, runs);
    landmarks.passed("back: stopped");
    if (old.id().isPresent()) {
      place.makeCurrent(old.id().get());
    } else {
      Files.deleteIfExists(place.current());
    }
    place.removeNext();
    landmarks.passed("back: link");
    String stands = "nothing runs, as before";
    if (runs.isPresent() && halted.isEmpty()) {
      stands = "process %d was not touched".formatted(runs.get().pid());
    } else if (old.ran()) {
      stands = again(deployment, old, runs);
    }
    FileTree.delete(place.of(deployment));
    landmarks.passed("back: removed");
    releases.prune();
    return stands;
  }

  Optional<ProcessMark> running(Optional<String> id) throws IOException {
    Optional<ProcessMark> mark =
        id.isPresent() ? Processes.mark(place.of(id.get())) : Optional.empty();
    return mark.isPresent() && mark.get().runs() ? mark : Optional.empty();
  }

  private void stopNew(Deployment deployment, Optional<ProcessMark> old)
      throws IOException, InterruptedException {
    Optional<ProcessMark> mark = Processes.mark(place.of(deployment));
    if (mark.isPresent()) {
      processes.stop(mark.get(), graceMillis);
    }
    processes.stopStrays(
        deployment.artifact(),
        deployment.startedAt(),
        old.map(ProcessMark::pid).orElse(0L),
        graceMillis);
  }

  /** Bytes that somebody changed meanwhile are not started, whatever else that means. */
  private String again(Deployment deployment, Old old, Optional<ProcessMark> runs)
      throws IOException, InterruptedException {
    String id = old.id().orElseThrow();
    if (runs.isEmpty()) {
      // A run that was killed on its way back may have started it, and could not note that.
      processes.stopStrays(
          RunSettings.read(place.of(id)).artifact(), deployment.startedAt(), 0, graceMillis);
    }
    String stands = "the one before runs again, %s of deployment " + id;
    try {
      stands = stands.formatted(runs.isPresent() ? "process " + runs.get().pid() : start.of(id));
    } catch (Failure e) {
      throw Old.notBack(id, String.valueOf(e.getMessage()));
    }
    landmarks.passed("back: started");
    ProcessMark mark =
        running(old.id()).orElseThrow(() -> Old.notBack(id, "its process has ended at once"));
    try {
      return stands + ": " + probe.await(FolderTarget.reach("it"), () -> FolderTarget.ended(mark));
    } catch (Failure e) {
      if (old.well() || !mark.runs()) {
        throw Old.notBack(id, String.valueOf(e.getMessage()));
      }
      return stands + ", as little well as before: " + e.getMessage();
    }
  }
}
