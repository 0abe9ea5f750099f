package dev.selfsame.build.sandbox;

import dev.selfsame.build.Engine;
import dev.selfsame.build.EngineContract;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.file.Path;

@Needs(Component.UNSHARE)
final class UnshareEngineTest extends EngineContract {
  @Override
  protected Engine engine(Path spool) {
    return new UnshareEngine(HostPrograms.onPath(System.getenv("PATH")), spool);
  }
}
