package dev.selfsame.access;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What is allowed. What no rule allows is refused.
 *
 * @param rules any one of them suffices
 */
public record Rules(List<Rule> rules) {
  /** For a server that only this machine reaches: whoever is on it may do everything. */
  public static final Rules LOCAL =
      new Rules(
          List.of(
              new Rule(
                  Set.of(Rule.ANONYMOUS),
                  new Grant(RepositoryPattern.ALL, Set.of(Permission.values())))));

  public Rules {
    rules = List.copyOf(rules);
  }

  /** Whether the caller may do that there. */
  public boolean allow(Caller caller, Permission permission, String repository) {
    if (caller.within().isPresent()
        && caller.within().get().stream().noneMatch(g -> g.allows(permission, repository))) {
      return false;
    }
    for (Rule rule : rules) {
      if (rule.grant().allows(permission, repository) && rule.isFor(caller)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Where the caller may do that at most: whoever lists repositories need not look elsewhere.
   * {@link #allow} tells of each.
   */
  public List<RepositoryPattern> places(Caller caller, Permission permission) {
    List<RepositoryPattern> allowed =
        places(rules.stream().filter(rule -> rule.isFor(caller)).map(Rule::grant), permission);
    return caller
        .within()
        .map(grants -> {
          List<RepositoryPattern> asked = places(grants.stream(), permission);
          return allowed.stream()
              .flatMap(place -> asked.stream().flatMap(other -> place.with(other).stream()))
              .distinct()
              .toList();
        })
        .orElse(allowed);
  }

  private static List<RepositoryPattern> places(Stream<Grant> grants, Permission permission) {
    return grants
        .filter(grant -> grant.permissions().contains(permission))
        .map(Grant::repositories)
        .distinct()
        .toList();
  }

  /** Whether the caller may do that anywhere: otherwise there is nothing to list. */
  public boolean allowSomewhere(Caller caller, Permission permission) {
    return rules.stream()
        .anyMatch(rule -> rule.grant().permissions().contains(permission) && rule.isFor(caller));
  }
}
