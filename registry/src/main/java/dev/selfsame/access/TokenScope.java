package dev.selfsame.access;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a client of the Docker token flow asks for: {@code repository:NAME:ACTION,ACTION}, several
 * separated by blanks. Source: Distribution, "Token Scope Documentation".
 */
public final class TokenScope {
  private static final int MOST = 100;

  private TokenScope() {}

  /**
   * What a caller gets of what it asks for: that alone which the rules allow.
   *
   * @param scopes what it asks for
   */
  public static List<Grant> granted(List<String> scopes, Caller caller, Rules rules) {
    List<Grant> all = new ArrayList<>();
    for (String scope : scopes) {
      for (String one : scope.split(" ", -1)) {
        if (all.size() < MOST) {
          granted(one, caller, rules, all);
        }
      }
    }
    return all;
  }

  private static void granted(String scope, Caller caller, Rules rules, List<Grant> all) {
    int first = scope.indexOf(':');
    int last = scope.lastIndexOf(':');
    if (first < 0 || last == first) {
      return;
    }
    String type = scope.substring(0, first).replaceFirst("\\(.*", "");
    String name = scope.substring(first + 1, last);
    if (type.equals("registry") && name.equals("catalog")) {
      // The list has those repositories alone that the caller may pull; a token gets no more of
      // them than the one that it is made from.
      caller
          .within()
          .ifPresentOrElse(
              own ->
                  own.stream()
                      .filter(grant -> grant.permissions().contains(Permission.PULL))
                      .map(grant -> new Grant(grant.repositories(), Set.of(Permission.PULL)))
                      .forEach(all::add),
              () -> all.add(new Grant(RepositoryPattern.ALL, Set.of(Permission.PULL))));
      return;
    }
    if (!type.equals("repository") || name.contains("*")) {
      return;
    }
    Set<Permission> permissions = EnumSet.noneOf(Permission.class);
    for (String action : scope.substring(last + 1).split(",", -1)) {
      for (Permission permission : asked(action)) {
        if (rules.allow(caller, permission, name)) {
          permissions.add(permission);
        }
      }
    }
    try {
      if (!permissions.isEmpty()) {
        all.add(new Grant(new RepositoryPattern(name), permissions));
      }
    } catch (IllegalArgumentException noName) {
      return;
    }
  }

  private static List<Permission> asked(String action) {
    return action.equals("*")
        ? List.of(Permission.values())
        : Permission.of(action).map(List::of).orElse(List.of());
  }
}
