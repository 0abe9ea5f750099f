package dev.selfsame.deploy.docker;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.deploy.Outcome;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.SharesEngines;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A real engine for each class, and small agents that are deployed there. */
@Needs(Component.DOCKER)
@Needs(Component.GCC)
@SharesEngines
abstract class OnDock {
  @TempDir static Path folder;
  static Dock dock;
  static TinyAgent agents;

  @BeforeAll
  static void open() throws Exception {
    dock = new Dock(folder, "docker");
    agents = new TinyAgent(folder);
  }

  @BeforeEach
  void clear() throws Exception {
    dock.clear();
  }

  @AfterAll
  static void close() throws Exception {
    dock.close();
  }

  String running() throws Exception {
    dock.release(agents.compiled("v1"));
    assertInstanceOf(Outcome.Healthy.class, dock.deploy());
    return dock.state();
  }

  Outcome.RolledBack rolledBack() throws Exception {
    return assertInstanceOf(Outcome.RolledBack.class, dock.deploy());
  }

  static void assertSays(String text, String... all) {
    for (String one : all) {
      assertTrue(text.contains(one), () -> "no " + one + " in " + text);
    }
  }

  static int free() throws Exception {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }

  interface Action {
    Object run() throws Exception;
  }

  static void unchecked(Action action) {
    try {
      action.run();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  void putRightAgain(String what) throws Exception {
    assertInstanceOf(Outcome.Healthy.class, dock.deploy(), what);
    assertInstanceOf(Outcome.NothingToDo.class, dock.deploy(), what);
  }
}
