package dev.selfsame.deploy.host;

import dev.selfsame.deploy.Declared;
import dev.selfsame.deploy.DeployFile.Health;
import dev.selfsame.deploy.Probe;
import dev.selfsame.deploy.SettingsKey;
import dev.selfsame.digest.Digest;
import dev.selfsame.status.Finding;
import dev.selfsame.status.Running;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Whether what runs at a target of this machine is well, and has its settings. */
public final class HostInstance {
  /** Who starts the process: that decides which files its settings are in. */
  enum Starter {
    SELFSAME,
    SYSTEMD
  }

  private HostInstance() {}

  /**
   * Looks at what was kept with the current deployment of a folder, and asks it whether it is well.
   *
   * @param root absolute
   * @throws dev.selfsame.outcome.Failure (undecided) where that cannot be read
   */
  public static Running.Instance folder(Path root) throws InterruptedException {
    Place place = new Place(root);
    return Trouble.told(place, () -> of(place, Starter.SELFSAME));
  }

  /** As the other, of a unit. */
  public static Running.Instance unit(UnitPlace unit) throws InterruptedException {
    Place place = new Place(unit.root());
    return Trouble.told(place, () -> of(place, Starter.SYSTEMD));
  }

  /**
   * The fingerprint of the settings that a deployment was made with and still has; empty where a
   * file is not as it was written, or that cannot be told.
   */
  static Optional<Digest> kept(Place place, Path deployment, Starter starter) throws IOException {
    return settings(place, deployment, starter) instanceof Finding.Holds
        ? declared(deployment).map(Declared::fingerprint)
        : Optional.empty();
  }

  private static Running.Instance of(Place place, Starter starter)
      throws IOException, InterruptedException {
    Optional<String> id = place.currentId();
    if (id.isEmpty()) {
      return Running.Instance.unknown("nothing is deployed in " + place.root());
    }
    Path deployment = place.of(id.get());
    Optional<Declared> declared = declared(deployment);
    if (declared.isEmpty()) {
      return Running.Instance.unknown(
          "an older version deployed it, and kept nothing of its settings: deploy it --again");
    }
    return new Running.Instance(
        health(declared.get()), settings(place, deployment, starter), declared.get().fingerprint());
  }

  private static Optional<Declared> declared(Path deployment) throws IOException {
    try {
      return Declared.read(
          Files.readString(deployment.resolve(Making.DECLARED), StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static Finding health(Declared declared) throws InterruptedException {
    Optional<Health> asked = declared.toAsk();
    if (asked.isEmpty()) {
      return new Finding.NoEvidence("no address was declared that says whether it is well");
    }
    return new Probe(asked.get())
        .ask(FolderTarget.reach("this machine"))
        .<Finding>map(Finding.Differs::new)
        .orElseGet(() -> new Finding.Holds("it answers on this machine"));
  }

  /** Whether the variables and the configuration are as they were written. */
  private static Finding settings(Place place, Path deployment, Starter starter)
      throws IOException {
    RunSettings run = RunSettings.read(deployment);
    Path variables = deployment.resolve(UnitText.ENVIRONMENT);
    if (starter == Starter.SYSTEMD && !holds(variables, UnitText.environment(run.variables()))) {
      return new Finding.Differs(variables + " was changed, or is gone");
    }
    return config(place, deployment, run);
  }

  private static boolean holds(Path file, String text) throws IOException {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && Arrays.equals(Files.readAllBytes(file), text.getBytes(StandardCharsets.UTF_8));
  }

  private static Finding config(Place place, Path deployment, RunSettings run) throws IOException {
    if (run.config() == null || run.configMark() == null) {
      return new Finding.Holds("as it was deployed");
    }
    Path file = deployment.resolve(run.config());
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return new Finding.Differs(file + " is gone, or is no file");
    }
    Optional<SettingsKey> key = SettingsKey.find(HostState.folder(place.root()));
    if (key.isEmpty()) {
      return new Finding.CouldNotTell(
          "the key is gone that tells whether %s is as it was written".formatted(file));
    }
    return key.get().of(Digest.sha256(file)).equals(run.configMark())
        ? new Finding.Holds("as it was deployed")
        : new Finding.Differs(file + " was changed");
  }
}
