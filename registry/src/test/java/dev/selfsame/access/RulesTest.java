package dev.selfsame.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RulesTest {
  private static final Rules RULES =
      new Rules(
          List.of(
              rule("ci", "staging/viworks/**", Permission.PULL, Permission.PUSH),
              rule(Rule.EVERYBODY, "staging/**", Permission.PULL),
              rule(Rule.ANONYMOUS, "deploy/public/*", Permission.PULL)));

  private static Rule rule(String who, String where, Permission... what) {
    return new Rule(Set.of(who), new Grant(new RepositoryPattern(where), Set.of(what)));
  }

  @ParameterizedTest
  @CsvSource({
    "**, staging/a, true",
    "staging/*, staging/a, true",
    "staging/*, staging/a/b, false",
    "staging/*, staging, false",
    "staging/**, staging/a/b/c, true",
    "staging/**, staging, false",
    "staging/**, stagingx/a, false",
    "*/a, staging/a, true",
    "*/a, staging/b, false",
    "staging/a, staging/a, true",
    "staging/a, staging/ab, false",
    "*, evidence, true",
  })
  void a_pattern_is_compared_by_components(String pattern, String name, boolean matches) {
    assertEquals(matches, new RepositoryPattern(pattern).matches(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/", "a/", "/a", "a//b", "**/a", "a*", "A", "..", "a/../b", "a b", "*a"})
  void what_is_no_pattern_is_refused(String text) {
    assertThrows(IllegalArgumentException.class, () -> new RepositoryPattern(text));
  }

  @Test
  void what_no_rule_allows_is_refused() {
    Caller ci = Caller.user("ci");
    assertTrue(RULES.allow(ci, Permission.PUSH, "staging/viworks/agent"));
    assertFalse(RULES.allow(ci, Permission.DELETE, "staging/viworks/agent"));
    assertFalse(RULES.allow(ci, Permission.PUSH, "staging/other"));
    assertFalse(RULES.allow(Caller.user("CI"), Permission.PUSH, "staging/viworks/agent"));
    assertFalse(new Rules(List.of()).allow(ci, Permission.PULL, "staging/viworks/agent"));
  }

  @Test
  void everybody_is_whoever_has_signed_in_and_anonymous_is_for_all() {
    assertTrue(RULES.allow(Caller.user("x"), Permission.PULL, "staging/a"));
    assertFalse(RULES.allow(Caller.ANONYMOUS, Permission.PULL, "staging/a"));
    assertTrue(RULES.allow(Caller.ANONYMOUS, Permission.PULL, "deploy/public/a"));
    assertTrue(RULES.allow(Caller.user("x"), Permission.PULL, "deploy/public/a"));
  }

  @Test
  void a_token_narrows_and_never_widens() {
    Grant grant = new Grant(RepositoryPattern.ALL, Set.of(Permission.PULL, Permission.DELETE));
    Caller narrowed = Caller.user("ci").within(List.of(grant));
    assertTrue(RULES.allow(narrowed, Permission.PULL, "staging/viworks/agent"));
    assertFalse(RULES.allow(narrowed, Permission.PUSH, "staging/viworks/agent"));
    assertFalse(RULES.allow(narrowed, Permission.DELETE, "staging/viworks/agent"));
    assertFalse(
        RULES.allow(Caller.user("ci").within(List.of()), Permission.PULL, "staging/viworks/agent"));
  }

  @Test
  void a_scope_is_granted_as_far_as_the_rules_go() {
    List<Grant> granted =
        TokenScope.granted(
            List.of(
                "repository:staging/viworks/agent:pull,push,delete repository:staging/x:push",
                "repository(plugin):staging/x:pull",
                "repository:staging/y:*",
                "repository:staging/*:pull",
                "nonsense",
                "repository:../x:pull"),
            Caller.user("ci"),
            RULES);
    assertEquals(
        List.of(
            new Grant(
                new RepositoryPattern("staging/viworks/agent"),
                Set.of(Permission.PULL, Permission.PUSH)),
            new Grant(new RepositoryPattern("staging/x"), Set.of(Permission.PULL)),
            new Grant(new RepositoryPattern("staging/y"), Set.of(Permission.PULL))),
        granted);
  }

  @ParameterizedTest
  @ValueSource(strings = {"anonymous", "a b", "*", "a\nb", "-a", "a:b"})
  void some_names_are_nobodys(String name) {
    assertThrows(IllegalArgumentException.class, () -> Caller.user(name));
  }
}
