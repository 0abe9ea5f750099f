package dev.selfsame.suites;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** Names a real component without which a test class or method cannot run. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith({NeedsExtension.class, EngineTurns.class})
@Repeatable(Needs.All.class)
public @interface Needs {
  Component value();

  /** The container that lets a test need several components. */
  @Target({ElementType.TYPE, ElementType.METHOD})
  @Retention(RetentionPolicy.RUNTIME)
  @ExtendWith({NeedsExtension.class, EngineTurns.class})
  @interface All {
    Needs[] value();
  }
}
