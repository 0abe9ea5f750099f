package dev.selfsame.deploy;

import java.util.List;
import java.util.Optional;

/**
 * Where a release is brought to: a port, with an adapter for each kind of {@link TargetName}.
 *
 * <p>Whatever it throws as a {@link dev.selfsame.outcome.Failure} speaks for the step: the new one
 * is no good (exit 1), or that could not be told (exit 3). Messages hold no secrets.
 */
public interface Target extends AutoCloseable {

  /**
   * What stands there now, empty for nothing.
   *
   * @throws dev.selfsame.outcome.Failure exit 3 where that cannot be told
   */
  Optional<Standing> now() throws InterruptedException;

  /**
   * The way from there to a release. Changes nothing, and refuses what cannot end well: another
   * architecture, a network that is missing, a place that somebody else has.
   *
   * @throws dev.selfsame.outcome.Failure exit 1 or 2 where the target cannot take the release; exit
   *     3 where that cannot be told
   */
  Plan plan(Release release) throws InterruptedException;

  /**
   * Carries out one step. It may have been begun before by a run that was killed.
   *
   * @param before what {@link Plan#before} noted
   * @return what was found, in one line, such as which process has which bytes
   */
  String carryOut(Step.Forward step, Deployment deployment, Before before, Release release)
      throws InterruptedException;

  /**
   * Makes everything as it was before the deployment, wherever that stopped: what it made is gone,
   * what it stopped runs again. May be called again, and where there is nothing to do.
   *
   * @param before what {@link Plan#before} noted, and which steps had begun: {@link
   *     Before#hasBegun}
   * @return what stands there now, in one line
   * @throws dev.selfsame.outcome.Failure exit 3 where it is not as it was: above all, where the old
   *     one ran and does not run again
   */
  String goBack(Deployment deployment, Before before) throws InterruptedException;

  /**
   * The last step, {@link Step.Retire}: the new one has the place, the old one goes. May be called
   * again wherever it stopped. Needs no registry. Whether the new one is well is not asked here:
   * whoever needs that asks {@link #now} afterwards.
   *
   * @return what stands there now, in one line
   */
  String finish(Deployment deployment, Before before) throws InterruptedException;

  /** The last lines that the new one wrote, secrets masked; empty where it wrote none. */
  List<String> lastLines(Deployment deployment) throws InterruptedException;

  /** What carries it out, with its version, such as {@code docker 26.1.5}. */
  default String engine() throws InterruptedException {
    return "selfsame";
  }

  /** Lets go of what it holds, such as a connection. */
  @Override
  default void close() {}
}
