package dev.selfsame.suites;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.CancellationToken;
import org.junit.platform.engine.ConfigurationParameters;
import org.junit.platform.engine.DiscoveryFilter;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.EngineDiscoveryRequest;
import org.junit.platform.engine.EngineExecutionListener;
import org.junit.platform.engine.ExecutionRequest;
import org.junit.platform.engine.OutputDirectoryCreator;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestEngine;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.store.Namespace;
import org.junit.platform.engine.support.store.NamespacedHierarchicalStore;

/**
 * Has JUnit's engine run two suites in a process of its own, and prints what becomes of each test:
 * {@code ran NAME}, {@code left out NAME} or {@code failed NAME: WHY}.
 *
 * <p>The engine alone, since the launcher is not on the tests' class path.
 */
final class SuiteProcess {
  private static final ConfigurationParameters USUAL =
      new ConfigurationParameters() {
        @Override
        public Optional<String> get(String key) {
          return Optional.empty();
        }

        @Override
        public Optional<Boolean> getBoolean(String key) {
          return Optional.empty();
        }

        @Override
        public Set<String> keySet() {
          return Set.of();
        }
      };

  private static final OutputDirectoryCreator NO_FILES =
      new OutputDirectoryCreator() {
        @Override
        public Path getRootDirectory() {
          throw new UnsupportedOperationException();
        }

        @Override
        public Path createOutputDirectory(TestDescriptor test) {
          throw new UnsupportedOperationException();
        }
      };

  private SuiteProcess() {}

  /** Left out whole. The build does not take it for a test: its name does not end as theirs do. */
  @Needs(Component.GPGV)
  @Needs(Component.GROFF)
  static class Typesetting {
    @Test
    void pages() {}
  }

  /** One test of it is left out. */
  static class Writing {
    @Test
    @Needs(Component.GROFF)
    void pages() {}

    @Test
    void words() {}
  }

  public static void main(String[] none) {
    TestEngine jupiter =
        ServiceLoader.load(TestEngine.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(engine -> engine.getId().equals("junit-jupiter"))
            .findFirst()
            .orElseThrow();
    TestDescriptor suites =
        jupiter.discover(
            new Request(DiscoverySelectors.selectClasses(Typesetting.class, Writing.class)),
            UniqueId.forEngine(jupiter.getId()));
    try (NamespacedHierarchicalStore<Namespace> session = new NamespacedHierarchicalStore<>(null);
        NamespacedHierarchicalStore<Namespace> store = session.newChild()) {
      jupiter.execute(
          ExecutionRequest.create(
              suites, new Telling(), USUAL, NO_FILES, store, CancellationToken.disabled()));
    }
  }

  /** Asks for these classes and filters nothing. */
  private record Request(List<? extends DiscoverySelector> selectors)
      implements EngineDiscoveryRequest {
    @Override
    public <T extends DiscoverySelector> List<T> getSelectorsByType(Class<T> type) {
      return selectors.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Override
    public <T extends DiscoveryFilter<?>> List<T> getFiltersByType(Class<T> type) {
      return List.of();
    }

    @Override
    public ConfigurationParameters getConfigurationParameters() {
      return USUAL;
    }

    @Override
    public OutputDirectoryCreator getOutputDirectoryCreator() {
      return NO_FILES;
    }
  }

  private static final class Telling implements EngineExecutionListener {
    @Override
    public void executionSkipped(TestDescriptor what, String reason) {
      System.out.println("left out " + what.getDisplayName());
    }

    @Override
    public void executionFinished(TestDescriptor what, TestExecutionResult result) {
      Optional<Throwable> thrown = result.getThrowable();
      if (thrown.isPresent()) {
        Throwable why = thrown.get();
        while (why.getCause() != null) {
          why = why.getCause();
        }
        System.out.println("failed %s: %s".formatted(what.getDisplayName(), why.getMessage()));
      } else if (what.isTest()) {
        System.out.println("ran " + what.getDisplayName());
      }
    }
  }
}
