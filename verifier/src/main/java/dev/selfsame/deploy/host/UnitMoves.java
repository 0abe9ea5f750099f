package dev.selfsame.deploy.host;

import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Reach;
import dev.selfsame.digest.Digest;
import dev.selfsame.files.AtomicFile;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is done to a unit, on the way to a release as on the way back. */
final class UnitMoves {
  static final String STARTED = Making.OWN + "started";

  /** From when systemd itself gives a start up until it has said so. */
  private static final Duration SLACK = Duration.ofSeconds(3);

  private final UnitPlace unit;
  private final Place place;
  private final DeployFile settings;
  private final Systemctl systemctl;
  private final Landmarks landmarks;
  private final Releases releases;

  UnitMoves(
      UnitPlace unit,
      DeployFile settings,
      Systemctl systemctl,
      Landmarks landmarks,
      Releases releases) {
    this.unit = unit;
    this.place = new Place(unit.root());
    this.settings = settings;
    this.systemctl = systemctl;
    this.landmarks = landmarks;
    this.releases = releases;
  }

  Systemctl.State state() throws InterruptedException {
    return systemctl.state(unit.name());
  }

  Reach reach() {
    return new Reach("127.0.0.1", Map.of(), unit.name());
  }

  /** Whose grace the unit has is unknown on the way back: the longer one is waited for. */
  void stop(Optional<String> old) throws IOException, InterruptedException {
    systemctl.stop(unit.name(), grace(old));
  }

  /**
   * The longer grace of the old one and the new one. The new unit is read while the old one runs,
   * and what it says is the old one's grace from then on (systemd.service(5), TimeoutStopSec).
   */
  Duration grace(Optional<String> old) throws IOException {
    Duration grace = settings.stopGrace();
    if (old.isPresent() && Making.isMade(place.of(old.get()))) {
      Duration his = Duration.ofMillis(RunSettings.read(place.of(old.get())).graceMillis());
      grace = his.compareTo(grace) > 0 ? his : grace;
    }
    return grace;
  }

  /**
   * The link first: whoever finds it changed knows that all after it may be changed too.
   *
   * @param way the word of its landmarks
   */
  void makeCurrent(String id, String way) throws IOException, InterruptedException {
    place.makeCurrent(id);
    landmarks.passed(way + ": link");
    AtomicFile.write(unit.file(), Files.readAllBytes(place.of(id).resolve(unit.name())));
    landmarks.passed(way + ": unit");
    systemctl.reload();
    systemctl.forget(unit.name());
  }

  /** Starts a deployment's program, which has to be the current one. */
  String start(String id) throws IOException, InterruptedException {
    RunSettings run = RunSettings.read(place.of(id));
    releases.require(run.artifact(), run.program());
    systemctl.start(unit.name(), settings.health().timeout().plus(SLACK));
    return "%s is started".formatted(unit.name());
  }

  /** As {@link #start}, and notes when: what is written from then on are the new one's lines. */
  String startNew(String id) throws IOException, InterruptedException {
    AtomicFile.write(place.of(id).resolve(STARTED), Instant.now() + "\n");
    return start(id);
  }

  /** What was written since it was started; empty where it never was. */
  List<String> lastLines(String id) throws IOException, InterruptedException {
    try {
      Instant since = Instant.parse(Files.readString(place.of(id).resolve(STARTED)).strip());
      return systemctl.lastLines(unit.name(), since);
    } catch (NoSuchFileException | DateTimeParseException neverStarted) {
      return List.of();
    }
  }

  /** One that systemd had to start again is no good, even if it runs just now. */
  Optional<String> ended() throws InterruptedException {
    Systemctl.State state = state();
    return state.runs() && state.restarts() == 0
        ? Optional.empty()
        : Optional.of(
            "%s has ended: %s, %s, started again %d times"
                .formatted(unit.name(), state.active(), state.result(), state.restarts()));
  }

  /**
   * Makes sure that what runs are these bytes.
   *
   * @throws Failure (no) where nothing runs, or something else does
   */
  String prove(Digest artifact) throws IOException, InterruptedException {
    Systemctl.State state = state();
    Optional<ProcessMark> mark = state.runs() ? ProcessMark.of(state.mainPid()) : Optional.empty();
    Optional<Digest> runs = mark.isPresent() ? mark.get().digest() : Optional.empty();
    if (runs.isEmpty()) {
      throw Failure.no(
          "%s does not run: %s, %s".formatted(unit.name(), state.active(), state.result()),
          "see its last lines");
    }
    if (!runs.get().equals(artifact)) {
      throw Failure.no(
          "process %d of %s executes %s, which is not what was promoted"
              .formatted(state.mainPid(), unit.name(), runs.get()),
          "somebody replaced the file while it was started: find out who can write there");
    }
    return "process %d executes %s".formatted(state.mainPid(), runs.get());
  }

  /** Whether the unit's file is this deployment's. */
  boolean hasUnitOf(String id) throws IOException {
    Path made = place.of(id).resolve(unit.name());
    return Files.exists(made) && HostLook.same(made, unit.file());
  }
}
