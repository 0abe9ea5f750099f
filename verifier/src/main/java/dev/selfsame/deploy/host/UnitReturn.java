package dev.selfsame.deploy.host;

import dev.selfsame.deploy.Before;
import dev.selfsame.deploy.Deployment;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Probe;
import dev.selfsame.files.FileTree;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.file.Files;

/** The way back of a {@link UnitTarget}: the new one ends, the one before runs again. */
final class UnitReturn {
  private static final String INVOCATION = "invocation";

  private final UnitPlace unit;
  private final Place place;
  private final Systemctl systemctl;
  private final UnitMoves moves;
  private final Releases releases;
  private final Probe probe;
  private final Landmarks landmarks;

  UnitReturn(
      UnitPlace unit,
      Systemctl systemctl,
      UnitMoves moves,
      Releases releases,
      Probe probe,
      Landmarks landmarks) {
    this.unit = unit;
    this.place = new Place(unit.root());
    this.systemctl = systemctl;
    this.moves = moves;
    this.releases = releases;
    this.probe = probe;
    this.landmarks = landmarks;
  }

  /** What is remembered of a unit as it is before a deployment. */
  static Before before(Old old, Systemctl.State state) {
    return old.noted().with(INVOCATION, state.invocation());
  }

  /**
   * Goes back.
   *
   * @return what stands there now
   * @throws Failure (undecided) where the one before ran, and does not run as well as it did
   */
  String run(Deployment deployment, Before before) throws IOException, InterruptedException {
    Old old = Old.of(before);
    boolean switched = place.currentId().filter(deployment.id()::equals).isPresent();
    if (switched || hasOnlyUnitOf(deployment, old)) {
      if (!isUntouched(before)) {
        stop(old);
        landmarks.passed("back: stopped");
      }
      if (old.id().isPresent()) {
        moves.makeCurrent(old.id().get(), "back");
      }
    }
    String stands = old.id().isPresent() ? startOld(old.id().get(), old, before) : removed();
    place.removeNext();
    FileTree.delete(place.of(deployment));
    landmarks.passed("back: removed");
    releases.prune();
    return stands;
  }

  /**
   * Whether the very process from before runs, and nobody was told to end it: one who was may have
   * died before systemd heard of it.
   */
  private boolean isUntouched(Before before) throws InterruptedException {
    Systemctl.State state = moves.state();
    return state.runs()
        && !before.hasBegun("halt")
        && before.note(INVOCATION).filter(state.invocation()::equals).isPresent();
  }

  private void stop(Old old) throws IOException, InterruptedException {
    if (!moves.state().isAbsent()) {
      moves.stop(old.id());
    }
  }

  /** The link may be back already, and the unit's file not yet: its content decides. */
  private boolean hasOnlyUnitOf(Deployment deployment, Old old) throws IOException {
    return moves.hasUnitOf(deployment.id())
        && (old.id().isEmpty() || !moves.hasUnitOf(old.id().get()));
  }

  /** The link goes first: a run that was killed here finds the file, and goes on. */
  private String removed() throws IOException, InterruptedException {
    boolean own = unit.isOwn();
    if (own) {
      systemctl.disable(unit.name());
      landmarks.passed("back: disabled");
    }
    Files.deleteIfExists(place.current());
    landmarks.passed("back: link");
    if (own) {
      Files.deleteIfExists(unit.file());
      landmarks.passed("back: unit");
    }
    if (own || !moves.state().isAbsent()) {
      systemctl.reload();
      landmarks.passed("back: reloaded");
    }
    // In any case: that it failed is remembered without its file, also after a kill just here.
    systemctl.forget(unit.name());
    return "there is no %s, as before".formatted(unit.name());
  }

  private String startOld(String id, Old old, Before before)
      throws IOException, InterruptedException {
    boolean untouched = isUntouched(before);
    if (!untouched || moves.state().sources().old()) {
      // Its file may have been put back by a run that was killed before systemd read it.
      systemctl.reload();
    }
    if (untouched) {
      return "%s was not touched: %s".formatted(unit.name(), well(id, old));
    }
    boolean runs = moves.state().runs();
    if (!runs && (old.ran() || before.hasBegun("switch"))) {
      // Also where it stays stopped: the new one may have failed, and a run been killed since. That
      // the one before had failed by itself is for its owner to see.
      systemctl.forget(unit.name());
    }
    if (!old.ran()) {
      return unit.name() + " is stopped, as before";
    }
    try {
      if (!runs) {
        moves.start(id);
        landmarks.passed("back: started");
      }
      moves.prove(RunSettings.read(place.of(id)).artifact());
    } catch (Failure e) {
      throw Old.notBack(id, String.valueOf(e.getMessage()));
    }
    return "%s runs again from deployment %s: %s".formatted(unit.name(), id, well(id, old));
  }

  private String well(String id, Old old) throws InterruptedException {
    try {
      return probe.await(moves.reach(), moves::ended);
    } catch (Failure e) {
      if (old.well() || !moves.state().runs()) {
        throw Old.notBack(id, String.valueOf(e.getMessage()));
      }
      return "as little well as before, " + e.getMessage();
    }
  }
}
