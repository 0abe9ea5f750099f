package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.ReflectionSupport;

/** Each requirement of the specification is proven by a test, or there is a reason why not. */
final class ClausesTest {
  private static final String LIST = "/oci/clauses-1.1.1.txt";
  private static final List<String> LEVELS = List.of("MUST", "MUST NOT", "SHOULD", "SHOULD NOT");

  /**
   * A line of the list.
   *
   * @param left why no test claims it, empty where one has to
   */
  private record Requirement(String id, String level, String section, String words, String left) {
    static Requirement parse(String line) {
      String[] parts = line.split(" \\| ", -1);
      assertTrue(parts.length == 4 || parts.length == 5, line);
      for (String part : parts) {
        assertFalse(part.isBlank(), line);
      }
      Requirement parsed =
          new Requirement(
              parts[0], parts[1], parts[2], parts[3], parts.length == 4 ? "" : parts[4]);
      assertTrue(parsed.id().matches("[a-z0-9]+([.-][a-z0-9]+)*"), line);
      assertTrue(LEVELS.contains(parsed.level()), line);
      assertTrue(parsed.left().matches("|client|(departs|not offered): .+"), line);
      assertEquals(parsed.id().startsWith("client."), parsed.reason().equals("client"), line);
      return parsed;
    }

    /** The kind of what speaks against a claim. */
    String reason() {
      return left.split(":", 2)[0];
    }
  }

  private static Map<String, Requirement> list() throws IOException {
    Map<String, Requirement> list = new TreeMap<>();
    try (InputStream in = ClausesTest.class.getResourceAsStream(LIST)) {
      String text =
          new String(Objects.requireNonNull(in, LIST).readAllBytes(), StandardCharsets.UTF_8);
      text.lines()
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .map(Requirement::parse)
          .forEach(each -> assertNull(list.put(each.id(), each), each.id() + " stands twice"));
    }
    return list;
  }

  /** The tests of this package that claim a requirement, by its id. */
  private static Map<String, List<String>> claims() {
    Map<String, List<String>> claims = new TreeMap<>();
    String own = ClausesTest.class.getPackageName();
    for (Class<?> suite :
        ReflectionSupport.findAllClassesInPackage(own, _ -> true, name -> name.endsWith("Test"))) {
      for (Method method : suite.getDeclaredMethods()) {
        Clause clause = method.getAnnotation(Clause.class);
        if (clause != null) {
          String test = suite.getSimpleName() + "#" + method.getName();
          assertTrue(AnnotationSupport.isAnnotated(method, Testable.class), test + " never runs");
          assertFalse(AnnotationSupport.isAnnotated(method, Disabled.class), test + " is off");
          for (String id : clause.value()) {
            claims.computeIfAbsent(id, _ -> new ArrayList<>()).add(test);
          }
        }
      }
    }
    return claims;
  }

  private static List<String> wrong(
      Map<String, Requirement> list, Map<String, List<String>> claims) {
    List<String> wrong = new ArrayList<>();
    for (Requirement each : list.values()) {
      boolean claimed = claims.containsKey(each.id());
      if (each.left().isEmpty() && !claimed) {
        wrong.add("no test proves %s: %s".formatted(each.id(), each.words()));
      } else if (!each.left().isEmpty() && claimed) {
        wrong.add(
            "%s is left out, and yet claimed by %s".formatted(each.id(), claims.get(each.id())));
      }
    }
    claims.forEach((id, tests) -> {
      if (!list.containsKey(id)) {
        wrong.add("%s, claimed by %s, is not in the list".formatted(id, tests));
      }
    });
    return wrong;
  }

  @Test
  void each_requirement_has_a_test_or_a_reason_and_no_test_claims_another() throws Exception {
    Map<String, Requirement> list = list();
    Map<String, List<String>> claims = claims();
    assertEquals(List.of(), wrong(list, claims));

    Map<String, Integer> proven = new TreeMap<>();
    Map<String, Integer> left = new TreeMap<>();
    for (Requirement each : list.values()) {
      if (each.left().isEmpty()) {
        proven.merge(each.level(), 1, Integer::sum);
      } else {
        left.merge(each.reason(), 1, Integer::sum);
      }
    }
    System.out.printf("OCI Distribution 1.1.1: proven %s, left out %s%n", proven, left);
    for (Requirement each : list.values()) {
      if (!each.left().isEmpty() && !each.reason().equals("client")) {
        System.out.printf("  %s (%s): %s%n", each.id(), each.level(), each.left());
      }
    }
  }

  @Test
  void what_nobody_proves_what_nobody_knows_and_what_is_left_out_and_claimed_is_told() {
    Map<String, Requirement> list = new TreeMap<>();
    for (String line :
        List.of(
            "a | MUST | s | w",
            "b | SHOULD NOT | s | w",
            "c | MUST | s | w | departs: why",
            "client.d | MUST | s | w | client")) {
      Requirement each = Requirement.parse(line);
      list.put(each.id(), each);
    }
    assertEquals(List.of(), wrong(list, Map.of("a", List.of("X#x"), "b", List.of("X#x"))));
    List<String> wrong = wrong(list, Map.of("a", List.of("X#x"), "c", List.of("X#y")));
    assertEquals(List.of("no test proves b: w", "c is left out, and yet claimed by [X#y]"), wrong);
    wrong = wrong(list, Map.of("a", List.of("X#x"), "b", List.of("X#x"), "e", List.of("X#z")));
    assertEquals(List.of("e, claimed by [X#z], is not in the list"), wrong);
  }
}
