package dev.selfsame.cli;

import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.SharesEngines;
import dev.selfsame.where.Where;

@Needs(Component.DOCKER)
@Needs(Component.GCC)
@SharesEngines
class VerifyInDockerTest extends VerifyContainerContract {
  VerifyInDockerTest() {
    super(Where.Engine.DOCKER);
  }
}
