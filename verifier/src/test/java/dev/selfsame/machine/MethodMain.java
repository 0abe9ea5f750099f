package dev.selfsame.machine;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;

/** Runs one test method where it is started: {@code CLASS METHOD}. */
final class MethodMain {
  static final String PASSED = "the method has passed\n";

  private MethodMain() {}

  public static void main(String[] args) throws Exception {
    // Whatever else stands in systemd's place, the test has not run.
    Path first = Files.readSymbolicLink(Path.of("/proc/1/exe"));
    if (!first.endsWith("systemd")) {
      throw new AssertionError("process 1 is " + first);
    }
    Class<?> suite = Class.forName(args[0]);
    Constructor<?> constructor = suite.getDeclaredConstructor();
    constructor.setAccessible(true);
    Method method = suite.getDeclaredMethod(args[1]);
    method.setAccessible(true);
    method.invoke(constructor.newInstance());
    System.out.print(PASSED);
    System.out.flush();
    System.exit(0);
  }
}
