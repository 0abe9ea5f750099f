package dev.selfsame.deploy.docker;

import dev.selfsame.deploy.Before;
import dev.selfsame.deploy.Deployment;
import dev.selfsame.deploy.Plan;
import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.Standing;
import dev.selfsame.deploy.Step;
import dev.selfsame.deploy.Target;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * One target that is spoken to in two ways, such as with another patience from some moment on.
 * Whoever opened the two closes them.
 *
 * @param turned whether that moment has come
 */
record Relay(Target first, Target then, BooleanSupplier turned) implements Target {
  private Target at() {
    return turned.getAsBoolean() ? then : first;
  }

  @Override
  public Optional<Standing> now() throws InterruptedException {
    return at().now();
  }

  @Override
  public Plan plan(Release release) throws InterruptedException {
    return at().plan(release);
  }

  @Override
  public String carryOut(Step.Forward step, Deployment deployment, Before before, Release release)
      throws InterruptedException {
    return at().carryOut(step, deployment, before, release);
  }

  @Override
  public String goBack(Deployment deployment, Before before) throws InterruptedException {
    return at().goBack(deployment, before);
  }

  @Override
  public String finish(Deployment deployment, Before before) throws InterruptedException {
    return at().finish(deployment, before);
  }

  @Override
  public List<String> lastLines(Deployment deployment) throws InterruptedException {
    return at().lastLines(deployment);
  }
}
