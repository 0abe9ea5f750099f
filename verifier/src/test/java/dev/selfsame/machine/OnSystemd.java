package dev.selfsame.machine;

import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs each test method of a class in a Java machine of its own, on a {@link SystemdMachine} of its
 * own. Such a class has a constructor without arguments, and no other methods of JUnit's; the
 * folder that the test may write to is {@link SystemdMachine#folder}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Needs(Component.SYSTEMD)
@ExtendWith(OnSystemdExtension.class)
public @interface OnSystemd {}
