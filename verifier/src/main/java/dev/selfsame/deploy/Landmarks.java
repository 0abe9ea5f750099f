package dev.selfsame.deploy;

/** Told of each place that a deployment passes; for whoever wants to see one killed there. */
@FunctionalInterface
public interface Landmarks {
  /** Nobody looks. */
  Landmarks UNWATCHED = place -> {};

  /**
   * Passed.
   *
   * @param place such as {@code before start}, {@code after start}, {@code switch: joined public}
   */
  void passed(String place);
}
