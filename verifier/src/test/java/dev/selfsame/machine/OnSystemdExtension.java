package dev.selfsame.machine;

import java.lang.reflect.Method;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/** Has a machine run the method, and fails where it failed there. */
final class OnSystemdExtension implements InvocationInterceptor {
  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Exception {
    invocation.skip();
    try (SystemdMachine machine = SystemdMachine.start()) {
      SystemdMachine.Said said =
          machine.java(
              MethodMain.class,
              context.getRequiredTestClass().getName(),
              method.getExecutable().getName());
      // The last line is written by the method's end alone: no other way to exit is a pass.
      if (said.status() != 0 || !said.text().endsWith(MethodMain.PASSED)) {
        throw new AssertionError("on a machine with systemd: " + said);
      }
    }
  }
}
