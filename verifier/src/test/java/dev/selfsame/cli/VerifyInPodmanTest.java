package dev.selfsame.cli;

import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.SharesEngines;
import dev.selfsame.where.Where;

@Needs(Component.PODMAN)
@Needs(Component.GCC)
@SharesEngines
class VerifyInPodmanTest extends VerifyContainerContract {
  VerifyInPodmanTest() {
    super(Where.Engine.PODMAN);
  }
}
