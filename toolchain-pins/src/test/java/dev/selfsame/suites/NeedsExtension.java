package dev.selfsame.suites;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Leaves a suite out where a component is absent, and writes down that it did. */
final class NeedsExtension implements ExecutionCondition {
  private static final Map<Component, Optional<String>> ABSENCES = new ConcurrentHashMap<>();

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    for (Needs needs :
        AnnotationSupport.findRepeatableAnnotations(context.getElement(), Needs.class)) {
      Optional<String> absence = ABSENCES.computeIfAbsent(needs.value(), Component::absence);
      if (absence.isPresent()) {
        return leaveOut(context, needs.value(), absence.get());
      }
    }
    return ConditionEvaluationResult.enabled("every component is here");
  }

  private static ConditionEvaluationResult leaveOut(
      ExtensionContext context, Component component, String why) {
    String suite =
        context.getRequiredTestClass().getSimpleName()
            + context.getTestMethod().map(method -> "." + method.getName()).orElse("");
    if ("all".equals(System.getenv("SELFSAME_TEST_REQUIRE"))) {
      throw new IllegalStateException(
          "%s needs %s: %s (SELFSAME_TEST_REQUIRE=all; package: %s)"
              .formatted(suite, component, why, component.bringer()));
    }
    String line = "%s: %s; brought by: %s%n".formatted(suite, why, component.bringer());
    Path list = Path.of(System.getProperty("selfsame.suites", "target/suites-left-out"));
    try {
      Files.writeString(
          list, line, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("writing " + list, e);
    }
    return ConditionEvaluationResult.disabled(line.strip());
  }
}
