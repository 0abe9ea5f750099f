package dev.selfsame.suites;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Lets one class at a time have the container engines, or several that share them ({@link
 * SharesEngines}). Maven runs the tests in several processes, and an engine's images, volumes and
 * networks are one machine's.
 */
final class EngineTurns implements BeforeAllCallback, BeforeEachCallback {
  private static final Namespace NAMESPACE = Namespace.create(EngineTurns.class);
  private static final Set<Component> ENGINES = Set.of(Component.DOCKER, Component.PODMAN);

  @Override
  public void beforeAll(ExtensionContext context) {
    take(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    take(context);
  }

  private static void take(ExtensionContext context) {
    boolean needed =
        AnnotationSupport.findRepeatableAnnotations(context.getElement(), Needs.class).stream()
            .anyMatch(needs -> ENGINES.contains(needs.value()));
    // What the class has, its methods find here too; it goes with the context that took it.
    if (needed) {
      boolean shared =
          AnnotationSupport.isAnnotated(context.getRequiredTestClass(), SharesEngines.class);
      context.getStore(NAMESPACE).computeIfAbsent(Turn.class, _ -> Turn.take(shared), Turn.class);
    }
  }

  /** Closing the channel ends the lock. */
  private record Turn(FileChannel lock) implements AutoCloseable {
    static Turn take(boolean shared) {
      try {
        FileChannel channel =
            FileChannel.open(
                Path.of(
                    System.getProperty("java.io.tmpdir"),
                    "selfsame-test-engines-" + System.getProperty("user.name")),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        channel.lock(0, Long.MAX_VALUE, shared);
        return new Turn(channel);
      } catch (IOException e) {
        throw new UncheckedIOException("waiting for a turn at the engines", e);
      }
    }

    @Override
    public void close() throws IOException {
      lock.close();
    }
  }
}
